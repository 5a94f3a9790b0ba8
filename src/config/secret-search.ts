/** Finds a secret in the YAML, in a file that a key names, or in a systemd credential. */
import { join } from 'node:path';

import { readText } from './files.ts';
import { resolvePath, type Place } from './place.ts';
import type { Report } from './report.ts';
import { Secret } from './secret.ts';

/** Where a secret may come from, in this order. */
export interface SecretSource {
  readonly inline?: { readonly key: string; readonly secret: Secret | undefined };
  readonly file: { readonly key: string; readonly path: string | undefined };
  /** The name of a systemd credential; `order-monit_` may stand before it. */
  readonly credential: string;
}

export type SecretSearch =
  | FoundSecret
  /** No source gives it. */
  | { readonly kind: 'none' }
  /** A fault was met, and has been reported. */
  | { readonly kind: 'faulty' };

export interface FoundSecret {
  readonly kind: 'found';
  readonly secret: Secret;
  /** The key, or the credential's file, that it came from. */
  readonly from: { readonly key: string } | { readonly credentialFile: string };
}

/** Looks into one source after the other. Who may read a file that is found is looked at too. */
export function findSecret(place: Place, source: SecretSource, report: Report): SecretSearch {
  const { inline, file, credential } = source;
  if (inline?.secret !== undefined && file.path !== undefined) {
    report.error({
      key: file.key,
      problem: `is given as well as ${inline.key}.`,
      remedy: `Keep ${file.key} and remove ${inline.key}, or the other way round.`,
    });
    return { kind: 'faulty' };
  }
  if (inline?.secret !== undefined) return { kind: 'found', secret: inline.secret, from: { key: inline.key } };
  return file.path === undefined
    ? readCredential(place, credential, report)
    : readSecretFile({ place, report, key: file.key, path: resolvePath(place, file.path) });
}

interface SecretFile {
  readonly place: Place;
  readonly report: Report;
  readonly key: string;
  readonly path: string;
}

function readSecretFile({ place, report, key, path }: SecretFile): SecretSearch {
  const content = readNamedFile({ place, report, key, path });
  if (content === undefined) return { kind: 'faulty' };
  const secret = withoutFinalNewline(content.text);
  if (secret === '') {
    report.error({ key, problem: `${path} is empty.`, remedy: 'Write the secret into it, on one line.' });
    return { kind: 'faulty' };
  }
  if (content.readableByAll) warnOfReaders(report, path, key);
  return { kind: 'found', secret: new Secret(secret), from: { key } };
}

/** The secret that a search found, where doing without is fine. */
export function secretIfFound(search: SecretSearch): Secret | undefined {
  return search.kind === 'found' ? search.secret : undefined;
}

/** Reads a file that a key names. A file that can not be read is a fault of that key. */
export function readNamedFile({ place, report, key, path }: SecretFile) {
  const content = readText(place.readFile, path);
  switch (content.kind) {
    case 'text':
      return content;
    case 'absent':
      report.error({ key, problem: `there is no file ${path}.`, remedy: 'Make it, or give the path of another one.' });
      return undefined;
    case 'unusable':
      report.error({
        key,
        problem: `${path} ${content.problem}`,
        remedy: content.remedy,
        ...(content.passing && { passing: content.passing }),
      });
      return undefined;
  }
}

/** systemd alone decides who may read a credential, so its permissions are not looked at. */
function readCredential(place: Place, name: string, report: Report): SecretSearch {
  if (place.credentialsDirectory === undefined) return { kind: 'none' };
  for (const fileName of [name, `order-monit_${name}`]) {
    const path = join(place.credentialsDirectory, fileName);
    const content = readText(place.readFile, path);
    if (content.kind === 'text') {
      const secret = withoutFinalNewline(content.text);
      if (secret !== '') return { kind: 'found', secret: new Secret(secret), from: { credentialFile: content.path } };
    }
    if (content.kind === 'absent') continue;
    report.error({
      problem: `the credential ${content.kind === 'text' ? `${content.path} is empty.` : `${path} ${content.problem}`}`,
      remedy: 'Look at LoadCredential= and its like in the unit of the service.',
    });
    return { kind: 'faulty' };
  }
  return { kind: 'none' };
}

/** Warns that others can read a file that holds a secret. */
export function warnOfReaders(report: Report, path: string, key: string): void {
  report.warning({
    key,
    problem: `every user of this host can read the secret in ${path}.`,
    remedy: `Run: chmod o-rwx ${shellWord(path)} (the user of the service must own the file or be in its group).`,
  });
}

function shellWord(path: string): string {
  return /^[\w/.,:@%+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Editors and `echo` end a file with one. */
function withoutFinalNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}
