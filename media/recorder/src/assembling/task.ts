import type { AssembleTask, ComposeTask, StintPlace } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AssembleError } from '../core/assembling/errors.ts';
import { isJournalName, isStintId } from '../core/names.ts';

/** Bounds the stints of a recording, and the slices of a stint's journal: enough for a week. */
const STINTS_MAX = 10_000;
const wallMs = Type.Number({ minimum: 0, maximum: 8.64e15 });
const id = Type.String({ minLength: 1, maxLength: 200 });

const stint = Type.Object({
  stintId: id,
  recorderId: id,
  holder: id,
  journals: Type.Array(id, { minItems: 1, maxItems: STINTS_MAX }),
});
const task = Type.Object({
  recordingId: id,
  room: Type.String({ maxLength: 500 }),
  version: Type.Integer({ minimum: 0 }),
  startedWallMs: wallMs,
  endedWallMs: wallMs,
  stints: Type.Array(stint, { maxItems: STINTS_MAX }),
  numbers: Type.Optional(
    Type.Array(Type.Object({ identity: Type.String({ maxLength: 500 }), number: Type.Integer({ minimum: 1 }) }), {
      maxItems: STINTS_MAX,
    }),
  ),
});
const composeTask = Type.Object({ recordingId: id, room: Type.String({ maxLength: 500 }), stint });
const fits: (parsed: Static<typeof task>) => AssembleTask = (parsed) => parsed;

const fitsCompose: (parsed: Static<typeof composeTask>) => ComposeTask = (parsed) => parsed;

/** Reads the payload of a task `assemble`. Throws `AssembleError` `TASK_INVALID`. */
export function assembleTaskOf(json: string): AssembleTask {
  const parsed = parse(json);
  if (!Value.Check(task, parsed)) throw new AssembleError('TASK_INVALID');
  for (const one of parsed.stints) checkNames(one);
  return fits(parsed);
}

/** Reads the payload of a task `compose`. Throws `AssembleError` `TASK_INVALID`. */
export function composeTaskOf(json: string): ComposeTask {
  const parsed = parse(json);
  if (!Value.Check(composeTask, parsed)) throw new AssembleError('TASK_INVALID');
  checkNames(parsed.stint);
  return fitsCompose(parsed);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new AssembleError('TASK_INVALID', 'the payload is no JSON', { cause });
  }
}

function checkNames({ stintId, journals }: StintPlace): void {
  if (!isStintId(stintId) || !journals.every(isJournalName))
    throw new AssembleError('TASK_INVALID', 'no name of a stint or journal');
}
