// One-way delay between two nodes: the value that the plan has for the path in use, else a guess by distance.
import { guessedOnewayMs } from '@meridian/protocol';
import type { Fleet } from './fleet.ts';

const sameHostMs = 0.1;
/** Delay when a node is unknown: more than any path on earth, so that such a node is never preferred. */
const unknownMs = 300;

export function delayBetween(fleet: Fleet, from: string, to: string): number {
  const [a, b] = [fleet.get(from), fleet.get(to)];
  if (a === undefined || b === undefined) return unknownMs;
  if (a.hostId === b.hostId) return sameHostMs;
  return a.delaysMs?.get(to) ?? b.delaysMs?.get(from) ?? guessedOnewayMs(a, b);
}
