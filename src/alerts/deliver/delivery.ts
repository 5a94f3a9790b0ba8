/** What became of an attempt to deliver a message. */
export type Delivery =
  | {
      readonly kind: 'delivered';
      /** Addresses that the server would not take, when it took others. */
      readonly refused: readonly Refusal[];
    }
  /** Nobody got it. */
  | {
      readonly kind: 'failed';
      /** In words for people, with the secrets taken out. No full stop. */
      readonly why: string;
      /** `server`: the other messages need not be tried now either. */
      readonly scope: 'server' | 'message';
      /** The other side has asked not to be asked again before. */
      readonly retryAfterMs?: number;
    };

export interface Refusal {
  readonly address: string;
  readonly why: string;
  /** Asking again is no use. */
  readonly permanent: boolean;
}
