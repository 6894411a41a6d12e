// Chooses recorders for a recording, the best first: near the room's media node, then with most free slots.
import { distanceKm, isInFence, type Point } from '@meridian/protocol';
import type { Recorder, RecordingAsk } from './types.ts';

/** Distances below this count as equal, because recorders of a city may report slightly different places. */
const SAME_PLACE_KM = 50;

export function allowedRecorders(
  ask: Pick<RecordingAsk, 'fence' | 'avoidIds'>,
  recorders: readonly Recorder[],
): readonly Recorder[] {
  return recorders.filter(({ nodeId, region }) => isInFence(ask.fence, region) && !ask.avoidIds.includes(nodeId));
}

/** Returns the ids of the allowed recorders with enough free slots, in the order of `byNearness`. */
export function chooseRecorders(ask: RecordingAsk, recorders: readonly Recorder[]): readonly string[] {
  const { hostId, region } = ask.place;
  const free = allowedRecorders(ask, recorders).filter(({ freeSlots }) => freeSlots >= ask.slots);
  return byNearness({ hostId, region, point: ask.place }, free).map(({ nodeId }) => nodeId);
}

/** Sorts recorders: on the host, in the region, by distance from `point` (if any), and then by most free slots. */
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
