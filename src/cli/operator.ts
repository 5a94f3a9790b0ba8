import { userInfo } from 'node:os';

/** Who calls a command, as far as the command itself can tell: behind sudo, or by login name. */
export function operatorOf(environment: Readonly<Record<string, string | undefined>>): string {
  const sudoUser = environment['SUDO_USER'];
  if (sudoUser !== undefined && sudoUser !== '') return sudoUser;
  try {
    return userInfo().username;
  } catch {
    // An account without an entry in passwd still has a number.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
