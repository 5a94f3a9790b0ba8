/** The environment variables that a file gives to a program. */
import type { Report } from './report.ts';

/** Reports names that can be none. @returns what was given */
export function checkEnvironment(
  environment: Readonly<Record<string, string>>,
  report: Report,
): Readonly<Record<string, string>> {
  for (const name of Object.keys(environment)) {
    if (/^[A-Za-z_]\w*$/.test(name)) continue;
    report.error({
      key: 'environment',
      problem: 'holds a key that can not be the name of an environment variable.',
      remedy: 'Use letters, digits and underscores, and no digit at the beginning.',
    });
  }
  return environment;
}
