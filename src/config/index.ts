/** The configuration: six YAML files, read into one frozen object. docs/configuration.md describes the keys. */
export type { AbacosConfig } from './abacos.ts';
export type { Config } from './config.ts';
export type { DatabaseConfig, OrdersTable, TlsConfig } from './database.ts';
export { describeKeys, type FileKey } from './describe.ts';
export type { EmailConfig, SmtpConfig } from './email.ts';
export { ConfigurationError, describeFault, type Fault, type Severity } from './fault.ts';
export { readFromDisk, type FileOnDisk, type ReadFile } from './files.ts';
export type { IntegrationServerConfig } from './integration-server.ts';
export {
  examineConfig,
  loadConfig,
  loadToldBy,
  type ExaminedConfig,
  type LoadedConfig,
  type LoadOptions,
  type Sections,
  type ToldBy,
} from './load.ts';
export type { ListenAddress, PageConfig } from './page.ts';
export type { ProcessConfig } from './process.ts';
export { Secret } from './secret.ts';
export type { ServiceConfig } from './service.ts';
