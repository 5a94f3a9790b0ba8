/** A configuration folder for each test, and what loading it gives: the configuration or its faults. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import {
  ConfigurationError,
  loadConfig,
  type Config,
  type ErpConfig,
  type LoadOptions,
  type LoadedConfig,
} from '../../src/config/index.ts';

export const GUID = '12345678-ABCD-4321-ABCD-1234567890AB';

/** Files with nothing but what is required. */
export const LEAST: Readonly<Record<string, string>> = {
  'integration_server.yml': 'host: shop.example.com\nusername: deploy\nrails_root: /srv/olook/current\n',
  'database.yml': 'database: olook\nusername: monitor\n',
  'abacos.yml': `wsdl_order_api: http://erp.example.com:8085/AbacosWebSvc/AbacosWSPedidos.asmx?wsdl\nkey: ${GUID}\n`,
};

/** What a test gives of a file: its content, or `null` for no such file. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** Makes a folder that holds {@link LEAST} with the files given in their place, readable by nobody else. */
export function createFolder(t: TestContext, files: Files = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'order-monit-config-'));
  t.after(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  for (const [name, content] of Object.entries({ ...LEAST, ...files })) {
    if (content === null) continue;
    writeFileSync(join(directory, name), content);
    chmodSync(join(directory, name), 0o640);
  }
  return directory;
}

/** Loads files that are good. Nothing of the machine plays a part. */
export function load(t: TestContext, files: Files = {}, options: Partial<LoadOptions> = {}): LoadedConfig {
  return loadConfig({ directory: createFolder(t, files), home: '/home/monitor', ...options });
}

/** The faults of files that are not good, as text, with the folder left out. */
export function faultsOf(t: TestContext, files: Files, options: Partial<LoadOptions> = {}): readonly string[] {
  const directory = options.directory ?? createFolder(t, files);
  try {
    loadConfig({ directory, home: '/home/monitor', ...options });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.message.replaceAll(`${directory}/`, '').split('\n');
  }
  return [];
}

/** The warnings and notices of files that are good: line, key and problem. */
export function warningsOf({ warnings }: LoadedConfig): readonly string[] {
  return warnings.map(
    ({ line, key, problem }) => `line ${String(line)}: ${key === undefined ? '' : `${key}: `}${problem}`,
  );
}

/** The settings of an ERP that is Abacos. */
export function abacosOf({ erp }: Config): Extract<ErpConfig, { kind: 'abacos' }> {
  if (erp.kind !== 'abacos') throw new Error(`The ERP is ${erp.name}.`);
  return erp;
}
