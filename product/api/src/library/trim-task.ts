// The task `trim` of library nodes: payload, result and key.
import { blocksOf, isUploadId, libraryKinds } from '@meridian/protocol';
import { type Static, Type } from 'typebox';
import type { Trim } from './core/trim.ts';
import { readResult } from './rendition-results.ts';
import type { ItemRow } from './rows.ts';

export const trimTask = {
  name: 'trim',
  keyOf: ({ tenant, id }: Pick<ItemRow, 'tenant' | 'id'>): string => `${tenant}/${id}`,
} as const;

export interface TrimPayload extends Trim {
  readonly item: string;
  /** Original of which the part is cut out. */
  readonly contentId: string;
  /** Name of the file. */
  readonly name: string;
}

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const number = Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const text = Type.String({ maxLength: 128, pattern: '^[^\\u0000]*$' });
const cutMade = Type.Object({
  contentId: Type.String({ maxLength: 64 }),
  storeId: Type.String({ minLength: 1, maxLength: 1024 }),
  bytes: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Hashes of all blocks, 64 hex digits each. */
  blocks: Type.String({ pattern: '^([0-9a-f]{64})+$' }),
  type: Type.String({ minLength: 1, maxLength: 128 }),
  kind: Type.Unsafe<(typeof libraryKinds)[number]>({ type: 'string', enum: [...libraryKinds] }),
  media: Type.Object({
    durationMs: number,
    width: count,
    height: count,
    rotation: count,
    videoCodec: text,
    audioCodec: text,
    fps: number,
    audioChannels: count,
  }),
  hasCover: Type.Boolean(),
});
export type CutMade = Static<typeof cutMade>;

/** Returns undefined for an impossible result. */
export function readCut(result: unknown): CutMade | undefined {
  const made = readResult<CutMade>(cutMade, result);
  return made !== undefined && isUploadId(made.contentId) && made.blocks.length === blocksOf(made.bytes) * 64
    ? made
    : undefined;
}
