/** The disk as the alerts use it. What is done is durable when it resolves; each throws the system's own error. */
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
  /** One that is not there is no error. */
  removeFile(path: string): Promise<void>;
  /** Gives a file that can't be used another name, `PATH.damaged`. One that can't be renamed stays. */
  setAside(path: string): Promise<void>;
  /** Makes a folder, if there is none. @throws the system's own error, or one that says what is there instead */
  makeFolder(path: string): Promise<void>;
}
