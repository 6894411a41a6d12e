// Servers that are measured, by the names of the results.
import { startFloor, startFloorGso } from './floor.ts';
import { startJanusBest, startJanusShipped } from './janus.ts';
import { startOurRelay, startOurs, startStock, startStockRelay } from './our-node.ts';
import type { StartServer } from './server.ts';

export const servers: Readonly<Record<string, StartServer>> = {
  ours: startOurs,
  stock: startStock,
  'janus-best': startJanusBest,
  'janus-shipped': startJanusShipped,
  floor: startFloor,
  'floor-gso': startFloorGso,
};

/** Servers of the shape `relay`. */
export const relays: Readonly<Record<string, StartServer>> = { ours: startOurRelay, stock: startStockRelay };
