// Decides which video streams a receiver's downlink can carry. Audio comes first: its bitrate and some headroom are
// subtracted from the bandwidth estimate, as is room for the lowest layers of layered video, which mediasoup adapts.
// mediasoup sends video of a single layer whether it fits or not: a screen of 4 Mbit/s on a downlink of 1 Mbit/s loses
// audio like everything else. Therefore a single-layer stream that does not fit is held back.
//
// The estimate alone proves nothing: it falls for every receiver whose packets arrive at uneven times (a busy phone, a
// radio), however wide the downlink is. Bits beyond the downlink's capacity are lost or wait in a queue. The feedback
// shows the loss. The round trips of the receiver's reports show the queue: while it lasts, every report stays above
// the least round trip (`queueMs`).
//
// - Case 1: the estimate has no room for a running stream, and the downlink is congested for `congestedHoldMs`. The
//   stream is held. A downlink is congested when many packets are lost, or when the estimate falls while some packets
//   are lost or a queue lasts. A falling average of the loss does not count, since the loss itself may be over: while
//   almost nothing is sent, no new loss is measured.
// - Case 2: the estimate has no room for a running stream and has not grown for `stuckHoldMs`, no packets are lost, and
//   a queue lasts. The stream is held, because the downlink has deep queues; on an open downlink the estimate, which
//   begins low, grows with the traffic. With some loss but no congestion (a bad radio) the stream is sent, because
//   retransmission copes.
// - Case 3: the estimate has had room for a held stream, with a margin (`roomShare`), for `roomHoldMs`. The stream is
//   sent again.
// - Case 4: a stream is held, and the estimate is the highest that it can reach with so little traffic (`ceilingBps`).
//   One held stream at a time is sent as a trial, and the pauses between trials double. While the estimate stays below
//   the ceiling, no stream is tried.
// - Case 5: a small stream is always sent. A receiver that stalls loses packets and reports late, like a receiver
//   behind a narrow path, and holding a tile of some 60 kbit/s saves the audio of neither. Small streams beyond
//   `smallTotalBps` together count as other video.

/** A video stream of a single layer. */
export interface SingleStream {
  readonly key: string;
  /** Current bitrate, measured at the producer. 0: unknown, or nothing arrives. */
  readonly bps: number;
  /** Streams with a higher priority get room first; of two with the same priority, the smaller one. */
  readonly priority: number;
}
export interface DownlinkView {
  readonly nowMs: number;
  readonly availableBps: number;
  /** 0 … 1. */
  readonly lossShare: number;
  /** Latest round trip of any of the receiver's streams. */
  readonly rttMs: number | undefined;
  /** Highest value that the estimate can reach while almost nothing is sent. */
  readonly ceilingBps: number;
  readonly audioBps: number;
  readonly layeredCount: number;
  readonly singles: readonly SingleStream[];
}
export interface HeldStream {
  readonly needBps: number;
  readonly tries: number;
  readonly nextTryMs: number;
  readonly roomSinceMs: number | undefined;
}
export interface DownlinkState {
  readonly held: ReadonlyMap<string, HeldStream>;
  /** Streams that are sent again after a hold. Their tries are remembered until they have run for `settledMs`. */
  readonly tried: ReadonlyMap<string, { readonly tries: number; readonly sinceMs: number }>;
  /** Estimate at its last clear growth, and the time of that growth. */
  readonly growth: { readonly bps: number; readonly atMs: number } | undefined;
  readonly congestedSinceMs: number | undefined;
  /** True when a stream was sent without room in the last step; only then is the estimate expected to grow. */
  readonly lacksRoom: boolean;
  readonly recentBps: number;
  readonly recentLossShare: number;
  readonly rttsMs: readonly number[];
  /** Least round trip so far. It rises slowly, because paths change. */
  readonly leastRttMs: number;
}
export interface DownlinkStep {
  readonly state: DownlinkState;
  readonly hold: readonly string[];
  readonly release: readonly string[];
}

export const downlinkRules = {
  audioHeadroom: 1.25, // opus varies, and talkers come and go
  audioSpareBps: 24_000, // one more voice
  layeredFloorBps: 100_000, // about the lowest layer of a 720p simulcast
  smallBps: 150_000, // a tile of 160x90 is 60 kbit/s; one of 320x180 is more
  smallTotalBps: 400_000, // five such tiles, a third over their bitrate
  congestedLossShare: 0.1, // the estimator, too, begins to yield to loss here
  someLossShare: 0.02,
  growthShare: 1.05,
  fadingShare: 0.9, // of the loss a step before; below this share the loss is fading
  fallShare: 0.85, // of the recent estimate; below this share the estimate is falling
  recentDecay: 0.98, // per step, of the recent estimate
  rttsMax: 8, // two seconds of steps, which contain a report of each stream
  rttsMin: 4,
  queuedMs: 150,
  restShare: 1.05, // the worker does not report smaller changes of the estimate
  leastRttRisesMs: 1, // per step
  congestedHoldMs: 250,
  stuckHoldMs: 6000,
  trialMs: 6000,
  roomShare: 1.15,
  roomHoldMs: 1000,
  ceilingShare: 0.9,
  firstTryMs: 10_000,
  tryMsMax: 160_000,
  settledMs: 30_000,
} as const;

