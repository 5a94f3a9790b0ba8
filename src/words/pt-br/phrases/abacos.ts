/** What is wrong with Abacos, and with its answers, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const ABACOS: readonly Phrase[] = [
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
  ['{0} answered with HTTP <1>', '{0} respondeu com HTTP {1}'],
  ['{0} answered with HTTP <1>: it says "{2}"', '{0} respondeu com HTTP {1}: diz "{2}"'],
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

export const ANSWERS: readonly Phrase[] = [
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
  ['the call about it alone fails: <0>', 'a chamada só sobre ele falha: {0}'],
  ['Abacos has it without its payment', 'o Abacos o tem sem o pagamento'],
  [
    '{0} answered with HTTP {1} (redirected to {2}), and order-monit sends the key nowhere else',
    '{0} respondeu com HTTP {1} (redirecionou para {2}), e o order-monit não envia a chave a outro lugar',
  ],
  [
    '{0} answered with HTTP {1} (redirected), and order-monit sends the key nowhere else',
    '{0} respondeu com HTTP {1} (redirecionou), e o order-monit não envia a chave a outro lugar',
  ],
  ['it leads to a login page: <0>', 'leva a uma página de login: {0}'],
  [
    'set wsdl_order_api in abacos.yml to the address that the service has now',
    'defina wsdl_order_api em abacos.yml com o endereço que o serviço tem agora',
  ],
  [
    'begin wsdl_order_api in abacos.yml with https:// (and give its port, if it has another)',
    'comece wsdl_order_api em abacos.yml com https:// (e informe a porta, se for outra)',
  ],
  [
    'write the host into wsdl_order_api in abacos.yml as the web server there knows it (the host name of its binding in IIS)',
    'escreva o host em wsdl_order_api em abacos.yml como o servidor web de lá o conhece (o nome do host no binding dele no IIS)',
  ],
  [
    'the server wants a certificate of the client, which order-monit does not have: <0>',
    'o servidor exige um certificado do cliente, que o order-monit não tem: {0}',
  ],
  [
    'check the path of wsdl_order_api in abacos.yml: what is there takes no calls',
    'verifique o caminho de wsdl_order_api em abacos.yml: o que está lá não aceita chamadas',
  ],
  [
    'check the path of wsdl_order_api in abacos.yml: what is there takes no SOAP 1.1',
    'verifique o caminho de wsdl_order_api em abacos.yml: o que está lá não aceita SOAP 1.1',
  ],
  [
    'make max_numbers_per_call in service.yml smaller, or have the limit of the server raised',
    'diminua max_numbers_per_call em service.yml, ou peça que o limite do servidor seja aumentado',
  ],
  [
    'make max_parallel_calls in service.yml smaller, or have the limit of the server raised',
    'diminua max_parallel_calls em service.yml, ou peça que o limite do servidor seja aumentado',
  ],
  [
    'a cache or proxy in front of Abacos answers in its place: have it let calls (POST) through to Abacos',
    'um cache ou proxy na frente do Abacos responde no lugar dele: peça que deixe as chamadas (POST) chegarem ao Abacos',
  ],
  ['{0} (it asks for a user name and password)', '{0} (pede um usuário e uma senha)'],
  ['<0> (it asks for a user name and password: {1})', '{0} (pede um usuário e uma senha: {1})'],
  [
    '{0} answered with HTTP {1} (it asks for a user name and password): it says "{2}"',
    '{0} respondeu com HTTP {1} (pede um usuário e uma senha): diz "{2}"',
  ],
  [
    '{0} packs its answers in a way that order-monit can not read (Content-Encoding: {1})',
    '{0} compacta as respostas de um modo que o order-monit não lê (Content-Encoding: {1})',
  ],
  ['[unreadable]', '[ilegível]'],
  [
    'have whoever runs Abacos, or the proxy in front of it, send them unpacked or with gzip',
    'peça a quem cuida do Abacos, ou do proxy na frente dele, que as envie sem compactar ou com gzip',
  ],
  ['without a code', 'sem código'],
  ['the call to {0} was given up on request', 'a chamada a {0} foi interrompida a pedido'],
  [
    'if it lasts, check wsdl_order_api in abacos.yml, and the proxy if there is one',
    'se continuar, verifique wsdl_order_api em abacos.yml, e o proxy, se houver',
  ],
  ['the answer of {0} is longer than 8 MiB', 'a resposta de {0} tem mais de 8 MiB'],
  [
    'the answer of {0} can not be unpacked: its {1} is damaged or cut short',
    'não foi possível descompactar a resposta de {0}: o {1} dela está danificado ou incompleto',
  ],
  [
    'the answer of {0} is in a character set that order-monit does not read',
    'a resposta de {0} está em um conjunto de caracteres que o order-monit não lê',
  ],
  ['the answer of {0} is nested too deeply', 'a resposta de {0} tem níveis demais'],
  ['the answer of {0} holds more than one answer', 'a resposta de {0} contém mais de uma resposta'],
  ['the answer of {0} gives a value twice', 'a resposta de {0} traz um valor duas vezes'],
  ['the answer of {0} is no answer to PedidoExiste', 'a resposta de {0} não é uma resposta a PedidoExiste'],
  ['the answer of {0} is not well-formed XML', 'a resposta de {0} não é XML bem formado'],
  [
    'the answer of {0} holds a document type declaration, which SOAP forbids',
    'a resposta de {0} contém uma declaração de tipo de documento, que o SOAP proíbe',
  ],
];
