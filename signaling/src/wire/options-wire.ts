// Returns the part of a placement decision that its client may see: nodes with points and filters, without operators'
// texts.
import type { wire } from '@meridian/protocol';

const othersMax = 2;
const refusedMax = 2;

/** Returns the chosen node, at most two others by points, at most two refused ones of other hosts, nearest first. */
export function optionsOf(reply: wire.DecisionExplained): wire.PlacementOption.$Properties[] {
  const chosen = reply.scores.filter((row) => row.nodeId === reply.nodeId);
  const others = reply.scores
    .filter((row) => row.nodeId !== reply.nodeId)
    .sort((a, b) => (b.total ?? 0) - (a.total ?? 0));
  const seen = new Set(reply.scores.map((row) => row.hostId));
  const refused = reply.rejections.filter(({ hostId }) => {
    const isNew = !seen.has(hostId);
    seen.add(hostId);
    return isNew;
  });
  return [
    ...[...chosen.slice(0, 1), ...others.slice(0, othersMax)].map(scoredOption),
    ...refused.slice(0, refusedMax).map(({ nodeId, filter }) => ({ nodeId: nodeId ?? '', filter: filter ?? '' })),
  ];
}

function scoredOption({ nodeId, total, parts }: wire.ScoreLine.$Properties): wire.PlacementOption.$Properties {
  return {
    nodeId: nodeId ?? '',
    points: total ?? 0,
    parts: (parts ?? []).map(({ name, score, weight, reason }) => ({
      name: name ?? '',
      points: (score ?? 0) * (weight ?? 0),
      pointsMax: 100 * (weight ?? 0),
      reason: reason ?? '',
    })),
  };
}
