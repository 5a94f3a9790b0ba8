import type { Dependency } from '../core/outage.ts';

/** In the order in which they are shown, those first without which nothing can be known. */
export const DEPENDENCIES: readonly Dependency[] = ['abacos', 'shop', 'integration-server', 'repairs'];
