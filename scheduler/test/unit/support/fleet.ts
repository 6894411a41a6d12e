// A fleet of few nodes: one of them registers, and reports its rooms.
import { digestOf } from '@meridian/protocol';
import type { Fleet } from '../../../src/fleet/core/fleet.ts';
import { description, noLoad, type room } from '../fixtures.ts';

/** Registers a media node (`n1` by default). */
export const register = (
  fleet: Fleet,
  nowMs = 0,
  overrides = {},
  rooms: ReturnType<typeof room>[] = [],
  load = noLoad,
) => fleet.register({ description: description(overrides), rooms, load }, nowMs);
/** Returns the digest in a report of a list with these sessions. */
export const digest = (...ids: string[]) => ({ sessionCount: ids.length, sessionHash: digestOf(ids) });

/** Returns the node of a fleet that has only n1, which must be there. */
export function n1(fleet: Fleet) {
  const node = fleet.get('n1');
  if (node === undefined) throw new Error('n1 is not there');
  return node;
}
