// Which recorders may have a recording, the best first: near the room's media node, then with most slots free.
import { distanceKm, isInFence, type Point } from '@meridian/protocol';
import type { Recorder, RecordingAsk } from './types.ts';

/** A smaller distance makes no difference; recorders of one city may say places that differ a little. */
const SAME_PLACE_KM = 50;

/** Those that may ever have it: inside the fence, and not among those that have lost it. */
export function allowedRecorders(
  ask: Pick<RecordingAsk, 'fence' | 'avoidIds'>,
  recorders: readonly Recorder[],
): readonly Recorder[] {
  return recorders.filter(({ nodeId, region }) => isInFence(ask.fence, region) && !ask.avoidIds.includes(nodeId));
}

/** Ids of the allowed ones with so many slots free, the best first, as `byNearness`. */
export function chooseRecorders(ask: RecordingAsk, recorders: readonly Recorder[]): readonly string[] {
  const { hostId, region } = ask.place;
  const free = allowedRecorders(ask, recorders).filter(({ freeSlots }) => freeSlots >= ask.slots);
  return byNearness({ hostId, region, point: ask.place }, free).map(({ nodeId }) => nodeId);
}

/**
 * The host's own first, then those of the region, then by distance from `point`; of equals the one with most free.
 * Without a point all others are equally far.
 */
export function byNearness(
  to: { readonly hostId: string; readonly region: string; readonly point: Point | undefined },
  recorders: readonly Recorder[],
): readonly Recorder[] {
  const stepsTo = (recorder: Recorder): number => {
    if (recorder.hostId === to.hostId) return -2;
    if (recorder.region === to.region) return -1;
    return to.point === undefined ? 0 : Math.floor(distanceKm(recorder, to.point) / SAME_PLACE_KM);
  };
  return recorders
    .map((recorder) => ({ recorder, steps: stepsTo(recorder) }))
    .sort((a, b) => {
      const [one, other] = [a.recorder, b.recorder];
      return a.steps - b.steps || other.freeSlots - one.freeSlots || (one.nodeId < other.nodeId ? -1 : 1);
    })
    .map(({ recorder }) => recorder);
}
