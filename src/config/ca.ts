/** CA certificates that a key names a file of. */
import { X509Certificate } from 'node:crypto';

import { resolvePath, type Place } from './place.ts';
import type { Report } from './report.ts';
import { readNamedFile } from './secret-search.ts';

/** The certificates in PEM form; `undefined` where no file is named. A file that holds none is a fault of its key. */
export function readCaFile(
  { key, file }: { readonly key: string; readonly file: string | undefined },
  report: Report,
  place: Place,
): string | undefined {
  if (file === undefined) return undefined;
  const path = resolvePath(place, file);
  const pem = readNamedFile({ place, report, key, path })?.text;
  if (pem === undefined || holdsCertificate(pem)) return pem;
  report.error({
    key,
    problem: `${path} holds no certificate in PEM form.`,
    remedy: 'Write it there as text that begins with -----BEGIN CERTIFICATE-----: openssl x509 converts other forms.',
  });
  return undefined;
}

function holdsCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem) instanceof X509Certificate;
  } catch {
    return false;
  }
}
