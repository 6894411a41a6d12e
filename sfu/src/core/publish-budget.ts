// Keeps the bitrate that one tenant's participants send to this node below the tenant's limit. Each sender has a share
// (max-min fair): a sender that wants little gets its bitrate and some room to grow, all others get equal shares, and
// the rest is divided evenly. The shares add up to nearly the limit, so the tenant stays below it while every sender
// keeps to its share.
//
// Each sender is informed of its share, and browsers keep to it. A sender that exceeds its share for `graceMs` while
// the tenant is above its limit is overdue; the caller ends tracks of overdue senders until `excessBps` is gone.

export interface SenderState {
  readonly shareBps: number;
  /** Undefined: the sender keeps to its share, or the tenant to its limit. */
  readonly overSinceMs: number | undefined;
}
export type PublishState = ReadonlyMap<string, SenderState>;
export interface PublishSender {
  readonly key: string;
  readonly bps: number;
}
export interface PublishStep {
  readonly state: PublishState;
  /** Bitrate of all senders together above the limit; negative when there is room. */
  readonly excessBps: number;
  /** Senders that exceed their share for too long, the worst first. If any, the grace of all senders starts again. */
  readonly overdue: readonly string[];
}

export const publishRules = {
  usableShare: 0.95, // of the limit, because measurements vary
  hungryShare: 0.75, // a sender above this part of its share wants more
  // Factor on the bitrate of a sender that wants no more. A steady sender uses 1 / 1.5 of such a share, which is below
  // `hungryShare`, so it does not count as wanting more.
  headroom: 1.5,
  wantMinBps: 100_000, // lets a silent sender begin to speak at once
  excessShare: 1.15, // of a share; leaves room for retransmissions and key frames
  graceMs: 10_000, // a browser follows within 2 s; an encoder that has to lower its rate needs longer
} as const;

/**
 * Divides a budget max-min fair, and the surplus evenly. Returns whole shares of at least 1 in the order of `wants`.
 */
export function sharesOf(budgetBps: number, wants: readonly number[]): number[] {
  const shares = wants.map(() => 0);
  let remainingBps = budgetBps;
  const byWant = wants.map((_, index) => index).sort((a, b) => (wants[a] ?? 0) - (wants[b] ?? 0));
  for (const [turn, index] of byWant.entries()) {
    const share = Math.min(wants[index] ?? 0, remainingBps / (wants.length - turn));
    shares[index] = share;
    remainingBps -= share;
  }
  return shares.map((share) => Math.max(1, Math.floor(share + remainingBps / wants.length)));
}

/** Advances by one measurement. `limitBps` is above 0. The state of a sender missing from `senders` is dropped. */
export function stepPublish(
  state: PublishState,
  { nowMs, limitBps, senders }: { nowMs: number; limitBps: number; senders: readonly PublishSender[] },
): PublishStep {
  const shares = sharesOf(
    limitBps * publishRules.usableShare,
    senders.map((sender) => wantOf(sender, state.get(sender.key))),
  );
  const excessBps = senders.reduce((sum, { bps }) => sum + bps, 0) - limitBps;
  const rows = senders.map(({ key, bps }, index) => {
    const shareBps = shares[index] ?? 1;
    const isOver = excessBps > 0 && bps > shareBps * publishRules.excessShare;
    const overSinceMs = isOver ? (state.get(key)?.overSinceMs ?? nowMs) : undefined;
    return { key, shareBps, overSinceMs, aboveBps: bps - shareBps };
  });
  const overdue = rows
    .filter(({ overSinceMs }) => overSinceMs !== undefined && nowMs - overSinceMs >= publishRules.graceMs)
    .sort((a, b) => b.aboveBps - a.aboveBps)
    .map(({ key }) => key);
  const restartsGrace = overdue.length > 0;
  return {
    state: new Map(
      rows.map(({ key, shareBps, overSinceMs }) => [
        key,
        { shareBps, overSinceMs: restartsGrace ? undefined : overSinceMs },
      ]),
    ),
    excessBps,
    overdue,
  };
}

function wantOf({ bps }: PublishSender, before: SenderState | undefined): number {
  if (before !== undefined && bps > before.shareBps * publishRules.hungryShare) return Number.POSITIVE_INFINITY;
  return Math.max(publishRules.wantMinBps, bps * publishRules.headroom);
}

/** Rate from a byte counter, averaged over about `smoothMs`. `bps` is undefined after the first count. */
export interface Rate {
  readonly bytes: number;
  readonly atMs: number;
  readonly bps: number | undefined;
}
const smoothMs = 2500;

export function nextRate(before: Rate | undefined, bytes: number, nowMs: number): Rate {
  const elapsedMs = nowMs - (before?.atMs ?? nowMs);
  if (before === undefined || elapsedMs <= 0) return before ?? { bytes, atMs: nowMs, bps: undefined };
  const sampleBps = (Math.max(0, bytes - before.bytes) * 8000) / elapsedMs;
  const previousBps = before.bps ?? sampleBps;
  return { bytes, atMs: nowMs, bps: previousBps + (sampleBps - previousBps) * Math.min(1, elapsedMs / smoothMs) };
}
