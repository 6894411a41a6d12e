import { isUploadId } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { RenditionError } from '../core/renditions/errors.ts';
import { CHUNKS_MAX, codecs } from '../core/renditions/plan.ts';

export const renditionKinds = ['analyse', 'encode', 'sound', 'join'] as const;
export type RenditionKind = (typeof renditionKinds)[number];

/** The rungs of H.264 and one of AV1. */
const RUNGS_MAX = 8;
/** 24 hours; a longer file is a mistake more often than a film. */
export const DURATION_MS_MAX = 24 * 3_600_000;

const contentId = Type.String({ maxLength: 64 });
const count = (maximum: number) => Type.Integer({ minimum: 0, maximum });
const name = Type.String({ pattern: '^[a-z0-9-]{1,32}$' });
const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const lease = Type.String({ pattern: '^[a-z0-9_.]{1,130}$' });
const bytes = count(Number.MAX_SAFE_INTEGER);
const made = { bytes, sha256, init: sha256, codecs: Type.String({ pattern: '^[a-zA-Z0-9.]{1,32}$' }) };

const plan = Type.Object({
  ladder: Type.Array(
    Type.Object({
      name,
      width: Type.Integer({ minimum: 2, maximum: 8192 }),
      height: Type.Integer({ minimum: 2, maximum: 8192 }),
      codec: Type.Unsafe<(typeof codecs)[number]>({ type: 'string', enum: [...codecs] }),
      crf: Type.Number({ minimum: 0, maximum: 63 }),
      maxKbps: Type.Integer({ minimum: 1, maximum: 100_000 }),
    }),
    { maxItems: RUNGS_MAX },
  ),
  chunks: Type.Array(
    Type.Object({
      fromMs: Type.Number({ minimum: 0, maximum: DURATION_MS_MAX }),
      toMs: Type.Number({ minimum: 0, maximum: DURATION_MS_MAX }),
    }),
    { maxItems: CHUNKS_MAX },
  ),
  durationMs: Type.Number({ minimum: 1, maximum: DURATION_MS_MAX }),
  hasSound: Type.Boolean(),
  rate: Type.Object({
    num: Type.Integer({ minimum: 1, maximum: 60_000 }),
    den: Type.Integer({ minimum: 1, maximum: 1001 }),
  }),
  av1: Type.Object({ pays: Type.Boolean(), saving: Type.Number() }),
});

const chunkMade = Type.Object({
  chunk: count(CHUNKS_MAX - 1),
  /** Lease of the task that made the chunk, in the form of names. */
  lease,
  rungs: Type.Array(Type.Object({ name, ...made }), { minItems: 1, maxItems: RUNGS_MAX }),
  tiles: count(200),
});
const soundMade = Type.Object({ lease, ...made });

const payloads = {
  /** `views` is the number of plays that the api expects. */
  analyse: Type.Object({ contentId, views: Type.Optional(count(1_000_000_000)) }),
  encode: Type.Object({ contentId, chunk: count(CHUNKS_MAX - 1), plan }),
  sound: Type.Object({ contentId, plan }),
  join: Type.Object({
    contentId,
    plan,
    chunks: Type.Array(chunkMade, { maxItems: CHUNKS_MAX }),
    sound: Type.Optional(soundMade),
  }),
};

export type Payload<K extends RenditionKind> = Static<(typeof payloads)[K]>;
export type ChunkMade = Static<typeof chunkMade>;
export type SoundMade = Static<typeof soundMade>;

/** Result of `join`: all that players need beside the original. */
export interface Joined {
  readonly durationMs: number;
  readonly renditions: readonly { name: string; width: number; height: number; codec: string }[];
  readonly files: readonly { name: string; bytes: number; sha256: string; type: string }[];
}

export const isRenditionKind = (text: string): text is RenditionKind => renditionKinds.some((one) => one === text);

export function payloadOf<K extends RenditionKind>(kind: K, json: string): Payload<K> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new RenditionError('TASK_INVALID', 'the payload is no JSON', { cause });
  }
  if (!Value.Check(payloads[kind], parsed)) throw new RenditionError('TASK_INVALID');
  const payload = parsed as Payload<K>;
  if (!isUploadId(payload.contentId)) throw new RenditionError('TASK_INVALID', 'no id of a content');
  return payload;
}

const list = Type.Record(
  Type.String(),
  Type.Array(Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })]), { maxItems: 100_000 }),
);
export type SegmentList = Static<typeof list>;

export function segmentListOf(json: string): SegmentList {
  const parsed: unknown = JSON.parse(json);
  if (!Value.Check(list, parsed)) throw new RenditionError('CHUNKS_MISSING', 'a list of segments is malformed');
  return parsed as SegmentList;
}
