/** What the tests of this room share: a stand-in with a client for it, and the recorded material. */
import { existsSync, readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';

import { createErp, type AbacosErp, type ErpOptions } from '../../src/abacos/index.ts';
import type { Answer } from '../../src/core/answer.ts';
import { isOrderNumber, type OrderNumber } from '../../src/core/order.ts';
import { Outage } from '../../src/core/outage.ts';
import { startAbacos, type AbacosOptions, type AbacosStandIn } from '../sandbox/abacos.ts';

export const KEY = '4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f';

/** Long enough for a busy machine, and never reached when all is well. */
export const PATIENT_MS = 60_000;

const MATERIAL = new URL('../../../shared/abacos/', import.meta.url);

/** Why the tests with recorded material are skipped, or false. */
export const NO_MATERIAL = existsSync(MATERIAL) ? false : 'the recorded answers and WSDLs are not on this machine';

export function material(name: string): string {
  return readFileSync(new URL(name, MATERIAL), 'utf8');
}

export function orderNumbers(...texts: readonly string[]): OrderNumber[] {
  return texts.map((text) => {
    if (!isOrderNumber(text)) throw new TypeError(`${text} is no order number`);
    return text;
  });
}

/** Numbers from 1 on. */
export function manyNumbers(count: number): OrderNumber[] {
  return orderNumbers(...Array.from({ length: count }, (_, index) => String(index + 1)));
}

export const NEVER = new AbortController().signal;

export interface CallOutcome {
  readonly byNumber: ReadonlyMap<OrderNumber, Answer>;
  readonly outage?: Outage;
}

export interface Site {
  readonly standIn: AbacosStandIn;
  readonly erp: AbacosErp;
  readonly reports: string[];
  /** Makes one call, and gives its answers or what it fails by. */
  readonly call: (numbers: readonly OrderNumber[], signal?: AbortSignal) => Promise<CallOutcome>;
  /** Makes one call, and gives what was said in a word for each number. */
  readonly words: (...numbers: readonly string[]) => Promise<string>;
}

export async function openSite(
  t: TestContext,
  options: { readonly erp?: Partial<ErpOptions>; readonly standIn?: Partial<AbacosOptions>; plataforma?: boolean } = {},
): Promise<Site> {
  const standIn = await startAbacos({ key: KEY, ...options.standIn });
  const url = options.plataforma === true ? standIn.plataformaUrl : standIn.url;
  const reports: string[] = [];
  const erp = createErp({
    endpoint: url.replace('?wsdl', ''),
    key: () => KEY,
    timeoutMs: PATIENT_MS,
    maxParallelCalls: 2,
    report: (message) => reports.push(message),
    ...options.erp,
  });
  t.after(async () => {
    erp.close();
    await standIn.stop();
  });
  const call: Site['call'] = async (numbers, signal = NEVER) => {
    try {
      return { byNumber: await erp.call(numbers, signal) };
    } catch (error) {
      if (error instanceof Outage) return { byNumber: new Map(), outage: error };
      throw error;
    }
  };
  const words = async (...numbers: readonly string[]): Promise<string> => {
    const { byNumber, outage } = await call(orderNumbers(...numbers));
    const said = [...byNumber].map(([number, answer]) => `${number} ${wordOf(answer)}`);
    return [...said, ...(outage === undefined ? [] : ['outage'])].join(', ');
  };
  return { standIn, erp, reports, call, words };
}

function wordOf(answer: Answer): string {
  return answer.kind === 'exists' ? answer.status : answer.kind;
}
