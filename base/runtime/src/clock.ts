/**
 * Time as an argument: code gets its clock from its caller, so that production and simulation run the same code.
 * `nowMs` is monotonic and has no meaning outside its process; only `wallMs` may be stored or sent.
 */
export interface Timer {
  /** Idempotent. */
  cancel(): void;
}

export interface Clock {
  /** Returns monotonic milliseconds with an arbitrary zero. */
  nowMs(): number;
  /** Returns milliseconds since 1970 UTC, which may jump when the machine's clock is set. */
  wallMs(): number;
  /** Calls `fn` once, not before `delayMs` have passed. The caller owns the timer and cancels it. */
  after(delayMs: number, fn: () => void): Timer;
  /**
   * Calls `fn` every `periodMs`, first after one period, without catching up on missed periods. The system clock begins
   * up to 250 ms later where the period is a multiple of 250 ms, so that such timers wake the process together.
   */
  every(periodMs: number, fn: () => void): Timer;
}

/** Longest delay of setTimeout (2^31 − 1), which fires at once above it; longer delays are split into slices. */
const LONGEST_SLICE_MS = 2_147_483_647;

/** Returns the machine's clock. Its timers keep the process alive until their owner cancels them. */
export function systemClock(): Clock {
  const turns = new Turns();
  return {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    after: systemAfter,
    every(periodMs, fn) {
      checkPeriod(periodMs);
      if (periodMs % TURN_MS === 0) return turns.every(periodMs, fn);
      const handle = setInterval(fn, Math.min(periodMs, LONGEST_SLICE_MS));
      return { cancel: () => clearInterval(handle) };
    },
  };
}

/** Distance between the moments at which long periods end: the shortest period of a check that a node makes. */
const TURN_MS = 250;

interface Repeated {
  readonly periodMs: number;
  readonly fn: () => void;
  dueMs: number;
}

/** Repeating timers of a clock, which end only at multiples of `TURN_MS`: one wake-up runs all that are due. */
class Turns {
  readonly #repeated = new Set<Repeated>();
  #timer: NodeJS.Timeout | undefined;
  #armedMs = Number.POSITIVE_INFINITY;

