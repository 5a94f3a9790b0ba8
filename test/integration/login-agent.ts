/** An SSH agent of one's own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { until } from '../sandbox/until.ts';
import { run, temporaryFolder } from './fixtures.ts';

/** Starts an agent that holds these keys, until the test ends; gives its socket. */
export async function agentWith(t: TestContext, keys: readonly string[]): Promise<string> {
  const socket = join(await temporaryFolder(t), 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
  t.after(() => agent.kill());
  const env = { ...process.env, SSH_AUTH_SOCK: socket };
  await until('the agent answers', () =>
    run('ssh-add', ['-l'], { env }).then(
      () => true,
      (error: unknown) => error instanceof Error && 'code' in error && error.code === 1,
    ),
  );
  for (const key of keys) await run('ssh-add', ['-q', key], { env });
  return socket;
}
