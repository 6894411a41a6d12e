import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/** Limit of chunks into which nodes cut a content. */
export const CHUNKS_MAX = 64;
/** Limit of sizes: those of H.264, and one of AV1. */
export const RUNGS_MAX = 8;
/** Limit of files in addition to the chunks' movies: headers, playlists, sound, small pictures. */
const OTHER_FILES_MAX = 64;
/** Longest duration: a day and a night. */
const DURATION_MS_MAX = 24 * 3_600_000;
const PICTURE_SIDE_MAX = 8192;
const TILES_MAX = 200;

const count = (maximum: number) => Type.Integer({ minimum: 0, maximum });
const countUpTo = (maximum: number) => Type.Integer({ minimum: 1, maximum });
const timeMs = Type.Number({ minimum: 0, maximum: DURATION_MS_MAX });
const name = Type.String({ pattern: '^[a-z0-9-]{1,32}$' });
const codec = Type.Unsafe<'h264' | 'av1'>({ type: 'string', enum: ['h264', 'av1'] });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** Lease of the task that made the file, in the form of file names. */
const lease = Type.String({ pattern: '^[a-z0-9_.]{1,130}$' });
const bytes = count(Number.MAX_SAFE_INTEGER);
const made = { bytes, sha256, init: sha256, codecs: Type.String({ pattern: '^[a-zA-Z0-9.]{1,32}$' }) };
const side = Type.Integer({ minimum: 2, maximum: PICTURE_SIDE_MAX });

const rung = Type.Object({
  name,
  width: side,
  height: side,
  codec,
  crf: Type.Number({ minimum: 0, maximum: 63 }),
  maxKbps: countUpTo(100_000),
});
/** Plan, which all later tasks of the content get. */
export const renditionPlan = Type.Object({
  ladder: Type.Array(rung, { maxItems: RUNGS_MAX }),
  chunks: Type.Array(Type.Object({ fromMs: timeMs, toMs: timeMs }), { maxItems: CHUNKS_MAX }),
  durationMs: Type.Number({ minimum: 1, maximum: DURATION_MS_MAX }),
  hasSound: Type.Boolean(),
  rate: Type.Object({ num: countUpTo(60_000), den: countUpTo(1001) }),
  av1: Type.Object({ pays: Type.Boolean(), saving: Type.Number() }),
});
export const chunkMade = Type.Object({
  chunk: count(CHUNKS_MAX - 1),
  lease,
  rungs: Type.Array(Type.Object({ name, ...made }), { minItems: 1, maxItems: RUNGS_MAX }),
  tiles: count(TILES_MAX),
});
export const soundMade = Type.Object({ lease, ...made });
const shown = { name, width: side, height: side, codec };
const file = {
  /** Path of the file, relative to the content. */
  name: Type.String({ pattern: '^renditions/[a-z0-9_.-]{1,200}$' }),
  bytes,
  sha256,
  type: Type.String({ pattern: '^[a-z0-9.+-]{1,64}/[a-z0-9.+-]{1,64}$' }),
};
export const joined = Type.Object({
  durationMs: timeMs,
  renditions: Type.Array(Type.Object(shown), { maxItems: RUNGS_MAX }),
  files: Type.Array(Type.Object(file), { minItems: 1, maxItems: RUNGS_MAX * CHUNKS_MAX + OTHER_FILES_MAX }),
});

export type RenditionPlan = Static<typeof renditionPlan>;
export type ChunkMade = Static<typeof chunkMade>;
export type SoundMade = Static<typeof soundMade>;

/** Drops fields that this version does not know. Returns undefined for an invalid result. */
export function readResult<T>(schema: { readonly '~kind': string }, said: unknown): T | undefined {
  return Value.Check(schema, said) ? (Value.Clean(schema, structuredClone(said)) as T) : undefined;
}

/** Returns undefined for an invalid plan, or one without any rendition. */
export function readPlan(said: unknown): RenditionPlan | undefined {
  const plan = readResult<RenditionPlan>(renditionPlan, said);
  if (plan === undefined || (plan.ladder.length === 0) !== (plan.chunks.length === 0)) return undefined;
  return plan.hasSound || plan.chunks.length > 0 ? plan : undefined;
}
