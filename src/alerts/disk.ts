/** The disk as far as the alerts need it. */
export interface Disk {
  /** The text of a file of order-monit's own. @throws the system's own error, or one that says what is there instead */
  readFile(path: string): Promise<string>;
  /**
   * Makes a file, or replaces it: after a crash there is the old one or the new one, whole. Only its
   * owner can read it: mails name orders and addresses.
   *
   * @throws the system's own error; the old file is there still then, or the new one is
   */
  replaceFile(path: string, text: string): Promise<void>;
  /** Makes a folder, if there is none. @throws the system's own error, or one that says what is there instead */
  makeFolder(path: string): Promise<void>;
  /** Makes the names in a folder durable. @throws the system's own error */
  syncFolder(path: string): Promise<void>;
}
