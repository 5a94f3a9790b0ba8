/** What the page says where people retry and dismiss orders, in English. */
import { grouped, orders } from './common.ts';

export const CHANGES = {
  dismiss: {
    button: 'Dismiss this order',
    title: 'Dismiss',
    question: 'Dismiss this order?',
    explanation:
      'Nothing more is done about it, and nobody is reminded of it. It stays on record with your reason. Abacos is asked about it once a day; retry it to open it again.',
    whyLabel: 'Why nothing needs to be done',
    confirm: 'Dismiss',
    noReason: 'A reason is needed',
    done: (count: number): string => `Dismissed: ${orders(count)}.`,
    notDone: (count: number): string => `Not dismissed, as already dismissed or not open any more: ${orders(count)}.`,
    more: (count: number): string => `and ${grouped(count)} more`,
    why: 'This order was dismissed: somebody decided that nothing needs to be done about it (see below).',
    todo: 'Nothing. Abacos is asked about it once a day. To have it repaired after all, retry it.',
    inDoubtTodo:
      'Nothing. Abacos is asked about it once a day. A command may have done its work although Abacos does not show it: before you retry it, look it up in Abacos.',
  },
  retry: {
    title: 'Retry',
    question: 'Retry these orders?',
    explanation:
      'Each gets all its attempts again, and order-monit starts at once. Abacos is asked first, and an order that it shows is not sent again. If a command may have sent one that it does not show, look that one up in Abacos first.',
    inDoubt: 'a command may have done its work although Abacos does not show it: look it up in Abacos first',
    confirm: 'Yes, retry',
    cancel: 'No, go back',
    notAllowedTitle: 'Retry is not allowed here',
    notAllowed:
      'This page is read-only. Whoever runs order-monit can allow it (page_allow_retry), or run: order-monit retry',
    nothing: 'No order was named.',
    leftOut: (count: number, most: number): string =>
      `${count === 1 ? '1 other is' : `${grouped(count)} others are`} not among them: those that a command may have sent are looked up in Abacos and chosen one by one, and at most ${grouped(most)} are retried at once.`,
    tooMany: (most: number): string => `At most ${orders(most)} can be changed at once`,
    done: (count: number): string => `Retry started: ${orders(count)}.`,
    notDone: (count: number): string => `Not retried, as not open any more: ${orders(count)}.`,
    more: (count: number): string => `and ${grouped(count)} more`,
  },
};
