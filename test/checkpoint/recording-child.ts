/** Records pages of orders in the checkpoint that it is given, without end, and says after each one which id is durable. */
import { openCheckpoint } from '../../src/checkpoint/index.ts';
import { entry, MISSING } from './fixtures.ts';

const PAGE = 500;

const log = await openCheckpoint({
  path: process.argv[2] ?? '',
  clock: { now: () => Date.now() },
  keepSettledMs: Infinity,
  lateWindowMs: 0,
  report: () => undefined,
});
for (let first = log.ledger.head + 1; ; first += PAGE) {
  const page = Array.from({ length: PAGE }, (_, index) => {
    const id = first + index;
    return entry(id, { head: index === PAGE - 1, ...(id % 3 === 0 ? { verdict: MISSING } : {}) });
  });
  await log.record(page);
  // One failing order after the other is settled, so that there is something to tidy.
  await log.record(
    page.filter(({ record }) => record.verdict === MISSING).map(({ record: { orderId } }) => entry(orderId)),
  );
  process.stdout.write(`${first + PAGE - 1}\n`);
  if (first % 7 === 0) await log.compact();
}
