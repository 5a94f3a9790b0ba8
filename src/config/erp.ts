/** Schema and defaults of `erp.yml`: which ERP it is, and the program that asks one other than Abacos. */
import * as v from 'valibot';

import type { AbacosConfig } from './abacos.ts';
import type { Source } from './config-file.ts';
import { checkEnvironment } from './environment.ts';
import { resolvePath } from './place.ts';
import { findSecret } from './secret-search.ts';
import type { Secret } from './secret.ts';
import { ERP_NAME } from '../text/erp-name.ts';
import { commandWords, oneOf, seconds, text } from './values.ts';

const VARIABLE = 'names of environment variables, in letters, digits and underscores';

const SCHEMA = v.object({
  kind: v.optional(oneOf(['abacos', 'command']), 'abacos'),
  name: v.optional(text('what people call the ERP: at most 40 letters, digits, blanks and . _ + -', ERP_NAME)),
  command: v.optional(
    v.array(text('the path of a program, and its arguments'), 'is neither words nor a list of them.'),
  ),
  environment: v.optional(v.objectWithRest({}, text('the value of an environment variable'), 'is not a section.'), {}),
  secrets: v.optional(v.array(text(VARIABLE, /^[A-Za-z_]\w*$/), 'is not a list.'), []),
  timeout: v.optional(seconds({ min: 1, max: 3600 }), '60'),
});

/** An ERP that is asked by a program of the operator's (docs/erp-command.md). */
export interface CommandErpConfig {
  readonly kind: 'command';
  /** What people read in place of Abacos. */
  readonly name: string;
  /** The path of the program, and its arguments. */
  readonly words: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variables that hold secrets. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** For one run. */
  readonly timeoutMs: number;
}

/** The ERP, of whatever kind. */
export type ErpConfig = (AbacosConfig & { readonly kind: 'abacos' }) | CommandErpConfig;

function resolve(source: Source<typeof SCHEMA>): { readonly kind: 'abacos' } | CommandErpConfig | undefined {
  const { place, report, values } = source;
  if (values.kind === 'abacos') {
    for (const key of ['name', 'command'] as const) {
      if (values[key] === undefined) continue;
      report.error({
        key,
        problem: 'is for an ERP of the kind command.',
        remedy: 'Write kind: command, or remove it.',
      });
    }
    return { kind: 'abacos' };
  }
  const [program, ...others] = commandWords(values.command ?? []);
  if (program === undefined) {
    report.error({
      key: 'command',
      problem: 'is missing.',
      remedy: 'Write the path of the program that asks the ERP, such as /etc/order-monit/bin/erp.',
    });
    return undefined;
  }
  const { name } = values;
  if (name === undefined) {
    report.error({ key: 'name', problem: 'is missing.', remedy: 'Write what people call the ERP, such as Odoo.' });
    return undefined;
  }
  const secrets = secretsOf(source);
  return (
    secrets && {
      kind: 'command',
      name,
      words: [resolvePath(place, program), ...others],
      environment: checkEnvironment(values.environment, report),
      secrets,
      timeoutMs: values.timeout,
    }
  );
}

export const ERP_FILE = { name: 'erp.yml', schema: SCHEMA, foreignKeys: {}, resolve };

/** Each is a credential of the variable's name in small letters. */
function secretsOf({ place, report, values }: Source<typeof SCHEMA>): Record<string, Secret> | undefined {
  const secrets: Record<string, Secret> = {};
  for (const name of values.secrets) {
    const credential = name.toLowerCase();
    const found = findSecret(place, { file: { key: 'secrets', path: undefined }, credential }, report);
    if (found.kind === 'found') secrets[name] = found.secret;
    if (found.kind !== 'none') continue;
    report.error({
      key: 'secrets',
      problem: `there is no credential ${credential}.`,
      remedy: `Write it into the folder of credentials, as a file of that name (/etc/order-monit/credentials/${credential}).`,
    });
  }
  return Object.keys(secrets).length === new Set(values.secrets).size ? secrets : undefined;
}
