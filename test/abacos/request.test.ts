/** The request has the form that the WSDLs and ASP.NET want. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ABACOS_NAMESPACE, requestFor, SOAP_ACTION } from '../../src/abacos/request.ts';
import { KEY, material, NO_MATERIAL, openSite } from './fixtures.ts';
import { readRequest } from './wire.ts';

const WSDLS = ['AbacosWSPedidos-5.0B.0057.wsdl', 'AbacosWSPlataforma-5.0.83.7.wsdl'];

/** The names of the elements in the sequence of a type or element of the WSDL. */
function sequenceOf(wsdl: string, name: string): string[] {
  const block = new RegExp(`name="${name}">(.*?)</s:sequence>`, 's').exec(wsdl)?.[1] ?? '';
  return [...block.matchAll(/<s:element [^>]*name="(\w+)"/g)].map(([, element = '']) => element);
}

describe('the request against the WSDLs', { skip: NO_MATERIAL }, () => {
  for (const file of WSDLS) {
    test(`${file} has its elements, in its order, in its namespace`, () => {
      const wsdl = material(file);
      const request = requestFor(KEY, ['1226207', '1226904']);
      const elements = [...request.matchAll(/<(\w+)[ >]/g)].map(([, name = '']) => name);
      assert.deepEqual(elements, [
        'PedidoExiste',
        ...sequenceOf(wsdl, 'PedidoExiste'),
        ...sequenceOf(wsdl, 'ArrayOfString'),
        ...sequenceOf(wsdl, 'ArrayOfString'),
      ]);
      assert.match(wsdl, new RegExp(`elementFormDefault="qualified" targetNamespace="${ABACOS_NAMESPACE}"`));
      assert.ok(wsdl.includes(`soapAction=${SOAP_ACTION} style="document"`));
      assert.deepEqual(readRequest(request), { key: KEY, numbers: ['1226207', '1226904'] });
    });
  }

  test('the example is read the same as our own request', () => {
    const example = material('examples/request.soap11.xml').replaceAll(/>\s+</g, '><').trim();
    const own = requestFor('00000000-0000-0000-0000-000000000000', ['1226207', '1226904']);
    assert.deepEqual(readRequest(example), readRequest(own));
  });
});

test('a request escapes what XML would take for markup', () => {
  assert.deepEqual(readRequest(requestFor('<&>', ['a<b', ']]>'])), { key: '<&>', numbers: ['a<b', ']]>'] });
});

test('a request carries the headers that ASP.NET wants, and the configured user agent', async (t) => {
  const { standIn, words } = await openSite(t, { erp: { userAgent: 'Mozilla/5.0 (probe)' } });
  await words('1');
  const { headers } = standIn.received[0] ?? assert.fail('nothing was received');
  assert.equal(headers['soapaction'], '"http://www.kplsolucoes.com.br/ABACOSWebService/PedidoExiste"');
  assert.equal(headers['content-type'], 'text/xml; charset=utf-8');
  assert.equal(headers['user-agent'], 'Mozilla/5.0 (probe)');
});

test('a request names order-monit where no user agent is configured', async (t) => {
  const { standIn, words } = await openSite(t);
  await words('1');
  assert.equal(standIn.received[0]?.headers['user-agent'], 'order-monit');
});
