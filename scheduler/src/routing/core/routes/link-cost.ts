// What a link between two hosts costs, in ms-equivalents, so that delay, jitter, loss, load and price can be added
// along a path and compared. cost = one-way delay + 2 × mean deviation + L × −ln(1 − loss) + load penalty + price.
// −ln(1 − e) adds up along a path exactly as the chance of getting through multiplies. Infinity: the link must not be
// used. Pure; one directed link at a time.

/** What was measured of one directed link. Shares are 0 … 1. */
export interface LinkState {
  /** One way; half the round trip where clocks are not compared. */
  readonly onewayMs: number;
  /** Mean deviation of the one-way delay (RFC 6298 style). */
  readonly jitterMs: number;
  readonly loss: number;
  /** Of the busier end's bandwidth; 0 where unknown. */
  readonly utilisation: number;
  /** What one gigabyte over this link costs; 0 on one's own lines. */
  readonly usdPerGb: number;
}

export type MediaClass = 'audio' | 'video';

/**
 * What the loss of every packet would weigh, in ms, in the linear part of the curve (L above). audio: E-model, ITU-T
 * G.107. Opus with loss concealment loses about 30·ln(1 + 15e) points of R, delay below the knee 0.024 points a ms: 1 %
 * loss = 4.2 points = 175 ms, and −ln(0.99) = 0.01005, so L = 17,400; rounded down. video: lost packets come back by
 * NACK after a round trip, so loss costs jitter, not holes. Assumed, not measured: 1 % weighs 20 ms.
 */
export const LOSS_WEIGHT_MS: Readonly<Record<MediaClass, number>> = { audio: 17_000, video: 2_000 };

/** Twice the mean deviation covers about 89 % of a Gaussian jitter: what a playout buffer adds. */
const JITTER_WEIGHT = 2;
/** Links are free of penalty up to here (LiveNet raises its alarm at about 80 %) … */
export const UTILISATION_KNEE = 0.6;
/** … and closed from here on: what is left is needed for bursts of key frames. */
export const UTILISATION_FULL = 0.85;
/** Half-way between knee and full a link is worth this much less; the penalty has a pole at full. */
const UTILISATION_HALFWAY_MS = 20;
/** Above this loss a link carries no conversation and counts as cut. */
export const LOSS_CUT = 0.5;

export interface LinkWeights {
  readonly media: MediaClass;
  /**
   * How many ms of delay one US dollar a gigabyte is worth: the knob of the cost-first modes; 0: price does not count.
   */
  readonly msPerUsdPerGb: number;
}

/**
 * A host's pipes carry audio and video on one path, and audio is what must not break: routes are planned by audio's
 * loss weight.
 */
export const PLAIN_WEIGHTS: LinkWeights = { media: 'audio', msPerUsdPerGb: 0 };

/**
 * Cost of one directed link in ms-equivalents, load and price included, for who compares paths that differ in all of
 * their links (the simulator's oracle and its rivals). The planner takes `measuredCostMs` and counts load and price at
 * the relay (routing/core/links/hosts.ts). Infinity when it is cut, full or not measured (a figure is NaN). Never
 * negative.
 */
export function linkCostMs(link: LinkState, weights: LinkWeights = PLAIN_WEIGHTS): number {
  const { onewayMs, jitterMs, loss, utilisation, usdPerGb } = link;
  if (!(utilisation >= 0 && usdPerGb >= 0)) return Number.POSITIVE_INFINITY;
  const priceMs = weights.msPerUsdPerGb * usdPerGb;
  return measuredCostMs(onewayMs, jitterMs, loss, weights.media) + utilisationMs(utilisation) + priceMs;
}

/** As `linkCostMs`, of a link without load that costs no money. */
export function measuredCostMs(onewayMs: number, jitterMs: number, loss: number, media: MediaClass = 'audio'): number {
  if (!(onewayMs >= 0 && jitterMs >= 0 && loss >= 0) || loss >= LOSS_CUT) return Number.POSITIVE_INFINITY;
  const lossMs = loss === 0 ? 0 : LOSS_WEIGHT_MS[media] * -Math.log1p(-loss);
  return onewayMs + JITTER_WEIGHT * jitterMs + lossMs;
}

/**
 * Penalty for load: nothing up to the knee, then x / (1 − x) on the way from the knee to full, Infinity from full on.
 */
export function utilisationMs(utilisation: number): number {
  if (utilisation <= UTILISATION_KNEE) return 0;
  if (utilisation >= UTILISATION_FULL) return Number.POSITIVE_INFINITY;
  const way = (utilisation - UTILISATION_KNEE) / (UTILISATION_FULL - UTILISATION_KNEE);
  return (UTILISATION_HALFWAY_MS * way) / (1 - way);
}
