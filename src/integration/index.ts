/** The integration server: the shop's own tasks, run over SSH. */
export type { ServerFinding } from './check.ts';
export type { CommandSettings } from './command.ts';
export { fetchHostKeys } from './host-key-scan.ts';
export { HostKeyConflict, trustHost } from './known-hosts-files.ts';
export {
  COMMAND_GRACE_MS,
  createIntegrationServer,
  type IntegrationServerOptions,
  type SshIntegrationServer,
} from './server.ts';
export { UnusableSetting } from './shell.ts';
