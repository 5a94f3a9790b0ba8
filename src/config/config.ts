/** The configuration that all other rooms get. */
import type { DatabaseConfig } from './database.ts';
import type { EmailConfig } from './email.ts';
import type { ErpConfig } from './erp.ts';
import type { IntegrationServerConfig } from './integration-server.ts';
import type { ProcessConfig } from './process.ts';
import type { ServiceConfig } from './service.ts';

/** A section for each part of the work, frozen through and through. Durations are in milliseconds, paths absolute. */
export interface Config {
  readonly service: ServiceConfig;
  readonly process: ProcessConfig;
  readonly integrationServer: IntegrationServerConfig;
  readonly database: DatabaseConfig;
  readonly erp: ErpConfig;
  readonly email: EmailConfig;
}
