// Nearness decides what people hear and see, so it weighs most. One point is 4 ms of estimated round trip.
import type { Score } from '../rules.ts';

/** Farther than any two cities we know to be apart on the Internet: the scale's end. */
const RTT_MS_WORST = 400;

export const geography = {
  name: 'geography',
  score(_context, candidate) {
    const score = 100 * (1 - Math.min(candidate.rttMs, RTT_MS_WORST) / RTT_MS_WORST);
    return { score, reason: `about ${Math.round(candidate.rttMs)} ms from the client` };
  },
} satisfies Score;
