/** The role of a monitor among those of one shop, of which one works at a time. */
import type { Outage } from './outage.ts';

export type Role =
  | { readonly kind: 'active' }
  /** Another one works: what is known of it, in words for people. */
  | { readonly kind: 'standby'; readonly leader: string | undefined }
  /** Nobody can tell at the moment, so this one does not work. */
  | { readonly kind: 'unknown'; readonly outage: Outage };
