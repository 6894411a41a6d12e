import { type AlarmRule, labelsOf } from '../rule.ts';

export const nodeFailing: AlarmRule = {
  id: 'node-failing',
  source: 'centre',
  severity: 'warning',
  reason: 'The centre does not trust what a node reports, and gives it no sessions.',
  limit: 0,
  unit: '',
  limitSource:
    'The centre’s own judgement (`distrust`), which compares a node’s reports with what other nodes observe.',
  forMs: 30_000,
  clearForMs: 60_000,
  judge: ({ cloud }) =>
    cloud?.nodes.map((node) => {
      // A dead node has another alarm, and its distrust is outdated.
      const isBad = node.distrust !== '' && node.state !== 'dead';
      const text = isBad
        ? `${node.nodeId} (${node.site}) is not trusted: ${node.distrust}.`
        : `${node.nodeId} is trusted.`;
      return { subject: node.nodeId, value: isBad ? 1 : 0, isBad, labels: labelsOf(node), text };
    }),
};
