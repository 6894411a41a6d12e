export interface Range {
  readonly from: number;
  readonly bytes: number;
}
/** Ranges that the api asks for, to send and to prove. */
export interface Plan {
  readonly parts: readonly Range[];
  readonly proof?: { readonly ranges: readonly Range[] };
}

/** Must equal the constant of the api and library nodes; a test compares them. */
export const BLOCK_BYTES = 8 * 1_048_576;
/** 128 GiB, the most blocks that an upload may name. */
export const FILE_BYTES_MAX = 16_384 * BLOCK_BYTES;
/** Size of the samples in a fingerprint; another size would change every fingerprint. */
const SAMPLE_BYTES = 256 * 1024;
/** Bound of a proof's ranges, whose bytes are in memory together: twice what the api asks for. */
const PROOF_BYTES_MAX = 1_048_576;

export const blocksOf = (fileBytes: number): number => Math.ceil(fileBytes / BLOCK_BYTES);

export const blockRange = (number: number, fileBytes: number): Range => ({
  from: number * BLOCK_BYTES,
  bytes: Math.min(BLOCK_BYTES, fileBytes - number * BLOCK_BYTES),
});

/** Samples of a small file overlap. */
export function sampleRanges(fileBytes: number): Range[] {
  const bytes = Math.min(SAMPLE_BYTES, fileBytes);
  const last = fileBytes - bytes;
  return [0, Math.floor(last / 2), last].map((from) => ({ from, bytes }));
}

/** Returns eight bytes, big-endian. */
export function sizeBytes(fileBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(fileBytes));
  return bytes;
}

/** Checks that the ranges lie within the file and that those of the proof fit into memory. */
export function isPlanOf({ parts, proof }: Plan, fileBytes: number): boolean {
  const isWithin = ({ from, bytes }: Range): boolean =>
    Number.isSafeInteger(from) && Number.isSafeInteger(bytes) && from >= 0 && bytes > 0 && from + bytes <= fileBytes;
  const ranges = proof?.ranges ?? [];
  const proofBytes = ranges.reduce((sum, { bytes }) => sum + bytes, 0);
  return parts.every(isWithin) && ranges.every(isWithin) && proofBytes <= PROOF_BYTES_MAX;
}
