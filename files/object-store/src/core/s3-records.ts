// Records beside objects. Names begin with `~`, unlike keys, and sort after all keys. S3 keeps only a hash of a
// multipart object's part hashes, so a record has the hash of the whole.

/** Name of the hash record of a multipart object, without which the object does not exist. */
export const hashName = (key: string): string => `~sha256/${key}`;
/** Parts of a multipart object that is or becomes complete, but must be read for its hash. */
export const unhashedName = (key: string): string => `~unhashed/${key}`;

export interface HashRecord {
  readonly bytes: number;
  readonly sha256: string;
  /** S3's hash of a multipart object: base64 of the hash of the parts' hashes, `-`, number of parts. */
  readonly composite: string | undefined;
}

const HASH_RECORD = /^([0-9a-f]{64}) (\d{1,15}) (\S{1,80})\n$/;
const PART_LINE = /^(\d{1,9}) ([0-9a-f]{64}|-)$/;
/** A record of 10,000 parts is smaller. */
export const RECORD_BYTES_MAX = 1_048_576;

export const hashRecordText = (o: HashRecord): string => `${o.sha256} ${o.bytes} ${o.composite ?? '-'}\n`;

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

export function parseParts(text: string): Part[] | undefined {
  const parts: Part[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const [, bytes, sha256] = PART_LINE.exec(line) ?? [];
    if (sha256 === undefined) return undefined;
    parts.push({ bytes: Number(bytes), sha256: sha256 === '-' ? undefined : sha256 });
  }
  return parts.length === 0 || !text.endsWith('\n') ? undefined : parts;
}
