/** The integration server: the shop's own tasks, run over SSH. */
export type { Finding } from './examination.ts';
export { fetchHostKeys, type ScanOptions } from './host-key-scan.ts';
export type { HostKey } from './host-key.ts';
export { HostKeyConflict, trustHost, type TrustOptions } from './known-hosts-files.ts';
export {
  COMMAND_GRACE_MS,
  createIntegrationServer,
  type IntegrationServer,
  type IntegrationServerOptions,
} from './server.ts';
export { UnusableSetting } from './shell.ts';
