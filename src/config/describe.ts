/** All keys of all files, for what is made of them: data/configuration.yml says in words what each means. */
import { ABACOS_FILE } from './abacos.ts';
import { DATABASE_FILE } from './database.ts';
import { EMAIL_FILE } from './email.ts';
import { ERP_FILE } from './erp.ts';
import type { ForeignKeys } from './foreign-keys.ts';
import { INTEGRATION_SERVER_FILE } from './integration-server.ts';
import { PROCESS_FILE } from './process.ts';
import { listKeys, type KeyDescription } from './schema.ts';
import { SERVICE_FILE } from './service.ts';

const FILES = [SERVICE_FILE, PROCESS_FILE, INTEGRATION_SERVER_FILE, DATABASE_FILE, ABACOS_FILE, ERP_FILE, EMAIL_FILE];

export interface FileKey extends KeyDescription {
  /** The name of the file that holds the key. */
  readonly file: string;
}

/** Every key of every file. `.ci/describe.mjs` refuses one that data/configuration.yml does not describe. */
export function describeKeys(): readonly FileKey[] {
  return FILES.flatMap(({ name, schema }) => listKeys(schema).map((key) => ({ file: name, ...key })));
}

/** The keys of other programs that each file may bring. */
export function describeForeignKeys(): readonly { readonly file: string; readonly keys: ForeignKeys }[] {
  return FILES.map(({ name, foreignKeys }) => ({ file: name, keys: foreignKeys }));
}
