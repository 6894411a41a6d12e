// Load matters only when it begins to hurt: flat up to the knee, then falling steeper towards full. Below the knee near-equals are told
// apart by power of two choices, not by this score.
import { utilisation } from '../filters/capacity.ts';
import type { Score } from '../rules.ts';

const KNEE = 0.6;

export const load = {
  name: 'load',
  score(_context, candidate) {
    const used = Math.min(1, Math.max(0, Math.min(...candidate.nodes.map(utilisation))));
    const over = Math.max(0, (used - KNEE) / (1 - KNEE));
    return { score: 100 * (1 - over ** 2), reason: `${Math.round(used * 100)} % of its capacity charged` };
  },
} satisfies Score;
