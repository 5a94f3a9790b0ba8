/** What people are to do about an order, by what was said of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { adviceFor, isRetryOfUse, type AdviceTopic } from '../../src/core/advice.ts';

const HOUR = 3_600_000;

/** As Abacos has answered, and as the shop's task raises it. */
const SAID: readonly (readonly [said: string, topic: AdviceTopic])[] = [
  ["RuntimeError: Order 1226050 doesn't have an associated payment", 'no-payment'],
  ['RuntimeError: Order 1226050 has no payment', 'no-payment'],
  ['Pedido 1226050 sem pagamento associado', 'no-payment'],
  ['Order number 72025 already exist on Abacos', 'already-there'],
  [
    'Interface = 11 Pedido = R34545465465463 Msg = o campo CPF/CNPJ (GRoxtlUMehBt7Y) tem que conter apenas numeros',
    'tax-id',
  ],
  ['CNPJ inválido', 'tax-id'],
  ['CEP 01310-10 inválido', 'address'],
  ['Município não encontrado', 'address'],
  ['tdreErroDataBase (300005) Produto não cadastrado: 1234', 'product'],
  ['PRODUTO NAO CADASTRADO', 'product'],
  ['Transaction was deadlocked on lock resources', 'passing'],
  ['Net::ReadTimeout: execution expired (timeout)', 'passing'],
  ["Don't know how to build task 'order_integration_service:insert_order'", 'shop-code'],
];

describe('The advice on an order', () => {
  for (const [said, topic] of SAID) {
    test(`of which was said "${said}" is about ${topic}`, () => {
      assert.deepEqual(adviceFor({ said: [said], openMs: HOUR }, []), { kind: 'known', topic });
    });
  }

  test('that the shop itself waits to be paid is that there is nothing to do', () => {
    const said = ["Order 1226050 doesn't have an associated payment"];
    const advice = adviceFor({ said, isUnpaid: true, openMs: HOUR }, []);
    assert.deepEqual(advice, { kind: 'known', topic: 'awaiting-payment' });
    assert.equal(isRetryOfUse(advice), false);
    assert.equal(isRetryOfUse(adviceFor({ said, isUnpaid: false, openMs: HOUR }, [])), true);
  });

  test('whose connections fail for hours is another one than at first', () => {
    const said = ['connect ECONNREFUSED 10.0.0.7:8085'];
    assert.deepEqual(adviceFor({ said, openMs: HOUR }, []), { kind: 'known', topic: 'passing' });
    assert.deepEqual(adviceFor({ said, openMs: 3 * HOUR }, []), { kind: 'known', topic: 'lasting' });
  });

  test('does not exist where nobody knows, and then a retry is of use', () => {
    for (const text of ['RuntimeError: boom', 'RECEPTION failed', 'Inserido', '']) {
      assert.equal(adviceFor({ said: [text], openMs: HOUR }, []), undefined, text);
    }
    assert.equal(adviceFor({ said: [], isUnpaid: true, openMs: HOUR }, []), undefined);
    assert.equal(isRetryOfUse(undefined), true);
  });

  test('is that of the shop’s own rules before any other, of whatever was said', () => {
    const rule = { test: (text: string) => text.includes('frete'), who: 'Logística', todo: 'corrija o frete' };
    const said = ['CPF inválido', 'frete inválido'];
    assert.deepEqual(adviceFor({ said, openMs: 0 }, [rule]), { kind: 'own', who: rule.who, todo: rule.todo });
    assert.deepEqual(adviceFor({ said: ['CPF inválido'], openMs: 0 }, [rule]), { kind: 'known', topic: 'tax-id' });
  });
});
