// Cost of a link between two hosts, in ms-equivalents, so that delay, jitter and loss can be added along a path and
// compared. cost = one-way delay + 2 × mean deviation + L × −ln(1 − loss). −ln(1 − e) adds up along a path exactly as
// the chance of getting through multiplies. Infinity: the link must not be used. Load and price count at the relay
// (routing/core/links/hosts.ts). Pure; a directed link at a time.

/**
 * Weight in ms of the loss of every packet, in the linear part of the curve (L above). A host's pipes carry audio and
 * video on one path, and audio must not break, so the weight is audio's. E-model, ITU-T G.107: Opus with loss
 * concealment loses about 30·ln(1 + 15e) points of R, delay below the knee 0.024 points a ms: 1 % loss = 4.2 points =
 * 175 ms, and −ln(0.99) = 0.01005, so L = 17,400; rounded down.
 */
export const LOSS_WEIGHT_MS = 17_000;

/** Twice the mean deviation covers about 89 % of a Gaussian jitter, which a playout buffer adds. */
const JITTER_WEIGHT = 2;
/** Utilisation up to which a relay has no penalty (LiveNet raises its alarm at about 80 %). */
export const UTILISATION_KNEE = 0.6;
/** Utilisation from which a relay is closed: bursts of key frames need the rest. */
export const UTILISATION_FULL = 0.85;
/** Penalty half-way between knee and full; the penalty has a pole at full. */
const UTILISATION_HALFWAY_MS = 20;
/** Loss above which a link carries no conversation and counts as cut. */
export const LOSS_CUT = 0.5;

/**
 * Returns the cost of a directed link in ms-equivalents: never negative, Infinity for a link that is cut or unmeasured
 * (a NaN figure). `onewayMs`: half the round trip where clocks are not compared; `jitterMs`: its mean deviation (RFC
 * 6298 style); `loss`: 0 to 1.
 */
export function measuredCostMs(onewayMs: number, jitterMs: number, loss: number): number {
  if (!(onewayMs >= 0 && jitterMs >= 0 && loss >= 0) || loss >= LOSS_CUT) return Number.POSITIVE_INFINITY;
  const lossMs = loss === 0 ? 0 : LOSS_WEIGHT_MS * -Math.log1p(-loss);
  return onewayMs + JITTER_WEIGHT * jitterMs + lossMs;
}

/** Returns 0 up to the knee, then x / (1 − x) on the way from the knee to full, Infinity from full on. */
export function utilisationMs(utilisation: number): number {
  if (utilisation <= UTILISATION_KNEE) return 0;
  if (utilisation >= UTILISATION_FULL) return Number.POSITIVE_INFINITY;
  const shareToFull = (utilisation - UTILISATION_KNEE) / (UTILISATION_FULL - UTILISATION_KNEE);
  return (UTILISATION_HALFWAY_MS * shareToFull) / (1 - shareToFull);
}
