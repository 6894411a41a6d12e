import type { AlarmRule } from '../rule.ts';

export const distributionQueueGrows: AlarmRule = {
  id: 'distribution-queue-grows',
  source: 'distribution',
  severity: 'warning',
  reason: 'For half an hour, fewer deliveries to a region have ended than were ordered.',
  limit: 100,
  unit: '',
  limitSource:
    'The limit counts deliveries that were added in 25 min; a single order has left that time before the alarm fires.',
  forMs: 30 * 60_000,
  clearForMs: 5 * 60_000,
  judge: ({ queues }, limit) =>
    queues?.map(({ region, ordered, ended }) => {
      const value = ordered.count - ended.count;
      const text = `The queue of ${region} grows: ${ordered.count} deliveries (${gigabytes(ordered)}) were ordered and ${ended.count} (${gigabytes(ended)}) ended in 25 min.`;
      return { subject: region, value, isBad: value > 0 && value >= limit, labels: { region }, text };
    }),
};

const gigabytes = ({ bytes }: { readonly bytes: number }): string => `${Number((bytes / 1e9).toFixed(1))} GB`;
