import type { AlarmRule } from '../rule.ts';

export const webhookBacklog: AlarmRule = {
  id: 'webhook-backlog',
  source: 'webhooks',
  severity: 'warning',
  reason: 'A delivery that is due has waited for long: the api sends fewer than there are.',
  limit: 120,
  unit: 's',
  limitSource:
    'What is due leaves within seconds, and a slow receiver takes slots of its own (src/webhooks/deliveries.ts).',
  forMs: 30_000,
  clearForMs: 60_000,
  judge: ({ webhooks }, limit) => {
    if (webhooks === undefined) return undefined;
    const value = Math.round(webhooks.oldestDueMs / 1000);
    const text = `The oldest delivery of webhooks that is due has waited for ${value} s.`;
    return [{ subject: 'webhooks', value, isBad: value >= limit, labels: {}, text }];
  },
};
