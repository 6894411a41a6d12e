// Chooses the path that each pair uses. The table gives the best path of the moment; this class prevents flapping.
// - A path chosen on guesses does not count as chosen. From the batch in which the direct link is measured in both
//   directions, the best path is taken at once, without threshold or hold, in every batch for 10 s. After that the
//   choice is made.
// - A better path is taken when it gains at least max(5 ms, 10 %) on three batches in a row that hold a report of its
//   host.
// - A smaller gain is taken once it has lasted: a change costs once, staying costs the gain all the time, so the pair
//   changes when staying has cost as much as a change. Renting until the rent paid equals the price, and then buying,
//   never costs more than twice the least (ski rental: Karlin, Manasse, Rudolph and Sleator, Competitive snoopy
//   caching, 1988). The rent is Σ gain × time while the gain stays at least 1 ms, the price 1,000 ms·s.
// - A lost path (cost Infinity, or a relay that may no longer be used) is left at once: that is an alarm, not a
//   preference.
// - After a change the pair holds for 30 s: only an alarm or a flip moves it. A change within twice the hold of the
//   last change doubles the next hold, up to 8 minutes; flips that are taken back count too. A quiet pair starts from
//   30 s again.
// - Hosts flip by themselves (pathd) and report it: `flipped` takes the flip over as the pair's state. State in typed
//   arrays, changed in place; time is an argument and never goes back. Standby: the cheapest path that shares no leg
//   with the primary (paths.ts).
import { assert } from '@meridian/protocol';
import { DIRECT, legOf, NO_PATH, type PathInput, type PathTable } from './paths.ts';

/** Delays between hosts wander by some ms all day (median of mean deviations 0.6 ms, p95 8 ms): less is noise. */
export const GAIN_MS_MIN = 5;
export const GAIN_SHARE_MIN = 0.1;
/** Number of consecutive batches of reports that must agree. */
export const AGREEING_BATCHES = 3;
/** A smaller gain is ignored: a relay hop costs as much, and smoothed figures wander by less. */
export const SAVING_MS_MIN = 1;
/** Saving that pays for a change, in ms × s: 5 ms for three minutes. */
export const CHANGE_PRICE_MS_S = 1_000;
/**
 * Time of free choice after the direct link is measured. Reports of different hosts come one after another, and the
 * best relay's may come last; a time bound needs no list of missing hosts, and a probe that never reports keeps no pair
 * open. 10 s: twenty reports of every host, enough for the probe's level to settle.
 */
export const FREE_CHOICE_MS = 10_000;
export const HOLD_MS = 30_000;
export const HOLD_MS_MAX = 480_000;

/** Whether a pair may be relayed; undefined: every pair may. */
export type MayRelay = (pair: number) => boolean;
/** Whether a host has reported since the last batch: a repeated report confirms nothing. Undefined: all have. */
export type HasReported = (host: number) => boolean;

const NOT_SAVING = -1;

interface Batch {
  readonly nowMs: number;
  readonly elapsedMs: number;
  readonly isDirectOnly: boolean;
  readonly isNews: boolean;
}

export class RouteChoice {
  readonly hosts: number;
  /** Relay in use, DIRECT or NO_PATH, by from × hosts + to; read only. */
  readonly primaryVia: Int16Array;
  /** Path that the hosts switch to by themselves; read only. */
  readonly standbyVia: Int16Array;
  readonly #agreeing: Uint8Array;
  /** Σ gain × time so far, in ms × s; NOT_SAVING: the last batch had no gain. */
  readonly #savedMsS: Float64Array;
  /** End of the free choice. Infinity: the direct link is still a guess; -Infinity: the free choice was ended. */
  readonly #freeUntilMs: Float64Array;
  readonly #changedAtMs: Float64Array;
  readonly #holdMs: Float64Array;
  #settledAtMs: number | undefined;

  constructor(hosts: number) {
    this.hosts = hosts;
    const pairs = hosts * hosts;
    this.primaryVia = new Int16Array(pairs).fill(NO_PATH);
    this.standbyVia = new Int16Array(pairs).fill(NO_PATH);
    this.#agreeing = new Uint8Array(pairs);
    this.#savedMsS = new Float64Array(pairs).fill(NOT_SAVING);
    this.#freeUntilMs = new Float64Array(pairs).fill(Number.POSITIVE_INFINITY);
    this.#changedAtMs = new Float64Array(pairs).fill(Number.NEGATIVE_INFINITY);
    this.#holdMs = new Float64Array(pairs).fill(HOLD_MS);
  }

