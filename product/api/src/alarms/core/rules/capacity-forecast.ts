import { type AlarmRule, percent } from '../rule.ts';

/** Below this share a region that fills fast each morning still has half of its sessions free. */
const SHARE_MIN = 0.5;

export const capacityForecast: AlarmRule = {
  id: 'capacity-forecast',
  source: 'history',
  severity: 'warning',
  reason: `All sessions of a region will be taken soon if it goes on as in the last hour; from ${percent(SHARE_MIN)} on.`,
  limit: 60,
  unit: 'min',
  limitSource:
    'Time to start hosts and let them register; the line is through one hour and says nothing of later ones.',
  // Two samples agree.
  forMs: 6 * 60_000,
  clearForMs: 10 * 60_000,
  judge: ({ trends }, limit) =>
    trends &&
    [...trends.capacity].map(([region, { share, fullInMs }]) => {
      const minutes = fullInMs === undefined ? undefined : Math.round(fullInMs / 60_000);
      const isBad = minutes !== undefined && minutes <= limit && share >= SHARE_MIN;
      const how = minutes === undefined ? 'and do not rise' : `and all will be in ${minutes} min if it goes on`;
      // A load that does not rise has no end; a day is the largest value shown.
      const value = Math.min(minutes ?? DAY_MIN, DAY_MIN);
      const text = `${percent(share)} of sessions in ${region} are taken ${how}.`;
      return { subject: region, value, isBad, labels: { region }, text };
    }),
};

const DAY_MIN = 1440;
