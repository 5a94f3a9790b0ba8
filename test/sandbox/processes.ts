/** Processes of an sshd and of the commands that it has started, as /proc shows them. */
import { readdir, readFile, readlink } from 'node:fs/promises';

/** The processes that serve the connections of a server, without the commands that they started. */
export async function sessionsOf(server: number): Promise<number[]> {
  const processes = new Map<number, { parent: number; name: string }>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process may end while it is looked at.
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
    if (name !== undefined) processes.set(Number(entry), { name, parent: Number(parent) });
  }
  const childrenOf = (parent: number): number[] =>
    [...processes]
      .filter(([, each]) => each.parent === parent && each.name.startsWith('sshd'))
      .flatMap(([pid]) => [pid, ...childrenOf(pid)]);
  return childrenOf(server);
}

/** The processes that work in this folder. */
export async function commandsIn(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // It may be somebody else's, or have ended.
    if ((await readlink(`/proc/${entry}/cwd`).catch(() => '')) === folder) found.push(Number(entry));
  }
  return found;
}

/** Ends processes at once. */
export function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
