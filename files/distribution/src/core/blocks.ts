export const HASH_BYTES = 32;

export interface BlockLayout {
  readonly bytes: number;
  readonly blockBytes: number;
}

export const blockCount = ({ bytes, blockBytes }: BlockLayout): number => Math.ceil(bytes / blockBytes);

export function blockRange(
  { bytes, blockBytes }: BlockLayout,
  number: number,
): { readonly from: number; readonly bytes: number } {
  const from = number * blockBytes;
  return { from, bytes: Math.min(blockBytes, bytes - from) };
}

export function blocksInRange(shape: BlockLayout, range: { readonly from: number; readonly bytes: number }): number[] {
  const end = Math.min(shape.bytes, range.from + range.bytes);
  const numbers: number[] = [];
  for (let number = Math.floor(range.from / shape.blockBytes); number * shape.blockBytes < end; number += 1)
    numbers.push(number);
  return numbers;
}

export const hashAt = (hashes: Uint8Array, number: number): string =>
  Buffer.from(hashes.subarray(number * HASH_BYTES, (number + 1) * HASH_BYTES)).toString('hex');
