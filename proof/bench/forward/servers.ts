// Servers that are measured, by the names of the results.
import { startFloor, startFloorGso } from './floor.ts';
import { startJanusBest, startJanusShipped } from './janus.ts';
import { startOurs, startStock } from './our-node.ts';
import type { StartServer } from './server.ts';

export const servers: Readonly<Record<string, StartServer>> = {
  ours: startOurs,
  stock: startStock,
  'janus-best': startJanusBest,
  'janus-shipped': startJanusShipped,
  floor: startFloor,
  'floor-gso': startFloorGso,
};
