/** Decides by the reply's own result code whether a call failed as a whole, and as which outage. */
import { abacosOutage } from './failure.ts';
import type { Reply, Result, ResultReply } from './reply.ts';

const ERROR_CODES_FROM = 300_000;
const KEY_REFUSED = 300_015;
const DATABASE_DOWN: ReadonlySet<number> = new Set([300_002, 300_007, 300_014]);

/**
 * Judges an answer by its top. A healthy one says `Codigo` 0 and
 * `tdreIndefinido` (recorded), other builds 200001 or 200002, and `tdreAlerta`
 * when some rows failed: so only what is named an error is taken for one.
 * `clean` takes secrets out of a text.
 *
 * @returns the reply of a call that succeeded as a whole
 * @throws Outage when the call failed, by itself or by one of its numbers
 */
export function succeeded(reply: Reply, clean: (text: string) => string): ResultReply {
  if (reply.kind === 'fault') throw abacosOutage({ reason: withoutStop(clean(`SOAP fault: ${reply.text}`)) });
  const { top } = reply;
  if (top === undefined) throw abacosOutage({ reason: 'the answer does not say whether the call succeeded' });
  if (top.code === KEY_REFUSED) {
    throw abacosOutage({
      reason: `the key is refused with ${describeResult(top, clean)}`,
      hint: 'set key in abacos.yml to the key that the shop inserts its orders with',
    });
  }
  if (DATABASE_DOWN.has(top.code)) {
    throw abacosOutage({ reason: `its own database fails with ${describeResult(top, clean)}` });
  }
  if (isError(top)) throw abacosOutage({ reason: `the call failed with ${describeResult(top, clean)}` });
  return reply;
}

/** Whether a result, of a call or of a row, is a failure. */
export function isError({ code, type }: Result): boolean {
  return code >= ERROR_CODES_FROM || type.startsWith('tdreErro');
}

/** A result for people: its code, type and text. */
export function describeResult({ code, type, text }: Result, clean: (text: string) => string): string {
  return withoutStop(clean(text === '' ? `${code} ${type}` : `${code} ${type}: ${text}`));
}

/** Reasons stand within sentences. */
function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
