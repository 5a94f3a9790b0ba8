/** Reasons and hints that order-monit makes in English, in Brazilian Portuguese: see `../phrases.ts`. */
import { translatorBy, type Phrase } from '../phrases.ts';

const NETWORK: readonly Phrase[] = [
  ['nothing listens at {0} (connection refused)', 'nada atende em {0} (conexão recusada)'],
  ['{0} can not be reached (connection timed out)', 'não foi possível alcançar {0} (tempo de conexão esgotado)'],
  [
    'if it lasts, ask whether a firewall lets this machine through to it',
    'se continuar, pergunte se um firewall deixa esta máquina chegar até lá',
  ],
  ['no network leads to {0} ({1})', 'nenhuma rede leva a {0} ({1})'],
  [
    'this machine does not let order-monit connect to {0} ({1})',
    'esta máquina não deixa o order-monit se conectar a {0} ({1})',
  ],
  [
    'check the firewall of this machine, and IPAddressDeny= in the unit',
    'verifique o firewall desta máquina e IPAddressDeny= na unit',
  ],
  ['the host of {0} is not known', 'o host de {0} não é conhecido'],
  ['check {0}, and the name servers', 'verifique {0} e os servidores de nomes'],
  [
    'the host of {0} could not be looked up: the name service does not answer',
    'não foi possível consultar o host de {0}: o serviço de nomes não responde',
  ],
  ['the exchange with {0} failed: {1}', 'a comunicação com {0} falhou: {1}'],
  ['{0} does not answer as a web server does ({1})', '{0} não responde como um servidor web ({1})'],
  ['check {0}: the port, and {1}', 'verifique {0}: a porta e {1}'],
  ['the connection to {0} was lost', 'a conexão com {0} caiu'],
  ['no connection to {0} could be opened: {1}', 'não foi possível abrir uma conexão com {0}: {1}'],
  ['too many files are open on this host', 'há arquivos demais abertos nesta máquina'],
  [
    'raise LimitNOFILE in the unit of order-monit, or find out what holds them',
    'aumente LimitNOFILE na unit do order-monit, ou descubra o que os mantém abertos',
  ],
  ['host and port in database.yml', 'host e port em database.yml'],
  ['wsdl_order_api in abacos.yml', 'wsdl_order_api em abacos.yml'],
  ['ssl: ca in database.yml', 'ssl: ca em database.yml'],
  ['ca in abacos.yml', 'ca em abacos.yml'],
  ['whether the service is at http or https', 'se o serviço está em http ou https'],
];

const TLS: readonly Phrase[] = [
  ['the certificate of {0} has expired', 'o certificado de {0} expirou'],
  [
    'have it renewed by those who run the server; check the clock of this machine, too',
    'peça a quem cuida do servidor que o renove; verifique também o relógio desta máquina',
  ],
  ['the certificate of {0} is not valid yet', 'o certificado de {0} ainda não é válido'],
  [
    'check the clock of this machine (timedatectl), then that of the server which made the certificate',
    'verifique o relógio desta máquina (timedatectl), depois o do servidor que fez o certificado',
  ],
  ['the certificate of {0} is for another name: {1}', 'o certificado de {0} é de outro nome: {1}'],
  [
    'name the server as its certificate does ({0}), or have it get a certificate with the name that is there',
    'informe o servidor com o nome do certificado ({0}), ou peça um certificado com o nome que está lá',
  ],
  [
    'the certificate of {0} is not trusted: it has signed itself (self-signed)',
    'o certificado de {0} não é confiável: é autoassinado',
  ],
  [
    'if it is the right one, save it to a file, and name that ({0})',
    'se for o certo, salve-o em um arquivo e informe esse arquivo ({0})',
  ],
  [
    'the certificate of {0} is not trusted: its authority is not known here ({1})',
    'o certificado de {0} não é confiável: a autoridade dele não é conhecida aqui ({1})',
  ],
  [
    'save the certificate of that authority to a file, and name that ({0})',
    'salve o certificado dessa autoridade em um arquivo e informe esse arquivo ({0})',
  ],
  ['no TLS connection with {0} could be agreed on ({1})', 'não houve acordo sobre uma conexão TLS com {0} ({1})'],
  ['check {0}, and the certificate of the server ({1})', 'verifique {0} e o certificado do servidor ({1})'],
  [
    'no TLS connection with {0} could be agreed on: what answers there speaks no TLS ({1})',
    'não houve acordo sobre uma conexão TLS com {0}: o que responde lá não fala TLS ({1})',
  ],
  ['check {0}, the port above all, and {1}', 'verifique {0}, principalmente a porta, e {1}'],
];