  /** Keeps pairs' state for another fleet, unless their relay has left. `wasAt`: old index of each host, -1: new. */
  static renumbered(choiceBefore: RouteChoice, wasAt: readonly number[]): RouteChoice {
    const choice = new RouteChoice(wasAt.length);
    choice.#settledAtMs = choiceBefore.#settledAtMs;
    const isAt = new Int16Array(choiceBefore.hosts).fill(NO_PATH);
    for (const [index, was] of wasAt.entries()) if (was >= 0) isAt[was] = index;
    const renamed = (via: number | undefined): number =>
      via === undefined || via < 0 ? (via ?? NO_PATH) : (isAt[via] ?? NO_PATH);
    for (const [from, wasFrom] of wasAt.entries()) {
      for (const [to, wasTo] of wasAt.entries()) {
        if (wasFrom < 0 || wasTo < 0) continue;
        choice.#copyPair(choiceBefore, from * choice.hosts + to, wasFrom * choiceBefore.hosts + wasTo, renamed);
      }
    }
    return choice;
  }

  /** Applies a batch of reports to an up-to-date table. Returns how many pairs changed their primary. */
  applyBatch(
    table: PathTable,
    input: PathInput,
    nowMs: number,
    o: { mayRelay?: MayRelay | undefined; hasReported?: HasReported } = {},
  ): number {
    assert(table.hosts === this.hosts && input.hosts === this.hosts, 'one fleet');
    const { mayRelay, hasReported } = o;
    const elapsedMs = nowMs - (this.#settledAtMs ?? nowMs);
    this.#settledAtMs = nowMs;
    let changes = 0;
    for (let from = 0; from < this.hosts; from += 1) {
      const isNews = hasReported === undefined || hasReported(from);
      for (let to = 0; to < this.hosts; to += 1) {
        if (from === to) continue;
        const at = from * this.hosts + to;
        const isDirectOnly = mayRelay !== undefined && !mayRelay(at);
        const wasVia = this.primaryVia[at];
        this.#choosePair(table, input, at, { nowMs, elapsedMs, isDirectOnly, isNews });
        if (this.primaryVia[at] !== wasVia) changes += 1;
        this.standbyVia[at] = this.#standbyOf(table, input, from, to);
      }
    }
    return changes;
  }

  /** Takes over the host's own choice, and the pair holds there; a flip back soon after doubles the hold. */
  flipped(from: number, to: number, via: number, nowMs: number): void {
    assert(from !== to && from >= 0 && to >= 0 && from < this.hosts && to < this.hosts, `pair ${from} ${to}`);
    assert(Number.isInteger(via) && via >= DIRECT && via < this.hosts && via !== from && via !== to, `via ${via}`);
    const at = from * this.hosts + to;
    if (this.primaryVia[at] === via) return;
    this.#change(at, via, nowMs);
  }

  #choosePair(table: PathTable, input: PathInput, at: number, { nowMs, elapsedMs, isDirectOnly, isNews }: Batch): void {
    const nowVia = this.primaryVia[at] ?? NO_PATH;
    const directMs = input.linkMs[at] ?? Number.POSITIVE_INFINITY;
    // A pair without a direct path is relayed even outside the budget.
    const isHeldDirect = isDirectOnly && directMs < Number.POSITIVE_INFINITY;
    const bestVia = isHeldDirect ? DIRECT : (table.bestVia[at] ?? NO_PATH);
    const bestMs = isHeldDirect ? directMs : (table.bestMs[at] ?? Number.POSITIVE_INFINITY);
    const isFree = this.#isFree(input, at, nowMs);
    if (bestVia === nowVia) {
      this.#forgetGain(at);
      return;
    }
    const nowCostMs = costVia(input, at, nowVia);
    if (!(nowCostMs < Number.POSITIVE_INFINITY)) {
      if (nowVia === NO_PATH && this.#changedAtMs[at] === Number.NEGATIVE_INFINITY) this.#start(at, bestVia);
      else this.#change(at, bestVia, nowMs);
      return;
    }
    if (isFree) {
      this.#start(at, bestVia);
      return;
    }
    const gainMs = nowCostMs - bestMs;
    const isLarge = gainMs >= Math.max(GAIN_MS_MIN, GAIN_SHARE_MIN * nowCostMs);
    // The budget took this pair's relay away: the change needs no gain, but is not urgent either.
    const isWanted = isLarge || (isHeldDirect && nowVia !== DIRECT);
    if (!isWanted) this.#agreeing[at] = 0;
    else if (isNews) this.#agreeing[at] = Math.min(AGREEING_BATCHES, (this.#agreeing[at] ?? 0) + 1);
    const savedMsS = this.#save(at, gainMs, elapsedMs);
    const isDue = (this.#agreeing[at] ?? 0) >= AGREEING_BATCHES || savedMsS >= CHANGE_PRICE_MS_S;
    const isHolding = nowMs < (this.#changedAtMs[at] ?? 0) + (this.#holdMs[at] ?? 0);
    if (isDue && !isHolding) this.#change(at, bestVia, nowMs);
  }

  /** Whether the pair takes the best path freely now. The first batch with its link measured starts that time. */
  #isFree({ hosts, linkMs, legMs = linkMs }: PathInput, at: number, nowMs: number): boolean {
    const untilMs = this.#freeUntilMs[at] as number;
    if (untilMs !== Number.POSITIVE_INFINITY) return nowMs < untilMs;
    const reverseAt = (at % hosts) * hosts + Math.floor(at / hosts);
    const slowerMs = Math.max(legMs[at] as number, legMs[reverseAt] as number);
    if (!(slowerMs < Number.POSITIVE_INFINITY)) return false; // NaN too
    this.#freeUntilMs[at] = nowMs + FREE_CHOICE_MS;
    return true;
  }

  /** The time before the first batch with a gain does not count, because its start is unknown. */
  #save(at: number, gainMs: number, elapsedMs: number): number {
    const wasMsS = this.#savedMsS[at] as number;
    const isFirst = wasMsS === NOT_SAVING;
    const savedMsS = gainMs < SAVING_MS_MIN ? NOT_SAVING : isFirst ? 0 : wasMsS + (gainMs * elapsedMs) / 1000;
    this.#savedMsS[at] = savedMsS;
    return savedMsS;
  }

  #forgetGain(at: number): void {
    this.#agreeing[at] = 0;
    this.#savedMsS[at] = NOT_SAVING;
  }

