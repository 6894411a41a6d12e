// Which recorders may have a recording, the best first: near the room's media node, then with most slots free.
import { distanceKm, isInFence } from '@meridian/protocol';
import type { Recorder, RecordingAsk } from './types.ts';

/** A smaller distance makes no difference; recorders of one city may say places that differ a little. */
const SAME_PLACE_KM = 50;

/** Those that may ever have it: inside the fence, and not among those that have lost it. */
export function allowedRecorders(ask: RecordingAsk, recorders: readonly Recorder[]): readonly Recorder[] {
  return recorders.filter(({ nodeId, region }) => isInFence(ask.fence, region) && !ask.avoidIds.includes(nodeId));
}

/**
 * Ids of the allowed ones with so many slots free, the best first: the media node's host, its region, then by distance,
 * of equals the one with most free.
 */
export function chooseRecorders(ask: RecordingAsk, recorders: readonly Recorder[]): readonly string[] {
  const { hostId, region } = ask.place;
  const stepsTo = (recorder: Recorder): number => {
    if (recorder.hostId === hostId) return -2;
    if (recorder.region === region) return -1;
    return Math.floor(distanceKm(recorder, ask.place) / SAME_PLACE_KM);
  };
  return allowedRecorders(ask, recorders)
    .filter(({ freeSlots }) => freeSlots >= ask.slots)
    .map((recorder) => ({ nodeId: recorder.nodeId, freeSlots: recorder.freeSlots, steps: stepsTo(recorder) }))
    .sort((a, b) => a.steps - b.steps || b.freeSlots - a.freeSlots || (a.nodeId < b.nodeId ? -1 : 1))
    .map(({ nodeId }) => nodeId);
}
