import { type AlarmRule, labelsOf } from '../rule.ts';

export const clockSkew: AlarmRule = {
  id: 'clock-skew',
  source: 'centre',
  severity: 'warning',
  reason: 'A node’s wall clock differs from most others, so its logs, tokens and recordings have wrong times.',
  limit: 2,
  unit: 's',
  limitSource: 'More than the error that ntp and the delay of a report leave; the offset is the best of eight reports.',
  forMs: 10_000,
  clearForMs: 30_000,
  judge: ({ cloud }, limit) => {
    if (cloud === undefined) return undefined;
    const timed = cloud.nodes.flatMap((node) =>
      node.clockOffsetMs === undefined || node.state === 'dead' ? [] : [{ node, offsetMs: node.clockOffsetMs }],
    );
    // The centre's own clock (offset 0) counts as one of them: if only the centre's is wrong, the alarm names the
    // centre alone.
    const usualMs = medianOf([0, ...timed.map(({ offsetMs }) => offsetMs)]);
    const judgedOffset = (name: string, offsetMs: number) => {
      const value = Number(((offsetMs - usualMs) / 1000).toFixed(1));
      const isBad = Math.abs(value) > limit;
      const directionText = value < 0 ? 'behind' : 'ahead of';
      const text = isBad
        ? `The clock of ${name} is ${Math.abs(value)} s ${directionText} that of most nodes.`
        : `The clock of ${name} agrees with that of most nodes.`;
      return { value, isBad, text };
    };
    return [
      { subject: 'centre', labels: {}, ...judgedOffset('the centre', 0) },
      ...timed.map(({ node, offsetMs }) => ({
        subject: node.nodeId,
        labels: labelsOf(node),
        ...judgedOffset(`${node.nodeId} (${node.site})`, offsetMs),
      })),
    ];
  },
};

function medianOf(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
