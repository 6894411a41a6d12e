// Servers that are measured, by the names of the results.
import { startFloor, startFloorGso } from './floor.ts';
import { startJanusBest, startJanusShipped } from './janus.ts';
import {
  startDirectRelay,
  startOurRelay,
  startOurs,
  startStock,
  startStockPathdRelay,
  startStockRelay,
} from './our-node.ts';
import type { StartServer } from './server.ts';

export const servers: Readonly<Record<string, StartServer>> = {
  ours: startOurs,
  stock: startStock,
  'janus-best': startJanusBest,
  'janus-shipped': startJanusShipped,
  floor: startFloor,
  'floor-gso': startFloorGso,
};

/** Servers of the shape `relay`: nodes with pathd under their pipes, as installed, and nodes without it. */
export const relays: Readonly<Record<string, StartServer>> = {
  ours: startOurRelay,
  'ours-direct': startDirectRelay,
  stock: startStockRelay,
  'stock-pathd': startStockPathdRelay,
};