const ABACOS: readonly Phrase[] = [
  ['the call to {0} failed ({1})', 'a chamada a {0} falhou ({1})'],
  ['{0} did not answer within {1} s', '{0} não respondeu em {1} s'],
  [
    'if it lasts, raise timeout in abacos.yml, or ask whether the address of this machine is allowed to use Abacos',
    'se continuar, aumente timeout em abacos.yml, ou pergunte se o endereço desta máquina tem permissão para usar o Abacos',
  ],
  [
    'if it lasts, check in wsdl_order_api in abacos.yml whether the service is at http or https, and ask whether the address of this machine is allowed to use Abacos',
    'se continuar, verifique em wsdl_order_api em abacos.yml se o serviço está em http ou https, e pergunte se o endereço desta máquina tem permissão para usar o Abacos',
  ],
  ['the key is refused with {0}', 'a chave foi recusada com {0}'],
  [
    'set key in abacos.yml to the key that the shop inserts its orders with',
    'defina key em abacos.yml com a chave que a loja usa para inserir os pedidos',
  ],
  ['its own database fails with {0}', 'o próprio banco de dados dele falha com {0}'],
  ['the call failed with {0}', 'a chamada falhou com {0}'],
  ['the answer does not say whether the call succeeded', 'a resposta não diz se a chamada deu certo'],
  ['SOAP fault: {0}', 'falha SOAP: {0}'],
  ['{0} answered with HTTP {1}', '{0} respondeu com HTTP {1}'],
  ['{0} answered with HTTP {1}: it says "{2}"', '{0} respondeu com HTTP {1}: diz "{2}"'],
  [
    '{0} answered with HTTP {1} and nothing else, which is no answer to a call',
    '{0} respondeu com HTTP {1} e mais nada, o que não é resposta a uma chamada',
  ],
  [
    'check the path of wsdl_order_api in abacos.yml: what is there (a load balancer, a health check, another service) takes no calls',
    'verifique o caminho de wsdl_order_api em abacos.yml: o que está lá (um balanceador de carga, um health check, outro serviço) não aceita chamadas',
  ],
  ['{0} (forbidden)', '{0} (proibido)'],
  ['{0} (not found)', '{0} (não encontrado)'],
  [
    '{0} answered with something that is not SOAP, such as a web page: it says "{1}"',
    '{0} respondeu com algo que não é SOAP, como uma página web: diz "{1}"',
  ],
  [
    '{0} answered with something that is not SOAP, such as a web page',
    '{0} respondeu com algo que não é SOAP, como uma página web',
  ],
  ['check wsdl_order_api in abacos.yml', 'verifique wsdl_order_api em abacos.yml'],
  ['check the path of wsdl_order_api in abacos.yml', 'verifique o caminho de wsdl_order_api em abacos.yml'],
  [
    'set user_agent in abacos.yml to what a browser sends; or ask whether the address of this machine is allowed to use Abacos',
    'defina user_agent em abacos.yml com o que um navegador envia; ou pergunte se o endereço desta máquina tem permissão para usar o Abacos',
  ],
  [
    'ask whether the address of this machine is allowed to use Abacos',
    'pergunte se o endereço desta máquina tem permissão para usar o Abacos',
  ],
  [
    'ask whoever runs Abacos for the error itself: it is in the event log of that server',
    'peça a quem cuida do Abacos o erro em si: ele está no log de eventos daquele servidor',
  ],
  [
    'ask whoever runs Abacos for the error itself: it is in the event log of that server (ASP.NET hides it from others)',
    'peça a quem cuida do Abacos o erro em si: ele está no log de eventos daquele servidor (o ASP.NET o esconde dos outros)',
  ],
  [
    'the proxy in front of Abacos does not reach it: ask those who run them',
    'o proxy na frente do Abacos não o alcança: pergunte a quem cuida deles',
  ],
  [
    'if it lasts, ask whoever runs Abacos whether its application pool in IIS has stopped',
    'se continuar, pergunte a quem cuida do Abacos se o application pool dele no IIS parou',
  ],
  [
    'ask whoever runs the server in front of Abacos to let order-monit through',
    'peça a quem cuida do servidor na frente do Abacos que deixe o order-monit passar',
  ],
];

const ANSWERS: readonly Phrase[] = [
  ['Abacos gave no answer for it', 'o Abacos não deu resposta sobre ele'],
  ['Abacos gave two different answers for it', 'o Abacos deu duas respostas diferentes sobre ele'],
  ['Abacos did not say whether the query for it succeeded', 'o Abacos não disse se a consulta sobre ele deu certo'],
  ['Abacos failed on it with {0}', 'o Abacos falhou ao consultá-lo, com {0}'],
  ['Abacos answered without saying whether it exists', 'o Abacos respondeu sem dizer se ele existe'],
  [
    'Abacos says that it does not exist and has the status {0}',
    'o Abacos diz que ele não existe e que tem o status {0}',
  ],
  ['Abacos did not find it, but its query ended with {0}', 'o Abacos não o encontrou, mas a consulta terminou com {0}'],
  ['Abacos says that it exists and that it was not found', 'o Abacos diz que ele existe e que não foi encontrado'],
  [
    'Abacos says that it exists, with the unknown status {0}',
    'o Abacos diz que ele existe, com o status desconhecido {0}',
  ],
  ['the call about it alone fails: {0}', 'a chamada só sobre ele falha: {0}'],
  ['Abacos has it without its payment', 'o Abacos o tem sem o pagamento'],
];

