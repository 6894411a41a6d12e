// Selects the rates between media nodes that fit into an answer.
import { limits } from '@meridian/protocol';
import { NODE_BYTES } from './config.ts';
import type { NodeRecord, SentTo } from './node.ts';

/** Bytes of rates in an answer; 120 nodes that all send to each other take 0.33 MB, with names of usual length. */
const SENT_BYTES_MAX = limits.controlFrameBytesMax / 2;
/** Bytes of rates and nodes in an answer, beside the quarter that configurations may take. */
const ANSWER_BYTES_MAX = (limits.controlFrameBytesMax * 3) / 4;
/** Bytes of a row besides its name: figure, tags and lengths. */
const ROW_BYTES = 13;

type Sender = { readonly description: { readonly nodeId: string } } & Pick<NodeRecord, 'sent'>;

/**
 * Returns, by node, its rate to each known other node. When the answer is too small for all rows, the smallest rows of
 * all nodes are left out; rows to unknown nodes are dropped first, so a lying node cannot displace honest rows.
 */
export function shownRates(nodes: readonly Sender[]): ReadonlyMap<string, readonly SentTo[]> {
  const knownIds = new Set(nodes.map(({ description: { nodeId } }) => nodeId));
  const knownRowsOf = (rows: readonly SentTo[]): SentTo[] => [
    ...new Map(rows.filter(({ nodeId }) => knownIds.has(nodeId)).map((row) => [row.nodeId, row])).values(),
  ];
  const reported = nodes.flatMap(({ description: { nodeId }, sent }) =>
    sent === undefined ? [] : [{ nodeId, sent: knownRowsOf(sent) }],
  );
  const bytesMax = Math.min(SENT_BYTES_MAX, ANSWER_BYTES_MAX - nodes.length * NODE_BYTES);
  const tooSmallBps = largestLeftOut(
    reported.flatMap(({ sent }) => sent),
    bytesMax,
  );
  return new Map(reported.map(({ nodeId, sent }) => [nodeId, sent.filter(({ bps }) => bps > tooSmallBps)]));
}

/** Returns the largest rate that must be left out: all rows with higher rates fit. Negative when all rows fit. */
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