  every(periodMs: number, fn: () => void): Timer {
    const repeated = { periodMs, fn, dueMs: turnFrom(performance.now() + periodMs) };
    this.#repeated.add(repeated);
    if (repeated.dueMs < this.#armedMs) this.#arm();
    return {
      cancel: () => {
        if (this.#repeated.delete(repeated) && this.#repeated.size === 0) this.#arm();
      },
    };
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#armedMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#repeated) this.#armedMs = Math.min(this.#armedMs, dueMs);
    if (this.#repeated.size === 0) return;
    const delayMs = Math.max(0, this.#armedMs - performance.now());
    this.#timer = setTimeout(() => this.#run(), Math.min(delayMs, LONGEST_SLICE_MS));
  }

  /** Runs the due timers. One that throws ends the turn; the others stay armed. */
  #run(): void {
    const nowMs = performance.now() + EARLY_MS;
    try {
      for (const repeated of this.#repeated) {
        if (repeated.dueMs > nowMs) continue;
        repeated.dueMs = turnFrom(Math.max(repeated.dueMs + repeated.periodMs, nowMs));
        repeated.fn();
      }
    } finally {
      this.#arm();
    }
  }
}

/** The platform's timers may run this much early, since they count whole milliseconds. */
const EARLY_MS = 1;
const turnFrom = (atMs: number): number => Math.ceil(atMs / TURN_MS) * TURN_MS;

function systemAfter(delayMs: number, fn: () => void): Timer {
  checkDelay(delayMs);
  let leftMs = delayMs;
  let handle: NodeJS.Timeout;
  const arm = (): void => {
    const sliceMs = Math.min(leftMs, LONGEST_SLICE_MS);
    leftMs -= sliceMs;
    handle = setTimeout(leftMs > 0 ? arm : fn, sliceMs);
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}

interface ManualTimer {
  readonly dueMs: number;
  /** Order of creation, the tie-break that makes runs repeatable. */
  readonly order: number;
  fn: (() => void) | undefined;
}

/** Default wall time of a manual clock, 2026-01-01T00:00:00Z: fixed, so that two runs write the same bytes. */
const MANUAL_WALL_MS = 1_767_225_600_000;

/** A clock that stands still until `advance`; timers run in order of due time, then of creation. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #wallOffsetMs: number;
  #order = 0;
  /** Binary heap, since simulations hold tens of thousands of timers. */
  readonly #heap: ManualTimer[] = [];
  #live = 0;

  constructor(o: { nowMs?: number; wallMs?: number } = {}) {
    this.#nowMs = o.nowMs ?? 0;
    this.#wallOffsetMs = (o.wallMs ?? MANUAL_WALL_MS) - this.#nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  /** Number of armed timers; a repeating timer counts once. */
  get pendingTimers(): number {
    return this.#live;
  }

  /** Due time of the next timer on this clock's monotonic scale; undefined when none is armed. */
  get nextDueMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  after(delayMs: number, fn: () => void): Timer {
    checkDelay(delayMs);
    const timer = this.#arm(this.#nowMs + delayMs, fn);
    return { cancel: () => this.#cancel(timer) };
  }

  every(periodMs: number, fn: () => void): Timer {
    checkPeriod(periodMs);
    let timer: ManualTimer;
    const run = (): void => {
      timer = this.#arm(timer.dueMs + periodMs, run);
      fn();
    };
    timer = this.#arm(this.#nowMs + periodMs, run);
    return { cancel: () => this.#cancel(timer) };
  }

  /** Runs every timer that becomes due, at its own due time. A timer that throws stops the advance. */
  advance(ms: number): void {
    checkDelay(ms);
    const untilMs = this.#nowMs + ms;
    while (this.step(untilMs));
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** Runs the next timer if it is due by `untilMs`. Returns false, without moving time, otherwise. */
  step(untilMs = Number.POSITIVE_INFINITY): boolean {
    this.#dropCancelled();
    const next = this.#heap[0];
    if (next === undefined || next.dueMs > untilMs) return false;
    const { fn } = next;
    this.#pop();
    this.#cancel(next);
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    fn?.();
    return true;
  }

  #arm(dueMs: number, fn: () => void): ManualTimer {
    const timer: ManualTimer = { dueMs, order: this.#order++, fn };
    this.#live += 1;
    this.#push(timer);
    return timer;
  }

  #cancel(timer: ManualTimer): void {
    if (timer.fn !== undefined) this.#live -= 1;
    timer.fn = undefined;
  }

  #dropCancelled(): void {
    for (let top = this.#heap[0]; top !== undefined && top.fn === undefined; top = this.#heap[0]) this.#pop();
  }

  #push(timer: ManualTimer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || isBefore(parent, timer)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const leftAt = 2 * at + 1;
      const leftChild = heap[leftAt];
      if (leftChild === undefined) break;
      const right = heap[leftAt + 1];
      const useRight = right !== undefined && isBefore(right, leftChild);
      const child = useRight ? right : leftChild;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = useRight ? leftAt + 1 : leftAt;
    }
    heap[at] = last;
  }
}

function isBefore(a: ManualTimer, b: ManualTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

function checkDelay(delayMs: number): void {
  if (!(delayMs >= 0) || delayMs === Number.POSITIVE_INFINITY)
    throw new RangeError(`delay must be a finite number ≥ 0, not ${delayMs}`);
}

function checkPeriod(periodMs: number): void {
  if (!(periodMs >= 1) || periodMs === Number.POSITIVE_INFINITY)
    throw new RangeError(`period must be a finite number ≥ 1, not ${periodMs}`);
}
