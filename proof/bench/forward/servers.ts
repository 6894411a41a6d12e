// Servers that are measured, by the names of the results.
import { startOurRelay, startOurs, startStock, startStockRelay } from './our-node.ts';
import type { StartServer } from './server.ts';

export const servers: Readonly<Record<string, StartServer>> = { ours: startOurs, stock: startStock };

/** Servers of the shape `relay`. */
export const relays: Readonly<Record<string, StartServer>> = { ours: startOurRelay, stock: startStockRelay };
