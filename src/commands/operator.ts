/** The name of whoever calls a command, for log and history. It gives no rights. */
import { userInfo } from 'node:os';

/** `SUDO_USER`, else the login name, else the uid. */
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
