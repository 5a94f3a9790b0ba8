/** What is made of Abacos' answers: "missing" and "exists" only by its plain word, else unknown or an outage. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { KEY, material, manyNumbers, NO_MATERIAL, openSite, orderNumbers } from './fixtures.ts';
import { answer, rowElement, type AnswerRow } from './wire.ts';

const HEALTHY = { code: 0, type: 'tdreIndefinido' };
const OK = { code: 200002, type: 'tdreSucesso', text: 'OK.' };
const MISSING: AnswerRow = { number: '7', exists: false, status: 'tspeeNaoEncontrado', result: OK };

describe('recorded material', { skip: NO_MATERIAL }, () => {
  test('the recorded healthy answer, which says tdreIndefinido at the top, tells of two missing orders', async (t) => {
    const { standIn, words } = await openSite(t);
    standIn.fail({ raw: material('recorded/pedido-existe-two-absent.xml') });
    assert.equal(await words('09023539454', '125325441'), '09023539454 missing, 125325441 missing');
    assert.equal(await words('9023539454'), '9023539454 unknown');
  });

  test('the example with two numbers tells of one that is in progress and one that is missing', async (t) => {
    const { standIn, words } = await openSite(t);
    standIn.fail({ raw: material('examples/response.two-numbers.xml') });
    assert.equal(await words('1226904', '1226207'), '1226904 missing, 1226207 in-progress');
  });

  for (const file of ['examples/response.wrong-key.xml', 'recorded/key-of-wrong-length.xml']) {
    test(`${file} is an outage that names the key and does not show it`, async (t) => {
      const { standIn, call } = await openSite(t);
      standIn.fail({ raw: material(file).replaceAll('ProdutosDisponiveis', 'PedidoExiste') });
      const { byNumber, outage } = await call(orderNumbers('1'));
      assert.equal(byNumber.size, 0);
      assert.match(outage?.message ?? '', /the key is refused with 300015 tdreErroDados/);
      assert.match(outage?.hint ?? '', /key in abacos\.yml/);
      assert.doesNotMatch(outage?.message ?? '', /00000000|wrong key/);
    });
  }

  test('a failed row beside others is unknown, with its text in one line', async (t) => {
    const { standIn, call } = await openSite(t);
    const recorded = material('recorded/rows-partly-failed.xml')
      .replaceAll('InserirPedido', 'PedidoExiste')
      .replaceAll('DadosPedidosResultado', 'DadosPedidosExistentes');
    standIn.fail({ raw: recorded.replace('</Rows>', `${rowElement(MISSING)}</Rows>`) });
    const { byNumber } = await call(orderNumbers('R34545465465463', '7'));
    const [failed, missing] = [...byNumber.values()];
    assert.deepEqual(missing, { kind: 'missing' });
    assert.ok(failed?.kind === 'unknown');
    assert.match(failed.why, /^Abacos failed on it with 300005 tdreErroDataBase: A execução/);
    assert.doesNotMatch(failed.why, /\n/);
  });

  test('the example of a SOAP fault is what its call fails by', async (t) => {
    const { standIn, call } = await openSite(t);
    standIn.fail({ raw: material('examples/fault.soap11.http500.xml'), status: 500 });
    const { outage } = await call(orderNumbers('1'));
    assert.match(outage?.reason ?? '', /^SOAP fault: \S.*[^.]$/);
  });
});

describe('one row', () => {
  const failed = { code: 300005, type: 'tdreErroDataBase' };
  const cases: readonly (readonly [row: Partial<AnswerRow>, expected: string, why?: RegExp])[] = [
    [{ exists: true, status: 'tspeeEmAndamento' }, 'in-progress'],
    [{ exists: true, status: 'tspeeFaturado' }, 'invoiced'],
    [{ exists: true, status: 'tspeeDespachado' }, 'dispatched'],
    [{ exists: true, status: 'tspeeEntregue' }, 'delivered'],
    [{ exists: true, status: 'tspeeCancelado' }, 'cancelled'],
    [{ exists: '1', status: 'tspeeFaturado' }, 'invoiced'],
    [{ exists: '0' }, 'missing'],
    [{ number: ' \n7 ' }, 'missing'],
    [{ result: { code: 200001, type: 'tdreSucessoSemDados' } }, 'missing'],
    [{ result: { code: 0, type: 'tdreIndefinido' } }, 'unknown', /its query ended with 0 tdreIndefinido/],
    [{ result: { code: 100001, type: 'tdreAlerta' } }, 'unknown', /tdreAlerta/],
    [{ result: { code: 1, type: 'tdreNovo' } }, 'unknown', /tdreNovo/],
    [{ result: failed }, 'unknown', /failed on it with 300005/],
    [{ result: { code: 300005, type: 'tdreSucesso' } }, 'unknown', /failed on it/],
    [{ exists: true, status: 'tspeeFaturado', result: failed }, 'unknown', /failed on it/],
    [{ exists: true }, 'unknown', /it exists and that it was not found/],
    [{ status: 'tspeeFaturado' }, 'unknown', /does not exist and has the status tspeeFaturado/],
    [{ exists: true, status: 'tspeeNovo' }, 'unknown', /the unknown status tspeeNovo/],
    [{ exists: 'yes' }, 'unknown', /without saying whether it exists/],
    [{ number: '8' }, 'unknown', /gave no answer/],
    [{ number: '07' }, 'unknown', /gave no answer/],
  ];
  for (const [changes, expected, why] of cases) {
    test(`with ${JSON.stringify(changes)} is ${expected}`, async (t) => {
      const { standIn, call } = await openSite(t);
      standIn.fail({ raw: answer(HEALTHY, rowElement({ ...MISSING, ...changes })) });
      const { byNumber, outage } = await call(orderNumbers('7'));
      assert.equal(outage, undefined);
      const [said] = byNumber.values();
      assert.equal(said?.kind === 'exists' ? said.status : said?.kind, expected);
      if (why !== undefined) assert.match(said?.kind === 'unknown' ? said.why : '', why);
    });
  }

  for (const element of ['Existente', 'StatusAtual', 'Resultado', 'NumeroDoPedido']) {
    test(`without ${element} is unknown`, async (t) => {
      const { standIn, words } = await openSite(t);
      const row = rowElement(MISSING).replace(new RegExp(`<${element}>.*</${element}>`), '');
      standIn.fail({ raw: answer(HEALTHY, row) });
      assert.equal(await words('7'), '7 unknown');
    });
  }

  test('that contradicts itself is reported without a secret', async (t) => {
    const { standIn, words, reports } = await openSite(t);
    standIn.fail({ raw: answer(HEALTHY, rowElement({ ...MISSING, exists: true, status: `x ${KEY}` })) });
    assert.equal(await words('7'), '7 unknown');
    assert.deepEqual(reports, ['Order 7: Abacos says that it exists, with the unknown status x [hidden]']);
  });
});

describe('the rows together', () => {
  test('a number with two different answers is unknown, and with two equal ones is what they say', async (t) => {
    const { standIn, words } = await openSite(t);
    const invoiced = { ...MISSING, exists: true, status: 'tspeeFaturado' };
    standIn.fail({ raw: answer(HEALTHY, rowElement(MISSING) + rowElement(invoiced)) });
    assert.equal(await words('7'), '7 unknown');
    standIn.fail({ raw: answer(HEALTHY, rowElement(MISSING) + rowElement(MISSING)) });
    assert.equal(await words('7'), '7 missing');
  });

  test('no Rows leave every number unknown', async (t) => {
    const { standIn, words } = await openSite(t);
    standIn.fail('no-rows');
    assert.equal(await words('1', '2'), '1 unknown, 2 unknown');
  });

  test('unknown elements and rows of other numbers change nothing', async (t) => {
    const { standIn, words } = await openSite(t);
    const row = rowElement(MISSING).replace('<Existente>', '<Novo><Existente>true</Existente></Novo><Existente>');
    standIn.fail({ raw: answer(HEALTHY, row + rowElement({ ...MISSING, number: '9' })) });
    assert.equal(await words('7'), '7 missing');
  });

  test('an element of a foreign namespace is not taken for one of the service', async (t) => {
    const { standIn, words } = await openSite(t);
    standIn.fail({ raw: answer(HEALTHY, rowElement(MISSING).replace('<Existente>', '<Existente xmlns="urn:x">')) });
    assert.equal(await words('7'), '7 unknown');
  });

  test('the merged service with its additional element answers alike', async (t) => {
    const { standIn, words } = await openSite(t, { plataforma: true });
    standIn.place('1', 'tspeeEntregue');
    assert.equal(await words('1', '2'), '1 delivered, 2 missing');
  });
});

describe('the top of an answer', () => {
  const cases: readonly (readonly [code: number, type: string, expected: string])[] = [
    [0, 'tdreIndefinido', '7 missing'],
    [200001, 'tdreSucesso', '7 missing'],
    [200002, 'tdreSucessoSemDados', '7 missing'],
    [100001, 'tdreAlerta', '7 missing'],
    [300015, 'tdreErroDados', 'outage'],
    [300002, 'tdreErroDataBase', 'outage'],
    [300007, 'tdreErroDataBase', 'outage'],
    [300014, 'tdreErroDataBase', 'outage'],
    [300012, 'tdreErroDados', 'outage'],
    [5, 'tdreErroGeral', 'outage'],
    [300099, 'tdreSucesso', 'outage'],
  ];
  for (const [code, type, expected] of cases) {
    test(`${code} ${type} above a good row gives: ${expected}`, async (t) => {
      const { standIn, words } = await openSite(t);
      standIn.fail({ raw: answer({ code, type }, rowElement(MISSING)) });
      assert.equal(await words('7'), expected);
    });
  }

  test('an answer without ResultadoOperacao is an outage', async (t) => {
    const { standIn, words } = await openSite(t);
    const whole = answer(HEALTHY, rowElement(MISSING));
    standIn.fail({ raw: whole.replace(/<ResultadoOperacao>.*<\/ResultadoOperacao>/, '') });
    assert.equal(await words('7'), 'outage');
  });
});

test('random answers say missing or exists only where the rule does', async (t) => {
  const { standIn, call } = await openSite(t);
  const result = fc.record({
    code: fc.constantFrom(0, 100001, 200001, 200002, 300005),
    type: fc.constantFrom('tdreIndefinido', 'tdreSucesso', 'tdreSucessoSemDados', 'tdreAlerta', 'tdreErroDados', 'x'),
  });
  const row = fc.record({
    number: fc.constantFrom('1', '2', '3', ' 2 ', '02', ''),
    exists: fc.constantFrom('true', 'false', '1', '0', '', 'TRUE'),
    status: fc.constantFrom('tspeeNaoEncontrado', 'tspeeFaturado', 'tspeeEmAndamento', 'tspeeNovo', ''),
    result,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 6 }), async (rows) => {
      standIn.fail({ raw: answer(HEALTHY, rows.map((each) => rowElement(each)).join('')) });
      const { byNumber } = await call(manyNumbers(3));
      assert.equal(byNumber.size, 3);
      for (const [number, said] of byNumber) {
        const own = rows.filter((each) => each.number.trim() === number);
        const sound = own.every((each) => each.result.code < 300000 && !each.result.type.startsWith('tdreErro'));
        const succeeded = own.every(({ result: { type } }) => type.startsWith('tdreSucesso'));
        const absent = own.every(({ exists, status }) => /^(false|0)$/.test(exists) && status === 'tspeeNaoEncontrado');
        const there = own.every(({ exists, status }) => /^(true|1)$/.test(exists) && /(urado|mento)$/.test(status));
        const oneStatus = new Set(own.map(({ status }) => status)).size === 1;
        const expected =
          own.length === 0 || !sound
            ? 'unknown'
            : absent && succeeded
              ? 'missing'
              : there && oneStatus
                ? 'exists'
                : 'unknown';
        assert.equal(said.kind, expected);
      }
    }),
    { numRuns: 300 },
  );
});
