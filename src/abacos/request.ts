/** The namespace of the service, for elements and for the SOAPAction alike; the same in every WSDL. */
export const ABACOS_NAMESPACE = 'http://www.kplsolucoes.com.br/ABACOSWebService';
export const SOAP_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** The header's value: ASP.NET wants the quotes. */
export const SOAP_ACTION = `"${ABACOS_NAMESPACE}/PedidoExiste"`;

/** The SOAP 1.1 request for `PedidoExiste`; the WSDL fixes the order of the elements. */
export function requestFor(key: string, numbers: readonly string[]): string {
  const list = numbers.map((number) => `<string>${escape(number)}</string>`).join('');
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<soap:Envelope xmlns:soap="${SOAP_NAMESPACE}"><soap:Body>` +
    `<PedidoExiste xmlns="${ABACOS_NAMESPACE}">` +
    `<ChaveIdentificacao>${escape(key)}</ChaveIdentificacao>` +
    `<ListaDeNumerosDePedidos>${list}</ListaDeNumerosDePedidos>` +
    '</PedidoExiste></soap:Body></soap:Envelope>'
  );
}

function escape(text: string): string {
  if (!/[&<>]/.test(text)) return text;
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
