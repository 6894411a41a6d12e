// Asks recorders which stints they have of a recording.
import { rpc, type wire } from '@meridian/protocol';
import type { Logger } from '@meridian/runtime';
import type { RecordingRow } from '../events/recording-body.ts';
import type { Answer, HeldStint } from './core/collecting.ts';
import type { Recorders } from './recorders.ts';

const ANSWER_MS = 10_000;
/** Limit of stints of a recorder, as of a recording. */
const STINTS_MAX = 1000;
/** Ids of stints hold the id of their recorder. */
const NAME = /^[A-Za-z0-9_.-]{1,160}$/;

/** Returns the answers of recorders that are there. */
export async function answersOf(
  { recorders, log }: { readonly recorders: Pick<Recorders, 'call'>; readonly log: Logger },
  { tenant, id }: Pick<RecordingRow, 'tenant' | 'id'>,
  nodeIds: readonly string[],
): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>();
  const ask = async (nodeId: string): Promise<void> => {
    try {
      const message = { tenant, recordingId: id };
      answers.set(nodeId, answerOf(await recorders.call(nodeId, rpc.recordingStints, message, ANSWER_MS)));
    } catch (err) {
      log.debug({ err, recorder: nodeId, recordingId: id }, 'a recorder did not answer about a recording');
    }
  };
  await Promise.all([...new Set(nodeIds)].map(ask));
  return answers;
}

/** Leaves out stints with impossible names. */
function answerOf({ busy, stints }: wire.RecordingStints): Answer {
  const held = stints.slice(0, STINTS_MAX).map(
    (stint): HeldStint => ({
      stintId: stint.stintId ?? '',
      recorderId: stint.recorderId ?? '',
      isComplete: stint.complete ?? false,
      journals: stint.journals ?? [],
      startedMs: timeOf(stint.startedWallMs),
      endedMs: timeOf(stint.endedWallMs),
      isLater: stint.later ?? false,
      composedOf: stint.composedOf ?? '',
    }),
  );
  const isGood = ({ stintId, recorderId, journals }: HeldStint): boolean =>
    journals.length > 0 && [stintId, recorderId, ...journals].every((name) => NAME.test(name));
  return { isBusy: busy, stints: held.filter(isGood) };
}

const timeOf = (wallMs: number | null | undefined): number => (Number.isFinite(wallMs) ? Math.max(0, wallMs ?? 0) : 0);
