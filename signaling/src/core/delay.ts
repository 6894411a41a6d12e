// How long a packet takes from one node to another: what the plan says of the pair (measured, by the path in use), else
// a guess by distance.
import { guessedOnewayMs } from '@meridian/protocol';
import type { Fleet } from './fleet.ts';

const sameHostMs = 0.1;
/** Between nodes of which one is not known: farther than anything on earth, so that it is never preferred. */
const unknownMs = 300;

/** One way, in ms. */
export function delayBetween(fleet: Fleet, from: string, to: string): number {
  const [a, b] = [fleet.get(from), fleet.get(to)];
  if (a === undefined || b === undefined) return unknownMs;
  if (a.hostId === b.hostId) return sameHostMs;
  return a.delaysMs?.get(to) ?? b.delaysMs?.get(from) ?? guessedOnewayMs(a, b);
}
