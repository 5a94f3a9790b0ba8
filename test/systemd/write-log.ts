/** Run by log.test.ts: writes a log to standard output, a few entries of every sort, or very many. */
import { createLog } from '../../src/systemd/log.ts';

const log = createLog({
  stream: process.stdout,
  environment: process.env,
  now: () => Date.UTC(2012, 9, 1, 12, 3, 4),
  backtrace: process.argv[3] === 'backtrace',
  journalSocket: process.env['TEST_JOURNAL_SOCKET'] ?? '/nowhere',
});

/** Like the configuration's secrets, it hides itself. */
class Secret {
  readonly value = 'hunter2';
  toJSON(): string {
    return '[hidden]';
  }
}

if (process.argv[2] === 'flood') {
  for (let line = 0; line < 20_000; line += 1) log.info(`line ${line}`, { padding: 'x'.repeat(200) });
  process.stderr.write('all lines handed over\n');
} else {
  log.debug('not asked for');
  log.info('order 1226207 is in Abacos again', { event: 'repaired', orderId: 72026, durationMs: 4021 });
  log.warn('two\nlines and \u001b[31mred, 100%s %d%%', {
    output: 'a "b"\nc=d',
    empty: '',
    none: null,
    left: undefined,
  });
  const refused = Object.assign(new Error('connect refused'), {
    code: 'ECONNREFUSED',
    config: { password: 'hunter2' },
  });
  log.error('Abacos is down', { error: new Error('no answer', { cause: refused }), key: new Secret() });
}
