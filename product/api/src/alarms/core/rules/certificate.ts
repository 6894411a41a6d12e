import { type AlarmRule, labelsOf } from '../rule.ts';

const HOUR_MS = 3_600_000;

export const certificate: AlarmRule = {
  id: 'certificate',
  source: 'centre',
  severity: 'warning',
  reason: 'The certificate of a node’s link expires soon, because it was not renewed in time.',
  limit: 2,
  unit: 'hours',
  limitSource: 'Certificates of nodes last a day and are renewed after two thirds of it, 8 h before expiry.',
  forMs: 60_000,
  clearForMs: 0,
  judge: ({ cloud, wallMs }, limit) =>
    cloud?.nodes
      // A node without a link has 0, and a dead node has no link.
      .filter(({ certificateEndsMs, state }) => certificateEndsMs > 0 && state !== 'dead')
      .map((node) => {
        const value = Number(((node.certificateEndsMs - wallMs) / HOUR_MS).toFixed(2));
        const [day, time = ''] = new Date(node.certificateEndsMs).toISOString().split('T');
        const text = `The certificate of ${node.nodeId} (${node.site}) expires on ${day} at ${time.slice(0, 5)} UTC.`;
        return { subject: node.nodeId, value, isBad: value < limit, labels: labelsOf(node), text };
      }),
};
