// Plans which ranges of a file are copied from the tenant's contents, and which parts the client sends.
import { BLOCK_BYTES, blocksOf, UPLOAD_PARTS_MAX } from '@meridian/protocol';

export interface Range {
  readonly from: number;
  readonly bytes: number;
}
/** Range of the file that a content also has. */
export interface Copy extends Range {
  readonly content: string;
  readonly contentFrom: number;
}
export interface Place {
  readonly content: string;
  /** Number of the block within the content. */
  readonly number: number;
  readonly bytes: number;
}
export interface Plan {
  readonly parts: readonly Range[];
  readonly copies: readonly Copy[];
}

/** A single connection seldom uses the whole bandwidth. */
const PARALLEL_PARTS = 4;
/** Small enough that an aborted part loses little. */
const PART_BYTES_USUAL = 256 * 1_048_576;
/** Each copy is a read, and a line of the node's journal; all copies go over the link in one message. */
export const COPIES_MAX = 1024;

export const blockBytes = (bytes: number, number: number): number =>
  Math.min(BLOCK_BYTES, bytes - number * BLOCK_BYTES);

/** Joins adjacent copies from the same content. Ignores a place of `placesByHash` that has another length. */
export function copiesOf(
  bytes: number,
  blocks: readonly string[],
  placesByHash: ReadonlyMap<string, readonly Place[]>,
): Copy[] {
  const fitting = (hash: string, number: number): readonly Place[] =>
    (placesByHash.get(hash) ?? []).filter((place) => place.bytes === blockBytes(bytes, number));
  const served = new Map<string, number>();
  for (const [number, hash] of blocks.entries())
    for (const content of new Set(fitting(hash, number).map((place) => place.content)))
      served.set(content, (served.get(content) ?? 0) + 1);
  const servedBy = ({ content }: Place): number => served.get(content) ?? 0;
  const copies: Copy[] = [];
  let last: Copy | undefined;
  for (const [number, hash] of blocks.entries()) {
    const place = bestOf(fitting(hash, number), { last: endsAt(last, number), servedBy, number });
    if (place === undefined) {
      last = undefined;
      continue;
    }
    const { content } = place;
    const contentFrom = place.number * BLOCK_BYTES;
    if (last !== undefined && last.content === content && last.contentFrom + last.bytes === contentFrom) {
      last = { from: last.from, bytes: last.bytes + place.bytes, content, contentFrom: last.contentFrom };
      copies[copies.length - 1] = last;
    } else {
      last = { from: number * BLOCK_BYTES, bytes: place.bytes, content, contentFrom };
      copies.push(last);
    }
  }
  return copies;
}

const endsAt = (last: Copy | undefined, number: number): Copy | undefined =>
  last !== undefined && last.from + last.bytes === number * BLOCK_BYTES ? last : undefined;

/**
 * Prefers a place that continues the last copy, then one in the content with most of the file, then one at the same
 * position.
 */
function bestOf(
  places: readonly Place[],
  o: { readonly last: Copy | undefined; readonly number: number; servedBy(place: Place): number },
): Place | undefined {
  const { last, number, servedBy } = o;
  const next = last === undefined ? undefined : (last.contentFrom + last.bytes) / BLOCK_BYTES;
  const rankOf = (place: Place): readonly number[] => [
    Number(last?.content === place.content && place.number === next),
    servedBy(place),
    Number(place.number === number),
  ];
  return places.toSorted((a, b) => compareRanks(rankOf(b), rankOf(a)) || (a.content < b.content ? -1 : 1))[0];
}

const compareRanks = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, at) => value - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;

export function wholeOf(bytes: number, copies: readonly Copy[]): string | undefined {
  const [copy] = copies;
  const isWhole = copies.length === 1 && copy?.from === 0 && copy.contentFrom === 0 && copy.bytes === bytes;
  return isWhole ? copy.content : undefined;
}

/** Drops the smallest copies if there are too many, or if they leave too many gaps. Parts end at block boundaries. */
export function planOf(bytes: number, possibleCopies: readonly Copy[]): Plan {
  const copies = withinLimits(bytes, possibleCopies);
  const gaps = gapsOf(bytes, copies);
  const sent = gaps.reduce((sum, gap) => sum + gap.bytes, 0);
  const inBlocks = (byteCount: number): number =>
    Math.max(BLOCK_BYTES, Math.floor(byteCount / BLOCK_BYTES) * BLOCK_BYTES);
  let partBytes = inBlocks(Math.min(PART_BYTES_USUAL, sent / PARALLEL_PARTS));
  const count = (): number => gaps.reduce((sum, gap) => sum + Math.ceil(gap.bytes / partBytes), 0);
  while (count() > UPLOAD_PARTS_MAX) partBytes *= 2;
  return { copies, parts: gaps.flatMap((gap) => splitParts(gap, partBytes)) };
}

function withinLimits(bytes: number, wanted: readonly Copy[]): Copy[] {
  const isSent = new Uint8Array(blocksOf(bytes)).fill(1);
  const blocksIn = ({ from, bytes: its }: Range): [number, number] => [
    from / BLOCK_BYTES,
    Math.ceil((from + its) / BLOCK_BYTES),
  ];
  for (const copy of wanted) isSent.fill(0, ...blocksIn(copy));
  let gaps = gapsOf(bytes, wanted).length;
  const keptCopies = new Set(wanted);
  for (const copy of wanted.toSorted((a, b) => a.bytes - b.bytes || a.from - b.from)) {
    if (gaps <= UPLOAD_PARTS_MAX && keptCopies.size <= COPIES_MAX) break;
    const [first, end] = blocksIn(copy);
    // The dropped copy becomes a gap, which merges with its neighbours.
    gaps += 1 - (isSent[first - 1] ?? 0) - (isSent[end] ?? 0);
    isSent.fill(1, first, end);
    keptCopies.delete(copy);
  }
  return wanted.filter((copy) => keptCopies.has(copy));
}

function gapsOf(bytes: number, copies: readonly Copy[]): Range[] {
  const gaps: Range[] = [];
  let from = 0;
  for (const copy of copies) {
    if (copy.from > from) gaps.push({ from, bytes: copy.from - from });
    from = copy.from + copy.bytes;
  }
  if (from < bytes) gaps.push({ from, bytes: bytes - from });
  return gaps;
}

function splitParts({ from, bytes }: Range, partBytes: number): Range[] {
  return Array.from({ length: Math.ceil(bytes / partBytes) }, (_, at) => ({
    from: from + at * partBytes,
    bytes: Math.min(partBytes, bytes - at * partBytes),
  }));
}
