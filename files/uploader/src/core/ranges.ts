// Which bytes of a file are read: blocks that are hashed, samples by which it is found again.

export interface Range {
  readonly from: number;
  readonly bytes: number;
}
/** What the api asks for: ranges to send, ranges to prove. */
export interface Plan {
  readonly parts: readonly Range[];
  readonly proof?: { readonly ranges: readonly Range[] };
}

/** As the api and library nodes have it; a test of the repository compares them. */
export const BLOCK_BYTES = 8 * 1_048_576;
/** As many blocks as an upload may name: 128 GiB. */
export const FILE_BYTES_MAX = 16_384 * BLOCK_BYTES;
/** Of each of the three samples of a fingerprint. Other values make other fingerprints, on each device. */
const SAMPLE_BYTES = 256 * 1024;
/** Of all ranges of a proof together: twice what the api asks for. They are in memory at once. */
const PROOF_BYTES_MAX = 1_048_576;

export const blocksOf = (fileBytes: number): number => Math.ceil(fileBytes / BLOCK_BYTES);

export const blockRange = (number: number, fileBytes: number): Range => ({
  from: number * BLOCK_BYTES,
  bytes: Math.min(BLOCK_BYTES, fileBytes - number * BLOCK_BYTES),
});

/** First, middle and last bytes; of a small file they overlap. */
export function sampleRanges(fileBytes: number): Range[] {
  const bytes = Math.min(SAMPLE_BYTES, fileBytes);
  const last = fileBytes - bytes;
  return [0, Math.floor(last / 2), last].map((from) => ({ from, bytes }));
}

/** A size as eight bytes, the highest first. */
export function sizeBytes(fileBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(fileBytes));
  return bytes;
}

/** Whether what the api asks for lies in the file, and fits into memory where it has to. */
export function isPlanOf({ parts, proof }: Plan, fileBytes: number): boolean {
  const isWithin = ({ from, bytes }: Range): boolean =>
    Number.isSafeInteger(from) && Number.isSafeInteger(bytes) && from >= 0 && bytes > 0 && from + bytes <= fileBytes;
  const ranges = proof?.ranges ?? [];
  const proofBytes = ranges.reduce((sum, { bytes }) => sum + bytes, 0);
  return parts.every(isWithin) && ranges.every(isWithin) && proofBytes <= PROOF_BYTES_MAX;
}
