import { type AlarmRule, percent } from '../rule.ts';

/** Below this share, even a region that fills fast each morning still has half of its sessions free. */
const SHARE_MIN = 0.5;

export const capacityForecast: AlarmRule = {
  id: 'capacity-forecast',
  source: 'history',
  severity: 'warning',
  reason: `At the rate of the last hour, all sessions of a region will soon be taken; judged from ${percent(SHARE_MIN)} on.`,
  limit: 60,
  unit: 'min',
  limitSource:
    'Time to start hosts and let them register. The forecast is linear, from one hour, and knows nothing of later hours.',
  // Longer than the five minutes between samples of the history, so that two samples agree.
  forMs: 6 * 60_000,
  clearForMs: 10 * 60_000,
  judge: ({ trends }, limit) =>
    trends &&
    [...trends.capacity].map(([region, { share, fullInMs }]) => {
      const minutes = fullInMs === undefined ? undefined : Math.round(fullInMs / 60_000);
      const isBad = minutes !== undefined && minutes <= limit && share >= SHARE_MIN;
      const trendText =
        minutes === undefined ? 'and do not rise' : `and all will be taken in ${minutes} min at this rate`;
      // A load that does not rise reaches no limit; a day is the largest value shown.
      const value = Math.min(minutes ?? DAY_MIN, DAY_MIN);
      const text = `${percent(share)} of sessions in ${region} are taken ${trendText}.`;
      return { subject: region, value, isBad, labels: { region }, text };
    }),
};

const DAY_MIN = 1440;
