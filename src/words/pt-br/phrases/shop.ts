/** What is wrong with the shop's database, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const SHOP: readonly Phrase[] = [
  ['the server at {0} refuses the user {1}', 'o servidor em {0} recusa o usuário {1}'],
  [
    'check username and password in database.yml, and that the user may log in from this host; <0>',
    'verifique username e password em database.yml, e se o usuário pode entrar a partir desta máquina; {0}',
  ],
  [
    'if the account demands TLS (SHOW CREATE USER: REQUIRE SSL), set ssl: mode: verify_identity',
    'se a conta exige TLS (SHOW CREATE USER: REQUIRE SSL), defina ssl: mode: verify_identity',
  ],
  [
    'the server at {0} lets nobody log in from this host',
    'o servidor em {0} não deixa ninguém entrar a partir desta máquina',
  ],
  ['create the user {0} for this host on the server', 'crie no servidor o usuário {0} para esta máquina'],
  [
    'the server at {0} has blocked this host after too many failed connections',
    'o servidor em {0} bloqueou esta máquina depois de conexões malsucedidas demais',
  ],
  [
    'run on the server: FLUSH HOSTS (MySQL from 8.4 on: TRUNCATE TABLE performance_schema.host_cache)',
    'execute no servidor: FLUSH HOSTS (MySQL a partir da 8.4: TRUNCATE TABLE performance_schema.host_cache)',
  ],
  ['the server at {0} has as many connections as it takes', 'o servidor em {0} está com todas as conexões ocupadas'],
  [
    'find out who holds them (SHOW PROCESSLIST), or raise max_connections on the server',
    'descubra quem as ocupa (SHOW PROCESSLIST), ou aumente max_connections no servidor',
  ],
  ['the server at {0} has locked the user {1}', 'o servidor em {0} travou o usuário {1}'],
  ['unlock it on the server: ALTER USER … ACCOUNT UNLOCK', 'destrave-o no servidor: ALTER USER … ACCOUNT UNLOCK'],
  [
    'the user {0} may not use a database {1} at {2}, or there is none',
    'o usuário {0} não pode usar um banco {1} em {2}, ou esse banco não existe',
  ],
  [
    'the user {0} may not read the table {1} of the database {2}, or there is none',
    'o usuário {0} não pode ler a tabela {1} do banco {2}, ou essa tabela não existe',
  ],
  [
    'check database in database.yml, or run on the server: <0>',
    'verifique database em database.yml, ou execute no servidor: {0}',
  ],
  [
    'check orders: table in database.yml, or run on the server: <0>',
    'verifique orders: table em database.yml, ou execute no servidor: {0}',
  ],
  [
    '{0} TO the user and host that SELECT CURRENT_USER() shows',
    '{0} TO o usuário e a máquina que SELECT CURRENT_USER() mostra',
  ],
  ['there is no database {0} at {1}', 'não existe um banco {0} em {1}'],
  ['check database in database.yml', 'verifique database em database.yml'],
  ['the database {0} has no table {1}', 'o banco {0} não tem a tabela {1}'],
  ['check orders: table in database.yml', 'verifique orders: table em database.yml'],
  ['somebody ended the query on the server at {0}', 'alguém encerrou a consulta no servidor em {0}'],
  ['the server at {0} is shutting down', 'o servidor em {0} está sendo desligado'],
  ['there is no socket {0}', 'não existe o socket {0}'],
  [
    'check that the server runs, and socket in database.yml',
    'verifique se o servidor está em execução, e socket em database.yml',
  ],
  ['no answer from {0} in time', '{0} não respondeu a tempo'],
  [
    'if it lasts, find out what the server is busy with (SHOW PROCESSLIST), and check host and port in database.yml: what listens there may be no database server',
    'se continuar, descubra com que o servidor está ocupado (SHOW PROCESSLIST), e verifique host e port em database.yml: o que atende lá talvez não seja um banco de dados',
  ],
  ['order-monit stopped waiting for {0}', 'o order-monit desistiu de esperar por {0}'],
  ['error {0} from {1}: {2}', 'erro {0} de {1}: {2}'],
  [
    'check username and password in database.yml, and that the user may log in from this host; if the account demands a certificate of the client (SHOW CREATE USER: REQUIRE X509, SUBJECT or ISSUER), name it: ssl: cert and key',
    'verifique username e password em database.yml, e se o usuário pode entrar a partir desta máquina; se a conta exige um certificado do cliente (SHOW CREATE USER: REQUIRE X509, SUBJECT ou ISSUER), informe-o: ssl: cert e key',
  ],
  [
    'the server at {0} has blocked the user {1} after too many wrong passwords',
    'o servidor em {0} bloqueou o usuário {1} depois de senhas erradas demais',
  ],
  [
    'mend the password in database.yml, and unblock the user on the server: ALTER USER … ACCOUNT UNLOCK (MariaDB: FLUSH PRIVILEGES)',
    'corrija a senha em database.yml, e desbloqueie o usuário no servidor: ALTER USER … ACCOUNT UNLOCK (MariaDB: FLUSH PRIVILEGES)',
  ],
  [
    'the server at {0} no longer has the method by which the user {1} logs in',
    'o servidor em {0} não tem mais o método com que o usuário {1} entra',
  ],
  [
    'give the user another one on the server: ALTER USER … IDENTIFIED WITH caching_sha2_password BY …',
    'dê outro ao usuário no servidor: ALTER USER … IDENTIFIED WITH caching_sha2_password BY …',
  ],
  [
    'the server at {0} is in offline mode, in which only its administrators may log in',
    'o servidor em {0} está em modo offline, em que só os administradores podem entrar',
  ],
  [
    'find out why, and end it there: SET GLOBAL offline_mode = OFF',
    'descubra por quê, e encerre-o lá: SET GLOBAL offline_mode = OFF',
  ],
  [
    'the server at {0} did not understand the login (bad handshake)',
    'o servidor em {0} não entendeu o login (handshake inválido)',
  ],
  [
    'check host and port in database.yml, and what is between order-monit and the server, such as a proxy that wants TLS or none',
    'verifique host e port em database.yml, e o que está entre o order-monit e o servidor, como um proxy que exige TLS ou nenhum',
  ],
  [
    'check host and port in database.yml, and what is between order-monit and the server, such as a proxy',
    'verifique host e port em database.yml, e o que está entre o order-monit e o servidor, como um proxy',
  ],
  [
    'the password of the user {0} has expired on the server at {1}',
    'a senha do usuário {0} expirou no servidor em {1}',
  ],
  ['set a new one there, and the same in database.yml', 'defina uma nova lá, e a mesma em database.yml'],
  [
    'the server at {0} wants the password of the user {1} over a connection that is not encrypted, so it was not sent',
    'o servidor em {0} pede a senha do usuário {1} por uma conexão sem criptografia, por isso ela não foi enviada',
  ],
  [
    'set ssl: mode: verify_identity in database.yml; or give the key of the server there (server_public_key), or allow_cleartext_password: true',
    'defina ssl: mode: verify_identity em database.yml; ou informe lá a chave do servidor (server_public_key), ou allow_cleartext_password: true',
  ],
  [
    'the server at {0} wants the user {1} to log in by a method that order-monit does not know',
    'o servidor em {0} quer que o usuário {1} entre por um método que o order-monit não conhece',
  ],
  [
    'give the user a password of the kind mysql_native_password or caching_sha2_password',
    'dê ao usuário uma senha do tipo mysql_native_password ou caching_sha2_password',
  ],
  [
    'the user {0} has reached one of its limits on the server at {1}',
    'o usuário {0} atingiu um dos limites dele no servidor em {1}',
  ],
  [
    'the user {0} has reached one of its limits on the server at {1}: {2}',
    'o usuário {0} atingiu um dos limites dele no servidor em {1}: {2}',
  ],
  [
    'raise them on the server (SHOW CREATE USER; max_user_connections): the service needs two connections at once, as it holds one for the election, and one more for each command that is called meanwhile',
    'aumente-os no servidor (SHOW CREATE USER; max_user_connections): o serviço precisa de duas conexões ao mesmo tempo, pois mantém uma para a eleição, e mais uma para cada comando chamado nesse meio-tempo',
  ],
  [
    'the view {0} of the database {1} does not work: what it reads has gone or is not for it, or its definer has gone',
    'a view {0} do banco {1} não funciona: o que ela lê sumiu ou não lhe é permitido, ou o definer dela sumiu',
  ],
  [
    'look at it on the server (SHOW CREATE VIEW {0}): its DEFINER must exist and may read what it reads; with SQL SECURITY INVOKER, the user of database.yml must',
    'olhe-a no servidor (SHOW CREATE VIEW {0}): o DEFINER dela precisa existir e poder ler o que ela lê; com SQL SECURITY INVOKER, o usuário de database.yml precisa',
  ],
  [
    'a column of the table {0} has gone while order-monit was connected',
    'uma coluna da tabela {0} sumiu enquanto o order-monit estava conectado',
  ],
  [
    'check the column names below orders: in database.yml',
    'verifique os nomes das colunas abaixo de orders: em database.yml',
  ],
  [
    'the server at {0} does not understand what order-monit asks: it may be older than MySQL 5.6',
    'o servidor em {0} não entende o que o order-monit pergunta: talvez seja mais antigo que o MySQL 5.6',
  ],
  [
    'the server at {0} offers no TLS, and nothing was sent to it',
    'o servidor em {0} não oferece TLS, e nada lhe foi enviado',
  ],
  [
    'set up TLS on the server, or set ssl: mode: disabled in database.yml',
    'configure TLS no servidor, ou defina ssl: mode: disabled em database.yml',
  ],
  ['the server at {0} takes TLS connections only', 'o servidor em {0} só aceita conexões TLS'],
  ['set ssl: mode: verify_identity in database.yml', 'defina ssl: mode: verify_identity em database.yml'],
  ['order-monit may not connect to {0}', 'o order-monit não tem permissão para se conectar a {0}'],
  [
    'check the permissions of the socket and its folder, and the firewall',
    'verifique as permissões do socket e da pasta dele, e o firewall',
  ],
  [
    'what answers at {0} sends without an end, or more than order-monit asks for',
    'o que responde em {0} envia sem fim, ou mais do que o order-monit pede',
  ],
  [
    'check host and port in database.yml: it may be no database server',
    'verifique host e port em database.yml: talvez não seja um banco de dados',
  ],
  [
    "what answers at {0} breaks MySQL's protocol: its packets are out of order",
    'o que responde em {0} viola o protocolo do MySQL: os pacotes vêm fora de ordem',
  ],
  ["what answers at {0} does not speak MySQL's protocol", 'o que responde em {0} não fala o protocolo do MySQL'],
  ['the server gave {0} where a number was asked for', 'o servidor deu {0} onde se pediu um número'],
  [
    'an order has the id {0}, which is no whole number up to {1}',
    'um pedido tem o id {0}, que não é um número inteiro até {1}',
  ],
  ['check orders: id in database.yml', 'verifique orders: id em database.yml'],
  ['the table {0} has no column {1}', 'a tabela {0} não tem a coluna {1}'],
  [
    'check orders: {0} in database.yml, and that the user may read all columns (SHOW COLUMNS FROM {1} lists those)',
    'verifique orders: {0} em database.yml, e se o usuário pode ler todas as colunas (SHOW COLUMNS FROM {1} as lista)',
  ],
  [
    'the database can not tell which monitor works, because {0}',
    'o banco de dados não pode dizer qual monitor trabalha, porque {0}',
  ],
  [
    'it is a node of a Galera cluster, and locks are local to a node',
    'é um nó de um cluster Galera, e as travas valem só para um nó',
  ],
  [
    'it is a member of a replication group, and locks are local to a member',
    'é membro de um grupo de replicação, e as travas valem só para um membro',
  ],
  [
    'the server is read-only, so a replica as a rule, and locks are local to a server',
    'o servidor é somente leitura, em geral uma réplica, e as travas valem só para um servidor',
  ],
  [
    'set election in service.yml to lease, to external if a cluster manager starts and stops the service, or to off if this is the only monitor',
    'defina election em service.yml como lease; como external, se um gerenciador de cluster inicia e para o serviço; ou como off, se este é o único monitor',
  ],
  [
    'no monitor can become the active one: in the database {0} there is no table {1}, or the user of order-monit may not read and write it',
    'nenhum monitor pode tornar-se o ativo: no banco {0} não existe a tabela {1}, ou o usuário do order-monit não pode ler e gravar nela',
  ],
  [
    'run on the server: {0} TO the user and host that SELECT CURRENT_USER() shows',
    'execute no servidor: {0} TO o usuário e a máquina que SELECT CURRENT_USER() mostra',
  ],
  [
    'the server is read-only, so no monitor can become the active one',
    'o servidor é somente leitura, portanto nenhum monitor pode tornar-se o ativo',
  ],
  ['if it stays so, give the primary in database.yml', 'se continuar assim, informe o primário em database.yml'],
];
