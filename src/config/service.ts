/** Schema and defaults of `service.yml`, and which of its times have to fit each other. */
import * as v from 'valibot';

import { adviceRule, MOST_RULES, type OwnAdvice } from './advice.ts';
import { readCaFile } from './ca.ts';
import type { Source } from './config-file.ts';
import { listenAddress, pageUrl, resolvePage, type PageConfig } from './page.ts';
import type { Secret } from './secret.ts';
import { flag, oneOf, path, seconds, secretUrl, wholeNumber } from './values.ts';

const DAY_S = 86_400;
const MEGABYTE = 1_000_000;

const SCHEMA = v.object({
  running_cycle: v.optional(seconds({ min: 1, max: DAY_S }), '120'),
  max_attempts: v.optional(wholeNumber({ min: 0, max: 1000 }), '4'),
  max_orders_per_request: v.optional(wholeNumber({ min: 1, max: 10_000 }), '5'),
  rewind_rate: v.optional(wholeNumber({ min: 1, max: 10_000 })),
  downtime_wait: v.optional(seconds({ min: 1, max: DAY_S }), '30'),
  settle_time: v.optional(seconds({ min: 0, max: 7 * DAY_S }), '1800'),
  late_window: v.optional(seconds({ min: 0, max: 365 * DAY_S }), '172800'),
  recheck_given_up: v.optional(seconds({ min: 1, max: 30 * DAY_S }), '3600'),
  payment_look: v.optional(seconds({ min: 10, max: DAY_S }), '600'),
  payment_window: v.optional(seconds({ min: 0, max: 365 * DAY_S }), '1296000'),
  repair_wait: v.optional(seconds({ min: 0, max: DAY_S })),
  max_numbers_per_call: v.optional(wholeNumber({ min: 1, max: 1000 }), '50'),
  max_parallel_calls: v.optional(wholeNumber({ min: 1, max: 16 }), '2'),
  // OpenSSH's server allows ten sessions on a connection unless it is told otherwise (MaxSessions).
  max_parallel_repairs: v.optional(wholeNumber({ min: 1, max: 10 }), '2'),
  stop_timeout: v.optional(seconds({ min: 0, max: 3600 }), '60'),
  keep_settled_days: v.optional(wholeNumber({ min: 1, max: 36_500 }), '90'),
  history_size: v.optional(wholeNumber({ min: 1, max: 1024 }), '64'),
  election: v.optional(oneOf(['lock', 'lease', 'external', 'off']), 'lock'),
  language: v.optional(oneOf(['en', 'pt-BR']), 'en'),
  heartbeat_url: v.optional(secretUrl('the URL that is called after each good cycle')),
  heartbeat_ca: v.optional(path('a file of CA certificates in PEM form')),
  listen: v.optional(listenAddress()),
  page_password_file: v.optional(path('a file that holds the password of the page')),
  page_allow_retry: v.optional(flag()),
  page_url: v.optional(pageUrl()),
  advice: v.optional(
    v.pipe(v.array(adviceRule(), 'is not a list.'), v.maxLength(MOST_RULES, `holds more than ${MOST_RULES} rules.`)),
    [],
  ),
});

type Values = v.InferOutput<typeof SCHEMA>;

/** `service.yml`: how order-monit works. */
export interface ServiceConfig {
  readonly runningCycleMs: number;
  readonly maxAttempts: number;
  readonly maxOrdersPerRequest: number;
  readonly rewindRate: number;
  readonly downtimeWaitMs: number;
  readonly settleTimeMs: number;
  readonly lateWindowMs: number;
  readonly recheckGivenUpMs: number;
  readonly paymentLookMs: number;
  readonly paymentWindowMs: number;
  readonly repairWaitMs: number;
  readonly maxNumbersPerCall: number;
  readonly maxParallelCalls: number;
  readonly maxParallelRepairs: number;
  readonly stopTimeoutMs: number;
  readonly keepSettledMs: number;
  readonly historyBytes: number;
  readonly election: Values['election'];
  /** Nobody has asked for an election: then a database that is not made for one is no fault. */
  readonly electionIsDefault: boolean;
  readonly language: Values['language'];
  /** Whoever knows it can say that all is well. */
  readonly heartbeatUrl: Secret | undefined;
  /** CA certificates in PEM form, in place of those that Node.js trusts. */
  readonly heartbeatCa: string | undefined;
  /** `undefined`: there is no page. */
  readonly page: PageConfig | undefined;
  /** Where people find the page, without a slash at the end; mails lead there. */
  readonly pageUrl: string | undefined;
  /** What to do about an order, by what was said of it: the shop's own rules, the first that fits. */
  readonly advice: readonly OwnAdvice[];
}

function resolve({ values, root, report, place }: Source<typeof SCHEMA>): ServiceConfig {
  const keepSettledMs = values.keep_settled_days * DAY_S * 1000;
  if (keepSettledMs < values.late_window) {
    report.error({
      key: 'keep_settled_days',
      // Without its record an order of the window would be taken for a late one, and asked about for ever.
      problem: `does not cover late_window, which is ${values.late_window / 1000} seconds.`,
      remedy: `Write at least ${Math.ceil(values.late_window / 1000 / DAY_S)}, or make late_window shorter.`,
    });
  }
  if (values.late_window < 2 * values.settle_time) {
    report.error({
      key: 'late_window',
      // A row that is young when the head passes its id is found by this window alone.
      problem: `is ${values.late_window / 1000} seconds, which is less than twice settle_time (${values.settle_time / 1000} seconds).`,
      remedy: `Write at least ${(2 * values.settle_time) / 1000}, or make settle_time shorter.`,
    });
  }
  return {
    runningCycleMs: values.running_cycle,
    maxAttempts: values.max_attempts,
    maxOrdersPerRequest: values.max_orders_per_request,
    rewindRate: values.rewind_rate ?? values.max_orders_per_request,
    downtimeWaitMs: values.downtime_wait,
    settleTimeMs: values.settle_time,
    lateWindowMs: values.late_window,
    recheckGivenUpMs: values.recheck_given_up,
    paymentLookMs: values.payment_look,
    paymentWindowMs: values.payment_window,
    repairWaitMs: values.repair_wait ?? values.running_cycle,
    maxNumbersPerCall: values.max_numbers_per_call,
    maxParallelCalls: values.max_parallel_calls,
    maxParallelRepairs: values.max_parallel_repairs,
    stopTimeoutMs: values.stop_timeout,
    keepSettledMs,
    historyBytes: values.history_size * MEGABYTE,
    election: values.election,
    electionIsDefault: !root.entries.has('election'),
    language: values.language,
    heartbeatUrl: values.heartbeat_url,
    heartbeatCa: readCaFile({ key: 'heartbeat_ca', file: values.heartbeat_ca }, report, place),
    page: resolvePage(values, report, place),
    pageUrl: values.page_url,
    advice: values.advice,
  };
}

export const SERVICE_FILE = { name: 'service.yml', schema: SCHEMA, foreignKeys: {}, resolve };
