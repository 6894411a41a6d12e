// What the S3 store keeps beside its objects. The names begin with `~`: no key of a store does, and they are listed
// behind all keys. S3 keeps one hash for an object of parts, of the hashes of its parts; the hash of the whole is
// in such a record.

/** The hash of the whole of an object made of parts; the object exists when this does. */
export const hashName = (key: string): string => `~sha256/${key}`;
/** The parts of an object that is complete, or becomes it now, and has to be read for its hash. */
export const unhashedName = (key: string): string => `~unhashed/${key}`;

export interface HashRecord {
  readonly bytes: number;
  readonly sha256: string;
  /** As S3 says it of an object of parts: base64 of the hash of the parts' hashes, `-`, their number. */
  readonly composite: string | undefined;
}

const HASH_RECORD = /^([0-9a-f]{64}) (\d{1,15}) (\S{1,80})\n$/;
const PART_LINE = /^(\d{1,9}) ([0-9a-f]{64}|-)$/;
/** A record of 10,000 parts has less. */
export const RECORD_BYTES_MAX = 1_048_576;

export const hashRecordText = (o: HashRecord): string => `${o.sha256} ${o.bytes} ${o.composite ?? '-'}\n`;

/** Undefined for what no store has written. */
export function parseHashRecord(text: string): HashRecord | undefined {
  const [, sha256, bytes, composite] = HASH_RECORD.exec(text) ?? [];
  if (sha256 === undefined) return undefined;
  return { bytes: Number(bytes), sha256, composite: composite === '-' ? undefined : composite };
}

interface Part {
  readonly bytes: number;
  readonly sha256: string | undefined;
}

export const partsText = (parts: readonly Part[]): string =>
  parts.map(({ bytes, sha256 }) => `${bytes} ${sha256 ?? '-'}\n`).join('');

/** Undefined for what no store has written. */
export function parseParts(text: string): Part[] | undefined {
  const parts: Part[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const [, bytes, sha256] = PART_LINE.exec(line) ?? [];
    if (sha256 === undefined) return undefined;
    parts.push({ bytes: Number(bytes), sha256: sha256 === '-' ? undefined : sha256 });
  }
  return parts.length === 0 || !text.endsWith('\n') ? undefined : parts;
}
