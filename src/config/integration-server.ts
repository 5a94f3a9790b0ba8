/** Schema and defaults of `integration_server.yml`, and where SSH keys, agent and known hosts are looked for. */
import { join } from 'node:path';

import * as v from 'valibot';

import type { Source } from './config-file.ts';
import { checkEnvironment } from './environment.ts';
import { INTEGRATION_SERVER_KEYS } from './foreign-keys.ts';
import { resolvePath, type Place } from './place.ts';
import type { Report } from './report.ts';
import { findSecret, secretIfFound } from './secret-search.ts';
import type { Secret } from './secret.ts';
import { commandWords, flag, hostName, path, pattern, port, readFlag, seconds, text, type Pattern } from './values.ts';

const SCHEMA = v.object({
  host: hostName(),
  port: v.optional(port(), '22'),
  username: text('the name of the user to log in as', /^[^\s:/@-][^\s:/@]*$/),
  rails_root: v.optional(text('the full path of the Rails application on the integration server', /^\//)),
  private_key: v.optional(v.array(path('a private key'), 'is not a path, nor a list of them.')),
  passphrase_file: v.optional(path('a file that holds the passphrase of the private key')),
  agent: v.optional(text('true, or the path of the socket of an SSH agent')),
  known_hosts: v.optional(path('a file in the form of known_hosts')),
  allow_sha1: v.optional(flag(), 'false'),
  run_as: v.optional(text('the name of the user that sudo runs the command as', /^[A-Za-z_][\w.-]*\$?$/)),
  rake: v.optional(
    text('a command in plain words, without quotes or shell characters', /^(?!\s*-)[\w./:=@%+, -]+$/),
    'bundle exec rake',
  ),
  insert: v.optional(ownCommand()),
  confirm: v.optional(ownCommand()),
  environment: v.optional(
    v.objectWithRest(
      { RAILS_ENV: v.optional(text('the Rails environment of the shop'), 'production') },
      text('the value of an environment variable'),
      'is not a section.',
    ),
    {},
  ),
  connect_timeout: v.optional(seconds({ min: 1, max: 300 }), '20'),
  command_timeout: v.optional(seconds({ min: 1, max: 86_400 }), '600'),
  lock_dir: v.optional(text('a folder on the integration server', /^[^~]/), '.order-monit/locks'),
  permanent_errors: v.optional(v.array(pattern(), 'is not a list.'), [
    'produto n[aã]o cadastrado',
    'product (?:is )?not registered',
    'sem pagamento associado',
    // "doesn't have", as the shop's task says it.
    "n['o]t have an associated payment",
  ]),
});

/** `integration_server.yml`: where and how the shop's own tasks are run. */
export interface IntegrationServerConfig {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly railsRoot: string;
  /** Paths of private keys. Several are candidates, of which the first that exists is meant. */
  readonly privateKeys: readonly string[];
  /** What is in the file that `privateKeys` names, where it is a credential: read once, with the other secrets. */
  readonly keyCredential: Secret | undefined;
  readonly passphrase: Secret | undefined;
  /** The path of an SSH agent's socket. */
  readonly agentSocket: string | undefined;
  /** Paths of known_hosts files, all of which are read if they exist; `trust-host` writes to the first. */
  readonly knownHosts: readonly string[];
  /** Whether algorithms that rest on SHA-1 will do for SSH. */
  readonly allowsSha1: boolean;
  readonly runAs: string | undefined;
  /** The words of the command, to which the task is added. */
  readonly rake: readonly string[];
  /** What is run in place of the rake tasks: words, with `{number}` for the order's number. */
  readonly ownCommands: { readonly insert: readonly string[]; readonly confirm: readonly string[] } | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  /** A relative path starts from the home of the user that runs the command. */
  readonly lockDir: string;
  readonly permanentErrors: readonly Pattern[];
}

/** Words with blanks between them, or a list of words, which may hold blanks. */
function ownCommand() {
  return v.array(
    text('a program and its arguments, with {number} where the number of the order belongs'),
    'is neither words nor a list of them.',
  );
}

function ownCommands(
  { confirm, insert }: Pick<v.InferOutput<typeof SCHEMA>, 'confirm' | 'insert'>,
  report: Report,
): IntegrationServerConfig['ownCommands'] {
  if (insert === undefined && confirm === undefined) return undefined;
  if (insert === undefined || confirm === undefined) {
    const [key, other] = insert === undefined ? ['insert', 'confirm'] : ['confirm', 'insert'];
    const problem = `is missing, and ${other} is there.`;
    report.error({ key, problem, remedy: 'Write both: one inserts an order, and the other one confirms its payment.' });
    return undefined;
  }
  return { insert: words('insert', insert, report), confirm: words('confirm', confirm, report) };
}

function words(key: string, command: readonly string[], report: Report): readonly string[] {
  const split = commandWords(command);
  if (!split.slice(1).some((word) => word.includes('{number}'))) {
    report.error({
      key,
      problem: 'has no {number} among its arguments, so the command could not know which order is meant.',
      remedy: `Write it where the number of the order belongs: ${key}: bin/${key}-order {number}`,
    });
  }
  return split;
}

const KEY_NAMES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

function resolve({ values, report, place }: Source<typeof SCHEMA>): IntegrationServerConfig {
  const { directory, home } = place;
  const ssh = join(home, '.ssh');
  const source = { file: { key: 'passphrase_file', path: values.passphrase_file }, credential: 'ssh_passphrase' };
  if (values.rails_root === undefined && values.insert === undefined) {
    report.error({
      key: 'rails_root',
      problem: 'is missing.',
      remedy:
        'Write the full path of the Rails application there; or insert and confirm, where other commands than rake do it.',
    });
  }
  const { paths, content } = privateKeys(place, values.private_key, report);
  return {
    host: values.host,
    port: values.port,
    username: values.username,
    railsRoot: values.rails_root ?? '.',
    privateKeys: paths,
    keyCredential: content,
    passphrase: secretIfFound(findSecret(place, source, report)),
    agentSocket: resolveAgent(values.agent, report, place),
    knownHosts:
      values.known_hosts === undefined
        ? [join(directory, 'known_hosts'), join(ssh, 'known_hosts')]
        : [resolvePath(place, values.known_hosts)],
    allowsSha1: values.allow_sha1,
    runAs: values.run_as,
    rake: values.rake.trim().split(/ +/),
    ownCommands: ownCommands(values, report),
    environment: checkEnvironment(values.environment, report),
    connectTimeoutMs: values.connect_timeout,
    commandTimeoutMs: values.command_timeout,
    lockDir: values.lock_dir,
    permanentErrors: values.permanent_errors,
  };
}

export const INTEGRATION_SERVER_FILE = {
  name: 'integration_server.yml',
  schema: SCHEMA,
  foreignKeys: INTEGRATION_SERVER_KEYS,
  resolve,
};

/** The keys that are named, else the credential, else those that may be in the usual places. */
function privateKeys(
  place: Place,
  named: readonly string[] | undefined,
  report: Report,
): { readonly paths: readonly string[]; readonly content: Secret | undefined } {
  if (named !== undefined) {
    return { paths: named.map((one) => resolvePath(place, one)), content: undefined };
  }
  const source = { file: { key: 'private_key', path: undefined }, credential: 'ssh_key' };
  const search = findSecret(place, source, report);
  if (search.kind === 'found' && 'credentialFile' in search.from) {
    return { paths: [search.from.credentialFile], content: search.secret };
  }
  const folders = [place.directory, join(place.home, '.ssh')];
  return { paths: folders.flatMap((folder) => KEY_NAMES.map((name) => join(folder, name))), content: undefined };
}

function resolveAgent(agent: string | undefined, report: Report, place: Place): string | undefined {
  if (agent === undefined) return undefined;
  const wanted = readFlag(agent);
  if (wanted === undefined) return resolvePath(place, agent);
  if (wanted && (place.agentSocket ?? '') === '') {
    report.error({
      key: 'agent',
      problem: 'the environment does not say where an SSH agent listens (SSH_AUTH_SOCK is not set).',
      remedy: 'Write the path of its socket instead of true, or remove the key.',
    });
  }
  return wanted ? place.agentSocket : undefined;
}
