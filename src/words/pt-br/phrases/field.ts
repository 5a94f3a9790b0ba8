/** What order-monit says of servers and files of others that are not as it needs them: see `../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

/** What answers in the place of others are named for. */
const ODD_ANSWERS: readonly Phrase[] = [
  ['the answer of {0} was cut off before its end', 'a resposta de {0} foi cortada antes do fim'],
  [
    'if it lasts, ask whoever runs Abacos, or the proxy in front of it: its log says why',
    'se continuar, pergunte a quem cuida do Abacos, ou do proxy na frente dele: o log dele diz por quê',
  ],
  [
    '{0} sends its answers in several parts (multipart/related, as MTOM does), which order-monit does not read',
    '{0} envia as respostas em várias partes (multipart/related, como faz o MTOM), o que o order-monit não lê',
  ],
  [
    'have MTOM switched off for this service by whoever runs Abacos, or the gateway in front of it',
    'peça a quem cuida do Abacos, ou do gateway na frente dele, que desligue o MTOM para este serviço',
  ],
  ['the answer of {0} <1>: it says "{2}"', 'a resposta de {0} {1}: diz "{2}"'],
  [
    'check wsdl_order_api in abacos.yml, and what is between, such as a proxy or a network that wants people to log in',
    'verifique wsdl_order_api em abacos.yml, e o que há no meio, como um proxy ou uma rede que exige login',
  ],
  [
    'a filter in front of Abacos refuses the call (a web application firewall): have whoever runs it let this machine through; to set user_agent in abacos.yml to what a browser sends may be enough',
    'um filtro na frente do Abacos recusa a chamada (um web application firewall): peça a quem cuida dele que deixe esta máquina passar; talvez baste definir user_agent em abacos.yml com o que um navegador envia',
  ],
  [
    'ask whoever runs Abacos, or the proxy in front of it, for the error itself',
    'peça a quem cuida do Abacos, ou do proxy na frente dele, o erro em si',
  ],
  [
    'check wsdl_order_api in abacos.yml; where it is right, ask whoever runs that server, or a proxy in front of it, what it wants',
    'verifique wsdl_order_api em abacos.yml; se estiver certo, pergunte a quem cuida daquele servidor, ou de um proxy na frente dele, o que ele quer',
  ],
  [
    '{0} answered with HTTP {1} (it asks to be left alone for {2} s): it says "{3}"',
    '{0} respondeu com HTTP {1} (pede que não o chamem por {2} s): diz "{3}"',
  ],
  [
    '{0} answered with HTTP {1} (it asks to be left alone for {2} s)',
    '{0} respondeu com HTTP {1} (pede que não o chamem por {2} s)',
  ],
];

/** What keeps an integration server that lets order-monit in from running its commands. */
const START_UP: readonly Phrase[] = [
  [
    '{0} did not let order-monit in within {1} s: <2>, and it said: {3}',
    '{0} não deixou o order-monit entrar em {1} s: {2}, e disse: {3}',
  ],
  [
    '{0} did not let order-monit in within {1} s: <2>, and it writes without an end: {3}',
    '{0} não deixou o order-monit entrar em {1} s: {2}, e escreve sem parar: {3}',
  ],
  [
    '{0} did not let order-monit in within {1} s: <2>, and it writes without an end',
    '{0} não deixou o order-monit entrar em {1} s: {2}, e escreve sem parar',
  ],
  [
    'log in there as that user and see what its shell waits for: its start-up files, or a network disk; <0>',
    'entre lá com esse usuário e veja o que o shell dele espera: os arquivos de inicialização, ou um disco de rede; {0}',
  ],
  [
    'the start-up files of its shell (.bashrc, .cshrc, .zshenv, config.fish; ~/.ssh/rc) must not ask, wait, end the shell or put another program in its place (exec) where no person has logged in',
    'os arquivos de inicialização do shell dele (.bashrc, .cshrc, .zshenv, config.fish; ~/.ssh/rc) não podem perguntar, esperar, encerrar o shell nem pôr outro programa no lugar dele (exec) quando não foi uma pessoa que entrou',
  ],
  [
    'the server lets nobody but root in while it has a file /etc/nologin, as at maintenance: wait, or remove it there',
    'o servidor só deixa o root entrar enquanto tem um arquivo /etc/nologin, como em manutenção: espere, ou remova-o lá',
  ],
  [
    'set LANG to C.UTF-8 under environment in integration_server.yml: Ruby gets none over SSH, and reads its files as US-ASCII',
    'defina LANG como C.UTF-8 em environment em integration_server.yml: por SSH o Ruby não recebe nenhum, e lê os arquivos como US-ASCII',
  ],
  [
    'a gem or Ruby was built for another system than that server is now: as {0}, run bundle pristine in {1} there, or install what is missing',
    'uma gem ou o Ruby foi compilado para um sistema diferente do que o servidor tem agora: como {0}, execute lá bundle pristine em {1}, ou instale o que falta',
  ],
];

