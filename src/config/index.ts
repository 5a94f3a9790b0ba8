/** The configuration: YAML files, read into one frozen object. docs/configuration.md describes the keys. */
export type { Config } from './config.ts';
export type { TlsConfig } from './database.ts';
export { describeForeignKeys, describeKeys } from './describe.ts';
export type { ErpConfig } from './erp.ts';
export { ConfigurationError, describeFault, type Fault } from './fault.ts';
export { readFromDisk, type FileOnDisk, type ReadFile } from './files.ts';
export {
  checkConfig,
  loadConfig,
  loadToldBy,
  pageLinkOf,
  type CheckedConfig,
  type LoadedConfig,
  type LoadOptions,
  type Sections,
  type ToldBy,
} from './load.ts';
export type { PageConfig } from './page.ts';
export { Secret } from './secret.ts';