const SHOP: readonly Phrase[] = [
  ['the server at {0} refuses the user {1}', 'o servidor em {0} recusa o usuário {1}'],
  [
    'check username and password in database.yml, and that the user may log in from this host; {0}',
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
    'check database in database.yml, or run on the server: {0}',
    'verifique database em database.yml, ou execute no servidor: {0}',
  ],
  [
    'check orders: table in database.yml, or run on the server: {0}',
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
];

const INTEGRATION: readonly Phrase[] = [
  [
    'check that sshd runs there, and host and port in integration_server.yml',
    'verifique se o sshd está em execução lá, e host e port em integration_server.yml',
  ],
  ['host and port in integration_server.yml', 'host e port em integration_server.yml'],
  ['{0} broke the connection', '{0} interrompeu a conexão'],
  ['look into the log of sshd there', 'olhe o log do sshd de lá'],
  ['{0} did not let order-monit in within {1} s: {2}', '{0} não deixou o order-monit entrar em {1} s: {2}'],
  ['no answer to the connection', 'não houve resposta à conexão'],
  ['connected, but the SSH handshake did not end', 'conectou, mas o handshake SSH não terminou'],
  ['the login did not end', 'o login não terminou'],
  ['logged in, but a first command did not end', 'entrou, mas um primeiro comando não terminou'],
  [
    'check host and port in integration_server.yml, and the firewall',
    'verifique host e port em integration_server.yml, e o firewall',
  ],
  [
    'check that sshd listens at host and port in integration_server.yml; where it does, look into its log, and ask whether what is between (a firewall, a tunnel) lets large packets through',
    'verifique se o sshd atende em host e port de integration_server.yml; se atende, olhe o log dele, e pergunte se o que está no meio (um firewall, um túnel) deixa passar pacotes grandes',
  ],
  [
    'look into the log of sshd there: its PAM, LDAP or name service may not answer (UseDNS no spares it the last)',
    'olhe o log do sshd de lá: o PAM, o LDAP ou o serviço de nomes dele talvez não responda (UseDNS no dispensa este último)',
  ],
  [
    'log in there as that user and see what its shell waits for: its start-up files, or a network disk',
    'entre lá com esse usuário e veja o que o shell dele espera: os arquivos de inicialização, ou um disco de rede',
  ],
  ['the connection to {0} failed: {1}', 'a conexão com {0} falhou: {1}'],
  [
    'check that an SSH server listens there, and look into its log',
    'verifique se um servidor SSH atende lá, e olhe o log dele',
  ],
  ['{0} closed the connection ({1})', '{0} fechou a conexão ({1})'],
  ['{0} refused the login of {1} with {2}', '{0} recusou o login de {1} com {2}'],
  ['there is no key to log in with as {0}: {1}', 'não há chave para entrar como {0}: {1}'],
  ['none of these files exists: {0}', 'nenhum destes arquivos existe: {0}'],
  [
    'compare the fingerprint and record it with: order-monit trust-host',
    'compare a impressão digital e registre-a com: order-monit trust-host',
  ],
  ['ended by its time limit of {0} s (command_timeout)', 'encerrado pelo limite de tempo de {0} s (command_timeout)'],
  ['ended by {0}', 'encerrado por {0}'],
  ['a signal', 'um sinal'],
  ['order-monit was stopped before the command was sent', 'o order-monit foi parado antes de o comando ser enviado'],
  ['the connection was gone before the command was sent', 'a conexão já tinha caído antes de o comando ser enviado'],
  [
    'the connection broke before the command ended; it may be running still',
    'a conexão caiu antes de o comando terminar; ele pode ainda estar em execução',
  ],
  ['{0}, and one of its own could not be made: {1}', '{0}, e não foi possível abrir uma própria: {1}'],
];

const REPAIRS: readonly Phrase[] = [
  [
    'the commands of {0} or more different orders in a row did not bring their orders into Abacos; {1}',
    'os comandos de {0} ou mais pedidos diferentes seguidos não levaram seus pedidos ao Abacos; {1}',
  ],
  ['they ended without an error', 'eles terminaram sem erro'],
  ['the last one said: {0}', 'mensagem do último: {0}'],
  [
    "mend what the commands say, or see whether the shop's integration is switched on; repairs are held, one order at a time is tried, and all go on by themselves once that works",
    'corrija o que os comandos dizem, ou veja se a integração da loja está ligada; os reparos estão suspensos, um pedido de cada vez é tentado, e todos continuam sozinhos assim que isso funcionar',
  ],
  [
    'Abacos denies {0} of {1} orders that it had before ({2}), so what it says is missing may not be',
    'o Abacos nega {0} de {1} pedidos que já tinha ({2}), portanto o que ele diz que falta talvez não falte',
  ],
  [
    'see whether Abacos was restored, or whether address and key in abacos.yml lead to another company or interface; if it has really lost orders: order-monit rewind --since the moment to which it went back, which lets repairs go on',
    'veja se o Abacos foi restaurado, ou se o endereço e a chave em abacos.yml levam a outra empresa ou interface; se ele perdeu pedidos de verdade: order-monit rewind --since o momento para o qual ele voltou, o que libera os reparos',
  ],
  ['the shop stores {0} as its number', 'a loja guarda {0} como número dele'],
  ['what the shop stores can not be an order number', 'o que a loja guarda não pode ser um número de pedido'],
  ['the number of the order is not known', 'o número do pedido não é conhecido'],
  ['trying again is no use: {0}', 'não adianta tentar de novo: {0}'],
];

/** Of the program that asks an ERP other than Abacos. */
const PROGRAM: readonly Phrase[] = [
  ['{0}; it said: {1}', '{0}; mensagem: {1}'],
  ['{0} could not be started ({1})', 'não foi possível iniciar {0} ({1})'],
  [
    'see whether the file is there, and whether the program in its first line is (#!)',
    'veja se o arquivo existe, e se existe o programa da primeira linha dele (#!)',
  ],
  [
    'run: chmod 755 on it, and see whether the unit lets the service execute it and what its first line names (ExecPaths=)',
    'execute chmod 755 nele, e veja se a unit deixa o serviço executar ele e o que a primeira linha dele indica (ExecPaths=)',
  ],
  [
    'its first line must name what runs it, such as #!/usr/bin/node',
    'a primeira linha dele precisa indicar o que o executa, como #!/usr/bin/node',
  ],
  ['{0} did not end within {1} s', '{0} não terminou em {1} s'],
  [
    'if it lasts, raise timeout in erp.yml, or ask about fewer orders at a time (max_numbers_per_call in service.yml)',
    'se continuar, aumente timeout em erp.yml, ou consulte menos pedidos de cada vez (max_numbers_per_call em service.yml)',
  ],
  [
    '{0} said more than answers to what it was asked can be',
    '{0} disse mais do que cabe em respostas ao que foi perguntado',
  ],
  [
    'see whether it asks the ERP for these numbers alone, and whether the ERP heeds that',
    'veja se ele pergunta ao ERP só por esses números, e se o ERP respeita isso',
  ],
  ['{0} was ended by {1}', '{0} foi encerrado por {1}'],
  ['{0} says that it is down', '{0} diz que está fora do ar'],
  ['{0} ended with exit status {1}', '{0} terminou com o código {1}'],
  [
    'correct what it says; erp.yml has its words and its environment',
    'corrija o que ele diz; as palavras e o ambiente dele estão em erp.yml',
  ],
  ['a line that is too long to be repeated', 'uma linha comprida demais para ser repetida'],
  ['no answer came for it', 'nenhuma resposta veio para ele'],
  ['two different answers came', 'vieram duas respostas diferentes'],
  ['no reason was given', 'nenhum motivo foi dado'],
  ['the answer is none: {0}', 'a resposta não é válida: {0}'],
  ['the answer is not plain: {0}', 'a resposta não é clara: {0}'],
  ['the answer has a status that is none: {0}', 'a resposta tem uma situação que não existe: {0}'],
];

const CONFIGURATION: readonly Phrase[] = [
  ['{0} line {1}: {2}', '{0} linha {1}: {2}'],
  ['{0}: unknown key. Did you mean {1}?', '{0}: chave desconhecida. Quis dizer {1}?'],
  ['{0}: unknown key. It belongs in {1}.', '{0}: chave desconhecida. Ela pertence a {1}.'],
  ['{0}: unknown key. Remove it. The keys here are {1}.', '{0}: chave desconhecida. Remova-a. As chaves aqui são {1}.'],
];

export const PHRASES: readonly Phrase[] = [
  ...NETWORK,
  ...TLS,
  ...ABACOS,
  ...ANSWERS,
  ...SHOP,
  ...INTEGRATION,
  ...REPAIRS,
  ...PROGRAM,
  ...CONFIGURATION,
];

/** What order-monit says in English, in Portuguese; the words of other programs as they are. */
export const translated = translatorBy(PHRASES);