/** What a database server, or what is in front of it, refuses. */
const DATABASE: readonly Phrase[] = [
  [
    'the server at {0} refuses the user {1}, whom it lets in without a password',
    'o servidor em {0} recusa o usuário {1}, que ele deixa entrar sem senha',
  ],
  [
    'check username and password in database.yml: the account is one for the system user of that name (unix_socket), which the service is not; make one with a password for order-monit: CREATE USER … IDENTIFIED BY …',
    'verifique username e password em database.yml: a conta é do usuário do sistema com esse nome (unix_socket), que o serviço não é; crie uma com senha para o order-monit: CREATE USER … IDENTIFIED BY …',
  ],
  [
    'set that limit to 0 on the server, which is none (SHOW CREATE USER; ALTER USER … WITH …): order-monit asks all the time',
    'defina esse limite como 0 no servidor, que é nenhum (SHOW CREATE USER; ALTER USER … WITH …): o order-monit consulta o tempo todo',
  ],
  [
    'the node of the Galera cluster at {0} takes no statements: it has not joined the others, or has lost them',
    'o nó do cluster Galera em {0} não aceita comandos: ainda não se juntou aos outros, ou os perdeu',
  ],
  [
    "look at SHOW STATUS LIKE 'wsrep_%' there (wsrep_ready, wsrep_cluster_status); name another node, or a proxy that chooses one, in database.yml",
    "veja lá SHOW STATUS LIKE 'wsrep_%' (wsrep_ready, wsrep_cluster_status); indique outro nó, ou um proxy que escolha um, em database.yml",
  ],
  ['the ProxySQL at {0} reaches no database server', 'o ProxySQL em {0} não alcança nenhum servidor de banco de dados'],
  [
    'look there at runtime_mysql_servers and monitor.mysql_server_connect_log, which say why',
    'veja lá runtime_mysql_servers e monitor.mysql_server_connect_log, que dizem por quê',
  ],
  [
    'the server at {0} ends each connection of the user {1}, as its init_connect fails for it',
    'o servidor em {0} encerra cada conexão do usuário {1}, pois o init_connect dele falha para esse usuário',
  ],
  [
    'the error log there says by what: have init_connect mended, or the user given the rights that it needs',
    'o log de erros de lá diz por quê: peça que corrijam o init_connect, ou que deem ao usuário os direitos de que ele precisa',
  ],
  ['the table {0} of the database {1} is damaged (crashed)', 'a tabela {0} do banco {1} está danificada (crashed)'],
  [
    'have it repaired on the server: REPAIR TABLE {0}; what is lost by that may be in a backup',
    'peça que a reparem no servidor: REPAIR TABLE {0}; o que se perder com isso pode estar em um backup',
  ],
];

export const FIELD: readonly Phrase[] = [...ODD_ANSWERS, ...START_UP, ...DATABASE];
