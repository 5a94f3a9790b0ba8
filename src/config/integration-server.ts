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
import { flag, hostName, path, pattern, port, readFlag, seconds, text, type Pattern } from './values.ts';

const SCHEMA = v.object({
  host: hostName(),
  port: v.optional(port(), '22'),
  username: text('the name of the user to log in as', /^[^\s:/@-][^\s:/@]*$/),
  rails_root: text('the full path of the Rails application on the integration server', /^\//),
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
  readonly environment: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  /** A relative path starts from the home of the user that runs the command. */
  readonly lockDir: string;
  readonly permanentErrors: readonly Pattern[];
}

const KEY_NAMES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

function resolve({ values, report, place }: Source<typeof SCHEMA>): IntegrationServerConfig {
  const { directory, home } = place;
  const ssh = join(home, '.ssh');
  const source = { file: { key: 'passphrase_file', path: values.passphrase_file }, credential: 'ssh_passphrase' };
  const { paths, content } = privateKeys(place, values.private_key, report);
  return {
    host: values.host,
    port: values.port,
    username: values.username,
    railsRoot: values.rails_root,
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
