import { BLOCK_BYTES } from '@meridian/protocol';

export interface PartRange {
  readonly from: number;
  readonly bytes: number;
}

/** A file in parts of about the same size, which begin at blocks. */
export function partsOf(bytes: number, count: number): PartRange[] {
  const step = Math.ceil(bytes / count / BLOCK_BYTES) * BLOCK_BYTES;
  const starts = Array.from({ length: count }, (_, at) => at * step).filter((from) => from < bytes);
  return starts.map((from) => ({ from, bytes: Math.min(step, bytes - from) }));
}
