/** What the page says where people retry and dismiss orders, in Portuguese as it is written in Brazil. */
import type { CHANGES as EN } from '../en/changes.ts';
import { grouped, orders } from './common.ts';

export const CHANGES: typeof EN = {
  dismiss: {
    button: 'Dispensar este pedido',
    title: 'Dispensar',
    question: 'Dispensar este pedido?',
    explanation:
      'Nada mais é feito por ele, e ninguém recebe lembretes. Ele continua no registro, com o seu motivo. O Abacos é consultado uma vez por dia; para reabrir o pedido, clique em "Tentar de novo".',
    whyLabel: 'Por que nada precisa ser feito',
    confirm: 'Dispensar',
    noReason: 'Informe um motivo',
    done: (count) => `Dispensa registrada: ${orders(count)}.`,
    notDone: (count) => `Sem dispensa, porque já havia uma ou já não há problema em aberto: ${orders(count)}.`,
    more: (count) => `e mais ${grouped(count)}`,
    why: 'Este pedido foi dispensado: alguém decidiu que nada precisa ser feito (veja abaixo).',
    todo: 'Nada. O Abacos é consultado uma vez por dia. Para tratá-lo mesmo assim, clique em "Tentar este pedido de novo".',
    inDoubtTodo:
      'Nada. O Abacos é consultado uma vez por dia. Um comando pode ter feito seu trabalho embora o Abacos não o mostre: antes de tentar de novo, procure o pedido no Abacos.',
  },
  retry: {
    title: 'Tentar de novo',
    question: 'Tentar de novo estes pedidos?',
    explanation:
      'Cada um recebe de novo todas as tentativas, e o order-monit começa imediatamente. O Abacos é consultado antes, e um pedido que ele mostra não é enviado de novo. Se um comando pode ter enviado um que ele não mostra, procure esse pedido no Abacos primeiro.',
    inDoubt: 'um comando pode ter feito seu trabalho embora o Abacos não o mostre: procure-o no Abacos primeiro',
    confirm: 'Sim, tentar de novo',
    cancel: 'Não, voltar',
    notAllowedTitle: 'Não é permitido tentar de novo aqui',
    notAllowed:
      'Esta página é só para consulta. Quem opera o order-monit pode permitir (page_allow_retry) ou executar: order-monit retry',
    nothing: 'Nenhum pedido foi indicado.',
    leftOut: (count, most) =>
      `${count === 1 ? '1 outro não está' : `${grouped(count)} outros não estão`} entre eles: os que um comando pode ter enviado são procurados no Abacos e escolhidos um a um, e no máximo ${grouped(most)} são tentados de uma vez.`,
    tooMany: (most) => `No máximo ${orders(most)} podem ser alterados de uma vez`,
    done: (count) => `Nova tentativa iniciada: ${orders(count)}.`,
    notDone: (count) => `Sem nova tentativa, porque já não há problema em aberto: ${orders(count)}.`,
    more: (count) => `e mais ${grouped(count)}`,
  },
};
