import type { AlarmRule } from '../rule.ts';

export const webhookBacklog: AlarmRule = {
  id: 'webhook-backlog',
  source: 'webhooks',
  severity: 'warning',
  reason: 'A due delivery has waited too long: the api sends fewer deliveries than arrive.',
  limit: 120,
  unit: 's',
  limitSource:
    'Due deliveries are sent within seconds; a slow receiver only fills its own slots (src/webhooks/deliveries.ts).',
  forMs: 30_000,
  clearForMs: 60_000,
  judge: ({ webhooks }, limit) => {
    if (webhooks === undefined) return undefined;
    const value = Math.round(webhooks.oldestDueMs / 1000);
    const text = `The oldest due webhook delivery has waited for ${value} s.`;
    return [{ subject: 'webhooks', value, isBad: value >= limit, labels: {}, text }];
  },
};
