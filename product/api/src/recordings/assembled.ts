// Result of the task `assemble`, as a recorder reports it.
import { type AssembledRecording, outputGroups } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { holesMax } from '../events/core/recording-story.ts';

/** Limit of files: twice the tracks of a room with a thousand participants. */
const OUTPUTS_MAX = 2000;
const PEOPLE_MAX = 10_000;
const CHAPTERS_MAX = 1000;
const PAGES_MAX = 10_000;
const PICTURE_SIDE_MAX = 16_384;

const timeMs = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const text = Type.String({ maxLength: 1024, pattern: '^[^\\u0000]*$' });
const side = Type.Integer({ minimum: 0, maximum: PICTURE_SIDE_MAX });
export const outputFacts = Type.Object({
  name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,63}$' }),
  source: Type.Unsafe<(typeof outputGroups)[number]>({ type: 'string', enum: [...outputGroups] }),
  identity: text,
  participantName: text,
  offsetMs: timeMs,
  durationMs: timeMs,
  width: side,
  height: side,
});
const assembled = Type.Object({
  startedWallMs: timeMs,
  durationMs: timeMs,
  holes: Type.Array(Type.Object({ ms: timeMs, durationMs: timeMs }), { maxItems: holesMax }),
  holeMs: timeMs,
  participants: Type.Array(Type.Object({ identity: text, name: text }), { maxItems: PEOPLE_MAX }),
  chapters: Type.Array(
    Type.Object({
      ms: timeMs,
      durationMs: timeMs,
      kind: Type.Unsafe<'speaker' | 'screen'>({ type: 'string', enum: ['speaker', 'screen'] }),
      identity: text,
      title: text,
    }),
    { maxItems: CHAPTERS_MAX },
  ),
  outputs: Type.Array(
    Type.Object({ ...outputFacts.properties, upload: Type.String({ minLength: 1, maxLength: 64 }) }),
    { maxItems: OUTPUTS_MAX },
  ),
  postPages: Type.Integer({ minimum: 0, maximum: PAGES_MAX }),
});

/** Returns undefined for an invalid result, or one that names a file twice. */
export function readAssembled(result: unknown): AssembledRecording | undefined {
  if (!Value.Check(assembled, result)) return undefined;
  const made: Static<typeof assembled> = result;
  return new Set(made.outputs.map(({ name }) => name)).size === made.outputs.length ? made : undefined;
}
