/** Why repairs of orders wait although everything works. */
export interface RepairWait {
  readonly why:
    /** The shop has not had its own time to send them since Abacos was seen up again. */
    | 'settling'
    /** Orders turn up without a command: the shop's own queue is still sending. */
    | 'draining';
  /** Open orders that await a repair. */
  readonly orders: number;
  /** When the last of them has waited long enough, if nothing changes: milliseconds since 1970. */
  readonly until: number;
}

/** Whether two waits are the same to people; the number of orders and the end may change from cycle to cycle. */
export function sameWait(one: RepairWait | undefined, other: RepairWait | undefined): boolean {
  return one?.why === other?.why;
}
