/** The disk as far as the alerts need it. What root writes there the service's own user has to be able to go on with. */
export interface Disk {
  /**
   * Makes a file, or replaces it: after a crash there is the old one or the new one, whole. Only its
   * owner can read it, who is the owner of its folder: mails name orders and addresses.
   *
   * @throws the system's own error; the old file is there still then, or the new one is
   */
  replaceFile(path: string, text: string): Promise<void>;
  /** Makes a folder, if there is none, for the owner of the folder around it. @throws the system's own error */
  makeFolder(path: string): Promise<void>;
  /** Makes the names in a folder durable. @throws the system's own error */
  syncFolder(path: string): Promise<void>;
}
