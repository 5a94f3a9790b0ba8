/** What people read in place of "Abacos" where the ERP is another. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { ERP_NAME, nameErp, withErpName } from '../../src/text/erp-name.ts';

afterEach(() => {
  nameErp(undefined);
});

const TEXT = 'Abacos denies 2 orders; o Abacos; AbacosWSPedidos; "Abacos"; see abacos.yml, abacos';

test('Abacos is called Abacos, unless it is another ERP', () => {
  assert.equal(withErpName(TEXT), TEXT);
  nameErp('Business Central');
  assert.equal(
    withErpName(TEXT),
    'Business Central denies 2 orders; o Business Central; AbacosWSPedidos; "Business Central"; see erp.yml, abacos',
  );
  nameErp(undefined);
  assert.equal(withErpName(TEXT), TEXT);
});

test('A name means nothing to HTML, JSON, a header or a replacement', () => {
  for (const good of ['Odoo', 'Bling v3', 'SAP B1', 'Sênior-X', 'ERP+', '1C', 'x'.repeat(40)])
    assert.match(good, ERP_NAME);
  for (const bad of ['', ' Odoo', '<b>', 'a"b', 'a&b', 'a\nb', '$&', '`id`', "it's", 'x'.repeat(41), 'a\u202eb'])
    assert.doesNotMatch(bad, ERP_NAME);
});
