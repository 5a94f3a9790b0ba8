/** Why repairs are held, and orders given up, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const REPAIRS: readonly Phrase[] = [
  [
    'the commands of {0} or more different orders in a row did not bring their orders into Abacos; <1>',
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
  ['its attempts are used up', 'as tentativas se esgotaram'],
  [
    'two commands ended without an error, or without an end, and Abacos still does not show what they were to do; a third one might do it twice',
    'dois comandos terminaram sem erro, ou sem um fim conhecido, e o Abacos ainda não mostra o que deviam fazer; um terceiro poderia fazê-lo em duplicidade',
  ],
  ['the shop has never given it a number', 'a loja nunca lhe deu um número'],
];
