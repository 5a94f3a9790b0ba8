/** The order in which the page shows the dependencies: those first without which nothing can be known. */
import type { Dependency } from '../core/outage.ts';

export const DEPENDENCIES: readonly Dependency[] = ['abacos', 'shop', 'integration-server', 'repairs'];