export const initialDownlink: DownlinkState = {
  held: new Map(),
  tried: new Map(),
  growth: undefined,
  congestedSinceMs: undefined,
  lacksRoom: false,
  recentBps: 0,
  recentLossShare: 0,
  rttsMs: [],
  leastRttMs: Number.POSITIVE_INFINITY,
};

/**
 * True when a check would change nothing: nothing is held or tried, the estimate does not fall, and it has room for
 * every stream, or all streams are small.
 */
export function hasRoom(
  { held, tried, recentBps }: DownlinkState,
  view: Pick<DownlinkView, 'availableBps' | 'audioBps' | 'layeredCount' | 'singles'>,
): boolean {
  if (held.size > 0 || tried.size > 0) return false;
  if (smallKeys(view.singles).size === view.singles.length) return true;
  if (view.availableBps < recentBps * downlinkRules.fallShare) return false;
  return videoBudgetBps(view) >= downlinkRules.restShare * view.singles.reduce((sum, { bps }) => sum + bps, 0);
}

/** Lets `steps` steps pass without a check. */
export function restDownlink(state: DownlinkState, availableBps: number, steps: number): DownlinkState {
  const recentBps = Math.max(availableBps, state.recentBps * downlinkRules.recentDecay ** steps);
  return { ...state, congestedSinceMs: undefined, lacksRoom: false, recentBps };
}

/**
 * Takes the round trip of a downlink that rests. Such samples are rare, and there is room, so that a longer one means
 * a longer path: the least round trip follows it half of the way.
 */
export function sampleRoundTrip(state: DownlinkState, rttMs: number): DownlinkState {
  const leastRttMs = Math.min(rttMs, (state.leastRttMs + rttMs) / 2);
  return { ...state, rttsMs: latestRoundTrips(state.rttsMs, rttMs), leastRttMs };
}

/** Decides which streams to hold back and which to send again. Call it a few times a second. */
export function stepDownlink(state: DownlinkState, view: DownlinkView): DownlinkStep {
  const { nowMs } = view;
  const roundTrips = withRoundTrip(state, view);
  const isQueued = queueMs(roundTrips) >= downlinkRules.queuedMs;
  const congestedSinceMs = isCongested(state, view, isQueued) ? (state.congestedSinceMs ?? nowMs) : undefined;
  const growth = lastGrowth(state, view);
  const isStuck =
    isQueued && view.lossShare < downlinkRules.someLossShare && nowMs - growth.atMs >= downlinkRules.stuckHoldMs;
  const shouldHold =
    isStuck || (congestedSinceMs !== undefined && nowMs - congestedSinceMs >= downlinkRules.congestedHoldMs);
  const next = { held: new Map<string, HeldStream>(), tried: new Map(state.tried) };
  const hold: string[] = [];
  const release: string[] = [];
  let budgetBps = videoBudgetBps(view);
  let lacksRoom = false;
  let mayTry = [...state.tried.values()].every(({ sinceMs }) => nowMs - sinceMs >= downlinkRules.trialMs);
  const small = smallKeys(view.singles);
  for (const { key, bps } of byPriority(view.singles)) {
    const heldStream = state.held.get(key);
    if (heldStream !== undefined) {
      // The average at the time of the hold lacks packets that were still under way, so it may still rise.
      const needBps = Math.max(heldStream.needBps, bps);
      const verdict = judgeHeld({ ...heldStream, needBps }, { nowMs, budgetBps, mayTry, atCeiling: isAtCeiling(view) });
      if (verdict === 'wait' || verdict === 'room') {
        const roomSinceMs = verdict === 'room' ? (heldStream.roomSinceMs ?? nowMs) : undefined;
        next.held.set(key, { ...heldStream, needBps, roomSinceMs });
        continue;
      }
      mayTry = false;
      release.push(key);
      next.tried.set(key, { tries: heldStream.tries + (verdict === 'try' ? 1 : 0), sinceMs: nowMs });
      budgetBps -= needBps;
    } else if (bps <= budgetBps || small.has(key)) budgetBps = Math.max(0, budgetBps - bps);
    else {
      budgetBps = 0; // a tried stream takes all the room while it runs
      if (shouldHold) {
        const tries = state.tried.get(key)?.tries ?? 0;
        const pauseMs = Math.min(downlinkRules.tryMsMax, downlinkRules.firstTryMs * 2 ** tries);
        next.held.set(key, { needBps: bps, tries, nextTryMs: nowMs + pauseMs, roomSinceMs: undefined });
        next.tried.delete(key);
        hold.push(key);
      } else lacksRoom = true;
    }
  }
  forgetSettled(next.tried, view);
  const recentBps = Math.max(view.availableBps, state.recentBps * downlinkRules.recentDecay);
  return {
    state: { ...next, growth, congestedSinceMs, lacksRoom, recentBps, recentLossShare: view.lossShare, ...roundTrips },
    hold,
    release,
  };
}

