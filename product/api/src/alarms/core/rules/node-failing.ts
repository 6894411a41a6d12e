import { type AlarmRule, labelsOf } from '../rule.ts';

export const nodeFailing: AlarmRule = {
  id: 'node-failing',
  source: 'centre',
  severity: 'warning',
  reason: 'The centre does not believe what a node says of itself, and gives it no sessions.',
  limit: 0,
  unit: '',
  limitSource: 'The centre’s own doubts (`distrust`): they compare what a node says with what others see of it.',
  forMs: 30_000,
  clearForMs: 60_000,
  judge: ({ cloud }) =>
    cloud?.nodes.map((node) => {
      // A dead node has an alarm of its own, and its distrust is old.
      const isBad = node.distrust !== '' && node.state !== 'dead';
      const text = isBad
        ? `${node.nodeId} (${node.site}) is not believed: ${node.distrust}.`
        : `${node.nodeId} is believed.`;
      return { subject: node.nodeId, value: isBad ? 1 : 0, isBad, labels: labelsOf(node), text };
    }),
};
