import { failuresOf } from '../../../quality/core/joins.ts';
import { type AlarmRule, percent } from '../rule.ts';

/** More than the attempts of a single client that cannot join (`connectPolicy` of `base/client/`). */
export const FAILED_MIN = 5;

export const joinFailures: AlarmRule = {
  id: 'join-failures',
  source: 'quality',
  severity: 'critical',
  reason: `Clients cannot join rooms by the cloud’s fault; judged from ${FAILED_MIN} failed joins on, over the last one to two minutes.`,
  limit: 0.05,
  unit: 'share',
  limitSource:
    'A healthy cloud fails no join; a lost node fails the joins of its last seconds. One join in twenty is more than that; with few joins, the minimum is five failures.',
  // Signaling nodes report joins every 2 s, so several reports must agree.
  forMs: 15_000,
  clearForMs: 60_000,
  judge: ({ joins }, limit) =>
    joins?.map((tally) => {
      const { region, succeeded } = tally;
      const { count, code } = failuresOf(tally);
      const tried = succeeded + count;
      const value = tried === 0 ? 0 : count / tried;
      const mostText = code === '' ? '' : `, most with ${code}`;
      const text = `${count} of ${tried} joins at signaling nodes of ${region} failed (${percent(value)})${mostText}.`;
      return { subject: region, value, isBad: count >= FAILED_MIN && value >= limit, labels: { region }, text };
    }),
};
