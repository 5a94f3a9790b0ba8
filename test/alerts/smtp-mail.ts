/** A mail as the tests of mail servers send it. */
import type { Mail } from '../../src/alerts/deliver/message.ts';

export const MAIL: Mail = {
  format: 1,
  channel: 'mail',
  id: 'abc.1',
  at: Date.UTC(2026, 10, 20, 12, 0, 5),
  critical: true,
  kind: 'orders',
  orders: [],
  topic: 'orders news',
  thread: 'abc.1',
  audience: 'subscribers',
  concern: 'orders',
  subject: 'Pedido 1226207 fora do Abacos: integração',
  text: 'O que aconteceu\n  Integração.\n',
  html: '<p>Integração</p>',
  done: [],
};
