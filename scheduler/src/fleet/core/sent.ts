// What media nodes send to each other, for one answer. Pure.
import { limits } from '@meridian/protocol';
import { NODE_BYTES } from './config.ts';
import type { NodeRecord, SentTo } from './node.ts';

/** Of an answer; 120 nodes that all send to each other take 0.33 MB, with names of usual length. */
const SENT_BYTES_MAX = limits.controlFrameBytesMax / 2;
/** Of an answer, beside the quarter that configurations may take. */
const ANSWER_BYTES_MAX = (limits.controlFrameBytesMax * 3) / 4;
/** Of a row, besides its name: the figure, tags and lengths. */
const ROW_BYTES = 13;

type Sender = { readonly description: { readonly nodeId: string } } & Pick<NodeRecord, 'sent'>;

/**
 * By node what it has said of each other node, once. When an answer has no room for all of it, the smallest of all rows
 * are left out: a node that names others that there are not must not put out the rows of those that do not lie.
 */
export function sentShown(nodes: readonly Sender[]): ReadonlyMap<string, readonly SentTo[]> {
  const known = new Set(nodes.map(({ description: { nodeId } }) => nodeId));
  const onceOfKnown = (rows: readonly SentTo[]): SentTo[] => [
    ...new Map(rows.filter(({ nodeId }) => known.has(nodeId)).map((row) => [row.nodeId, row])).values(),
  ];
  const said = nodes.flatMap(({ description: { nodeId }, sent }) =>
    sent === undefined ? [] : [{ nodeId, sent: onceOfKnown(sent) }],
  );
  const bytesMax = Math.min(SENT_BYTES_MAX, ANSWER_BYTES_MAX - nodes.length * NODE_BYTES);
  const tooSmallBps = largestLeftOut(
    said.flatMap(({ sent }) => sent),
    bytesMax,
  );
  return new Map(said.map(({ nodeId, sent }) => [nodeId, sent.filter(({ bps }) => bps > tooSmallBps)]));
}

/** Rows above it fit; below 0: all do. */
function largestLeftOut(rows: readonly SentTo[], bytesMax: number): number {
  const bytesOf = ({ nodeId }: SentTo): number => nodeId.length + ROW_BYTES;
  if (rows.reduce((sum, row) => sum + bytesOf(row), 0) <= bytesMax) return -1;
  let bytes = 0;
  const first = rows
    .toSorted((a, b) => b.bps - a.bps)
    .find((row) => {
      bytes += bytesOf(row);
      return bytes > bytesMax;
    });
  return first?.bps ?? -1;
}
