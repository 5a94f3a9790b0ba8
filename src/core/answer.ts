/** What Abacos said about one order number. */

export type ErpStatus = 'in-progress' | 'invoiced' | 'dispatched' | 'delivered' | 'cancelled';

export type Answer =
  | { readonly kind: 'exists'; readonly status: ErpStatus }
  /** Said in a row that itself succeeded; anything less certain is `unknown`. */
  | { readonly kind: 'missing' }
  /** No row, a failed row or a contradiction. `why` is fit for people and holds no secret. */
  | { readonly kind: 'unknown'; readonly why: string };