  #copyPair(choiceBefore: RouteChoice, at: number, oldAt: number, renamed: (via: number | undefined) => number): void {
    const via = renamed(choiceBefore.primaryVia[oldAt]);
    if (via === NO_PATH) return; // no path, or its relay has left: its next first path is no change
    this.primaryVia[at] = via;
    this.standbyVia[at] = renamed(choiceBefore.standbyVia[oldAt]);
    this.#agreeing[at] = choiceBefore.#agreeing[oldAt] ?? 0;
    this.#savedMsS[at] = choiceBefore.#savedMsS[oldAt] ?? NOT_SAVING;
    this.#freeUntilMs[at] = choiceBefore.#freeUntilMs[oldAt] ?? Number.POSITIVE_INFINITY;
    this.#changedAtMs[at] = choiceBefore.#changedAtMs[oldAt] ?? Number.NEGATIVE_INFINITY;
    this.#holdMs[at] = choiceBefore.#holdMs[oldAt] ?? HOLD_MS;
  }

  /** A pair's first path and a free choice are no changes and start no hold. */
  #start(at: number, via: number): void {
    this.primaryVia[at] = via;
    this.#forgetGain(at);
  }

  #change(at: number, via: number, nowMs: number): void {
    const sinceMs = nowMs - (this.#changedAtMs[at] ?? 0);
    const holdMs = this.#holdMs[at] ?? HOLD_MS;
    this.#holdMs[at] = sinceMs <= 2 * holdMs ? Math.min(HOLD_MS_MAX, 2 * holdMs) : HOLD_MS;
    this.primaryVia[at] = via;
    this.#changedAtMs[at] = nowMs;
    this.#forgetGain(at);
    // The next batch must not undo an alarm or a flip; a change on guesses may be undone.
    if (this.#freeUntilMs[at] !== Number.POSITIVE_INFINITY) this.#freeUntilMs[at] = Number.NEGATIVE_INFINITY;
  }

  #standbyOf(table: PathTable, input: PathInput, from: number, to: number): number {
    const at = from * this.hosts + to;
    const primary = this.primaryVia[at] ?? NO_PATH;
    const best = table.bestVia[at] ?? NO_PATH;
    if (primary === NO_PATH || best === NO_PATH) return NO_PATH;
    const { siteOf } = input;
    const isBestApart = legOf(siteOf, from, to, best) !== legOf(siteOf, from, to, primary);
    return isBestApart ? best : (table.secondVia[at] ?? NO_PATH);
  }
}

/** Returns the cost of a pair's path by its relay; Infinity when there is none. */
export function costVia(input: PathInput, pair: number, via: number): number {
  if (via === NO_PATH) return Number.POSITIVE_INFINITY;
  if (via === DIRECT) return input.linkMs[pair] ?? Number.POSITIVE_INFINITY;
  const { hosts, linkMs, legMs = linkMs, relayMs } = input;
  const from = Math.floor(pair / hosts);
  const to = pair % hosts;
  return (legMs[from * hosts + via] ?? 0) + (relayMs[via] ?? 0) + (legMs[via * hosts + to] ?? 0);
}
