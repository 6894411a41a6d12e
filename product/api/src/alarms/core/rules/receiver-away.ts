import type { AlarmRule } from '../rule.ts';

export const receiverAway: AlarmRule = {
  id: 'receiver-away',
  source: 'distribution',
  severity: 'warning',
  reason: 'An enabled receiver with open deliveries has not been seen for ten minutes.',
  limit: 1,
  unit: '',
  limitSource:
    'Receivers poll at least every 25 s; a restart takes less than a minute. The limit counts open deliveries.',
  // A receiver counts as away a minute after it was seen.
  forMs: 9 * 60_000,
  clearForMs: 60_000,
  judge: ({ awayReceivers }, limit) =>
    awayReceivers?.map(({ tenant, receiver, name, region, open }) => ({
      subject: `${tenant}/${receiver}`,
      value: open,
      isBad: open >= limit,
      labels: { tenant, receiver, region },
      text: `The receiver ${name} of ${tenant} in ${region} is away; open deliveries: ${open}.`,
    })),
};
