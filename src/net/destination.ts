/** Where a connection was to lead, and what is said of one that failed. */

/** A reason that stands within a sentence, and what people can do about it. */
export interface Failure {
  readonly reason: string;
  readonly hint?: string;
}

/** Where a connection was to lead, and what in the configuration has to do with it. */
export interface Destination {
  /** As people read it: `host:port`, say. */
  readonly place: string;
  /** What names it, such as `wsdl_order_api in abacos.yml`. */
  readonly setting: string;
  /** What names CA certificates for it, such as `ca in abacos.yml`. */
  readonly ca: string;
  /** What says whether it is reached over TLS, such as `http or https in wsdl_order_api`. */
  readonly tls: string;
  /** Takes secrets out of what is quoted: who answers may repeat what was sent. */
  readonly clean?: (text: string) => string;
}
