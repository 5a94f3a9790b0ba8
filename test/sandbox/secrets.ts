/**
 * What the tests' configurations hold and nobody may read anywhere else. Each
 * run of the program (`program.ts`) and each mail (`mail-server.ts`) of the
 * whole suite is searched for it.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const ABACOS_KEY = 'AB0C05E2-7B47-4D1C-9E5A-3F6D2A1B4C8E';
export const DATABASE_PASSWORD = 'r3ader s3cret';

const planted = new Set([ABACOS_KEY, DATABASE_PASSWORD]);

/** One more secret that is searched for from now on, by this process. */
export function plant(secret: string): string {
  planted.add(secret);
  return secret;
}

/** The secrets that a text holds, also as URLs, XML, JSON and base64 write them. */
export function secretsIn(text: string): readonly string[] {
  return [...planted].filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}

function formsOf(secret: string): readonly string[] {
  return [
    secret,
    secret.toLowerCase(),
    encodeURIComponent(secret),
    ...[0, 1, 2].map((place) => inBase64(secret, place)),
  ];
}

/** What base64 makes of it wherever it begins among three bytes, without the characters that its neighbours have a part in. */
function inBase64(secret: string, place: number): string {
  const whole = Buffer.from(`${'\0'.repeat(place)}${secret}`);
  const from = place === 0 ? 0 : place + 1;
  return whole.toString('base64').slice(from, Math.floor((whole.length * 8) / 6));
}

/** @throws Error that says where a secret stands, without it */
export function assertNoSecret(where: string, text: string): void {
  const count = secretsIn(text).length;
  if (count > 0) throw new Error(`${where} holds ${count} of the secrets that only the configuration may hold`);
}

/** Searches every file below a folder. */
export async function assertNoSecretBelow(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    assertNoSecret(path, await readFile(path, 'latin1').catch(() => ''));
  }
}
