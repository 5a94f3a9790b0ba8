/** What connections and TLS fail by, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const NETWORK: readonly Phrase[] = [
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
  ['check <0>, and the name servers', 'verifique {0} e os servidores de nomes'],
  [
    'the host of {0} could not be looked up: the name service does not answer',
    'não foi possível consultar o host de {0}: o serviço de nomes não responde',
  ],
  ['the exchange with {0} failed: {1}', 'a comunicação com {0} falhou: {1}'],
  ['{0} does not answer as a web server does ({1})', '{0} não responde como um servidor web ({1})'],
  ['check <0>: the port, and <1>', 'verifique {0}: a porta e {1}'],
  ['the connection to {0} was lost', 'a conexão com {0} caiu'],
  ['no connection to {0} could be opened: <1>', 'não foi possível abrir uma conexão com {0}: {1}'],
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

export const TLS: readonly Phrase[] = [
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
    'if it is the right one, save it to a file, and name that (<0>)',
    'se for o certo, salve-o em um arquivo e informe esse arquivo ({0})',
  ],
  [
    'the certificate of {0} is not trusted: its authority is not known here ({1})',
    'o certificado de {0} não é confiável: a autoridade dele não é conhecida aqui ({1})',
  ],
  [
    'save the certificate of that authority to a file, and name that (<0>)',
    'salve o certificado dessa autoridade em um arquivo e informe esse arquivo ({0})',
  ],
  ['no TLS connection with {0} could be agreed on ({1})', 'não houve acordo sobre uma conexão TLS com {0} ({1})'],
  ['check <0>, and the certificate of the server (<1>)', 'verifique {0} e o certificado do servidor ({1})'],
  [
    'no TLS connection with {0} could be agreed on: what answers there speaks no TLS ({1})',
    'não houve acordo sobre uma conexão TLS com {0}: o que responde lá não fala TLS ({1})',
  ],
  ['check <0>, the port above all, and <1>', 'verifique {0}, principalmente a porta, e {1}'],
  [
    '{0} answers with headers that HTTP does not allow ({1})',
    '{0} responde com cabeçalhos que o HTTP não permite ({1})',
  ],
  [
    'if it lasts, ask whoever runs that server, or a proxy in front of it: curl -v shows what it sends',
    'se continuar, pergunte a quem cuida desse servidor, ou de um proxy na frente dele: curl -v mostra o que ele envia',
  ],
  ['what answers at {0} speaks TLS, and no plain HTTP', 'o que responde em {0} fala TLS, e não HTTP sem criptografia'],
  ['what answers at {0} is <1>, and no <2>: it says "{3}"', 'o que responde em {0} é {1}, e não {2}: diz "{3}"'],
  ['what answers at {0} is <1>, and no <2>', 'o que responde em {0} é {1}, e não {2}'],
  ['web server', 'um servidor web'],
  ['database server', 'um banco de dados'],
  ['SSH server', 'um servidor SSH'],
  ['an SSH server', 'um servidor SSH'],
  ['a web server', 'um servidor web'],
  ['a mail server (SMTP)', 'um servidor de e-mail (SMTP)'],
  ['an FTP server', 'um servidor FTP'],
  ['a mail server (SMTP) or an FTP server', 'um servidor de e-mail (SMTP) ou um servidor FTP'],
  ['a mailbox server (POP3)', 'um servidor de caixas de correio (POP3)'],
  ['a mailbox server (IMAP)', 'um servidor de caixas de correio (IMAP)'],
  ['a MySQL or MariaDB server', 'um servidor MySQL ou MariaDB'],
  ['a server that speaks TLS', 'um servidor que fala TLS'],
  ['check <0>, the port above all', 'verifique {0}, principalmente a porta'],
  [
    'name the server as its certificate does (<0>), or have it get a certificate with the name that is there (as a subjectAltName; an address counts there alone)',
    'informe o servidor com o nome do certificado ({0}), ou peça um certificado com o nome que está lá (como subjectAltName; um endereço só vale lá)',
  ],
  ['it names {0}, and no address; {1} was asked for', 'ele tem o nome {0}, e nenhum endereço; foi pedido {1}'],
  ['nobody', 'ninguém'],
  [
    'the certificate of {0} is not trusted: the one that signed it did not come along, and is not known here ({1})',
    'o certificado de {0} não é confiável: o que o assinou não veio junto e não é conhecido aqui ({1})',
  ],
  [
    'have the server send its whole chain, the intermediate certificate too; if the authority is your own, save its certificate to a file, and name that (<0>)',
    'peça que o servidor envie a cadeia inteira, com o certificado intermediário; se a autoridade é sua, salve o certificado dela em um arquivo e informe esse arquivo ({0})',
  ],
  ['the certificate of {0} has been revoked', 'o certificado de {0} foi revogado'],
  ['have it replaced by those who run the server', 'peça a quem cuida do servidor que o substitua'],
  [
    'the server at {0} lacks secure renegotiation (RFC 5746), so no TLS with it is safe ({1})',
    'o servidor em {0} não tem renegociação segura (RFC 5746), portanto nenhum TLS com ele é seguro ({1})',
  ],
  [
    'have the server updated, or put a proxy in front of it that has it (nginx, stunnel), and name that',
    'peça que o servidor seja atualizado, ou ponha na frente dele um proxy que a tenha (nginx, stunnel) e informe esse proxy',
  ],
  [
    'the server at {0} has no TLS version that is taken here ({1})',
    'o servidor em {0} não tem nenhuma versão de TLS aceita aqui ({1})',
  ],
  [
    'have TLS 1.2 or newer switched on there, or put a proxy in front of it that has it (nginx, stunnel), and name that',
    'peça que TLS 1.2 ou mais novo seja ligado lá, ou ponha na frente dele um proxy que o tenha (nginx, stunnel) e informe esse proxy',
  ],
  [
    'the certificate or key of {0} is too weak to be taken ({1})',
    'o certificado ou a chave de {0} é fraca demais para ser aceita ({1})',
  ],
  [
    'have the server get a newer one (RSA with 2048 bits and SHA-256, or better), or put a proxy in front of it that has it (nginx, stunnel), and name that',
    'peça um mais novo para o servidor (RSA de 2048 bits e SHA-256, ou melhor), ou ponha na frente dele um proxy que o tenha (nginx, stunnel) e informe esse proxy',
  ],
  [
    'the server at {0} and order-monit have no TLS version, cipher and signature in common ({1})',
    'o servidor em {0} e o order-monit não têm versão de TLS, cifra e assinatura em comum ({1})',
  ],
  [
    'the server at {0} and order-monit have no TLS version, cipher and signature in common, or it wants a certificate of the client ({1})',
    'o servidor em {0} e o order-monit não têm versão de TLS, cifra e assinatura em comum, ou ele exige um certificado do cliente ({1})',
  ],
  [
    'have TLS 1.2 or newer with an AES-GCM cipher and signatures with SHA-256 switched on there, or put a proxy in front of it that has it (nginx, stunnel), and name that',
    'peça que TLS 1.2 ou mais novo, com uma cifra AES-GCM e assinaturas com SHA-256, seja ligado lá, ou ponha na frente dele um proxy que o tenha (nginx, stunnel) e informe esse proxy',
  ],
  [
    'the server at {0} wants a certificate of the client, and refuses what it got ({1})',
    'o servidor em {0} exige um certificado do cliente e recusa o que recebeu ({1})',
  ],
  [
    'ask those who run the server whether it has to want one of order-monit, and which',
    'pergunte a quem cuida do servidor se ele precisa exigir um do order-monit, e qual',
  ],
  [
    'the server at {0} has no certificate for the name that it was asked by ({1})',
    'o servidor em {0} não tem certificado para o nome que lhe foi pedido ({1})',
  ],
  ['check the host in <0>', 'verifique o host em {0}'],
  [
    'no TLS connection with {0} could be agreed on: it hung up',
    'não houve acordo sobre uma conexão TLS com {0}: ele desligou',
  ],
  [
    'check that TLS is spoken at that port (<0>), and that the server lets this machine in; one that has nothing but what is no longer taken (TLS 1.1, signatures with SHA-1, RSA keys of 1024 bits) hangs up as well: have it updated, or put a proxy in front of it that has it (nginx, stunnel), and name that',
    'verifique se essa porta fala TLS ({0}), e se o servidor deixa esta máquina entrar; um que só tem o que não se aceita mais (TLS 1.1, assinaturas com SHA-1, chaves RSA de 1024 bits) também desliga: peça que seja atualizado, ou ponha na frente dele um proxy mais novo (nginx, stunnel) e informe esse proxy',
  ],
  ['the certificate of {0} is not trusted ({1})', 'o certificado de {0} não é confiável ({1})'],
  [
    'have it mended by those who run the server; or, if it is the right one, save it to a file, and name that (<0>)',
    'peça a quem cuida do servidor que o corrija; ou, se for o certo, salve-o em um arquivo e informe esse arquivo ({0})',
  ],
  ['it sends more than it was asked for, or without an end', 'ele envia mais do que se pediu, ou sem fim'],
];
