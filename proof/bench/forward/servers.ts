// Servers that are measured, by the names of the results.
import { startOurs, startStock } from './our-node.ts';
import type { StartServer } from './server.ts';

export const servers: Readonly<Record<string, StartServer>> = { ours: startOurs, stock: startStock };