function isCongested(state: DownlinkState, { availableBps, lossShare }: DownlinkView, isQueued: boolean): boolean {
  const { fallShare, someLossShare, congestedLossShare, fadingShare } = downlinkRules;
  const isFading = lossShare < state.recentLossShare * fadingShare;
  if (lossShare >= congestedLossShare && !isFading) return true;
  return availableBps < state.recentBps * fallShare && (isQueued || (lossShare >= someLossShare && !isFading));
}

type RoundTrips = Pick<DownlinkState, 'rttsMs' | 'leastRttMs'>;

function withRoundTrip({ rttsMs, leastRttMs }: DownlinkState, { rttMs }: Pick<DownlinkView, 'rttMs'>): RoundTrips {
  if (rttMs === undefined) return { rttsMs, leastRttMs };
  return {
    rttsMs: latestRoundTrips(rttsMs, rttMs),
    leastRttMs: Math.min(rttMs, leastRttMs + downlinkRules.leastRttRisesMs),
  };
}

const latestRoundTrips = (rttsMs: readonly number[], rttMs: number): readonly number[] =>
  [...rttsMs, rttMs].slice(-downlinkRules.rttsMax);

/** Returns the time that a packet waits at the bottleneck: the shortest of the latest round trips minus the least. */
const queueMs = ({ rttsMs, leastRttMs }: RoundTrips): number =>
  rttsMs.length < downlinkRules.rttsMin ? 0 : Math.min(...rttsMs) - leastRttMs;

function lastGrowth(state: DownlinkState, { availableBps, nowMs }: DownlinkView): { bps: number; atMs: number } {
  const { growth } = state;
  if (growth !== undefined && availableBps < growth.bps * downlinkRules.growthShare && state.lacksRoom) return growth;
  return { bps: availableBps, atMs: nowMs };
}

/** Forgets the tries of streams that have run for a while since the last try, or are gone. */
function forgetSettled(tried: Map<string, { sinceMs: number }>, { nowMs, singles }: DownlinkView): void {
  const present = new Set(singles.map(({ key }) => key));
  for (const [key, { sinceMs }] of tried)
    if (!present.has(key) || nowMs - sinceMs >= downlinkRules.settledMs) tried.delete(key);
}

export function videoBudgetBps(view: Pick<DownlinkView, 'availableBps' | 'audioBps' | 'layeredCount'>): number {
  const { audioHeadroom, audioSpareBps, layeredFloorBps } = downlinkRules;
  const reservedBps = view.audioBps * audioHeadroom + audioSpareBps + view.layeredCount * layeredFloorBps;
  return Math.max(0, view.availableBps - reservedBps);
}

function judgeHeld(
  held: HeldStream,
  o: { nowMs: number; budgetBps: number; mayTry: boolean; atCeiling: boolean },
): 'wait' | 'room' | 'fits' | 'try' {
  if (o.budgetBps >= held.needBps * downlinkRules.roomShare) {
    const isSteady = held.roomSinceMs !== undefined && o.nowMs - held.roomSinceMs >= downlinkRules.roomHoldMs;
    return isSteady ? 'fits' : 'room';
  }
  return o.mayTry && o.atCeiling && o.nowMs >= held.nextTryMs ? 'try' : 'wait';
}

const isAtCeiling = ({ availableBps, ceilingBps }: DownlinkView): boolean =>
  availableBps >= ceilingBps * downlinkRules.ceilingShare;

/** Returns the streams that are never held: the smallest first, within `smallTotalBps`. */
function smallKeys(singles: readonly SingleStream[]): ReadonlySet<string> {
  const { smallBps, smallTotalBps } = downlinkRules;
  const keys = new Set<string>();
  let totalBps = 0;
  for (const { key, bps } of [...singles].sort((a, b) => a.bps - b.bps || (a.key < b.key ? -1 : 1))) {
    totalBps += bps;
    if (bps <= smallBps && totalBps <= smallTotalBps) keys.add(key);
  }
  return keys;
}

const byPriority = (singles: readonly SingleStream[]): SingleStream[] =>
  [...singles].sort((a, b) => b.priority - a.priority || a.bps - b.bps || (a.key < b.key ? -1 : 1));
