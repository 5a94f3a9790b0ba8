/**
 * What people read in place of "Abacos", where the ERP is another.
 *
 * Sentences are made, kept and known again with "Abacos" in them, and get the name at the few places where they leave the
 * process: the log, the terminal, systemd, the sockets, mails, chats, the page. In an installation with Abacos nothing is
 * changed anywhere.
 */

/** The form of a name: it may stand in HTML, JSON and a mail's header as it is. */
export const ERP_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._+-]{0,39}$/u;

let named: string | undefined;

/** Called whenever the configuration has been read. @param name `undefined`: Abacos */
export function nameErp(name: string | undefined): void {
  named = name;
}

/** The name that was given; `undefined` where it is Abacos. */
export function erpName(): string | undefined {
  return named;
}

/** A text for people, with the ERP's own name in it, and of its file. */
export function withErpName(text: string): string {
  return named === undefined ? text : text.replaceAll(/\bAbacos\b/g, named).replaceAll(/\babacos\.yml\b/g, 'erp.yml');
}
