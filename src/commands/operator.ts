import { userInfo } from 'node:os';

/** Who calls a command, as far as the command itself can tell: behind sudo, or by login name. */
export function operatorOf(environment: Readonly<Record<string, string | undefined>>): string {
  const sudoUser = environment['SUDO_USER'];
  // It ends in logs and on terminals, and an environment may hold anything.
  if (sudoUser !== undefined && sudoUser !== '') return sudoUser.replace(/\p{C}/gu, '?').slice(0, 100);
  try {
    return userInfo().username;
  } catch {
    // An account without an entry in passwd still has a number.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
