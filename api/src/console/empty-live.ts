// Of a cloud whose sessions send no quality records: the world map has sites and links alone.
import type { LiveView } from './core/world.ts';

export const emptyLive = {
  view: async (): Promise<LiveView> => ({
    atMs: 0,
    sessions: 0,
    rooms: 0,
    places: [],
    nodes: new Map(),
    pairs: new Map(),
  }),
};
