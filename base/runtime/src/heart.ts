// Whether a process that we started still runs. One that is stopped or hangs keeps its sockets open, so its clients and
// neighbours wait for it; frozen is dead. Kept apart from the rest of this package: the supervisor loads nothing else.
import { readFileSync } from 'node:fs';

const beatEveryMs = 1000;
const lookEveryMs = 100;
/** proc(5): /proc has the same unit on every Linux, whatever the kernel counts in. */
const msPerTick = 10;

export interface HeartLimits {
  /** Time that it may be stopped (SIGSTOP). Short: no load stops a process, and ours have no terminal. */
  readonly stoppedMs: number;
  /**
   * Time that it may leave a beat unanswered; while it could run, only the processor time that it got counts.
   * Longer than any work without a pause and any wait for a disk that we have seen under load (3 s).
   */
  readonly silentMs: number;
}
export const heartLimits: HeartLimits = { stoppedMs: 200, silentMs: 10_000 };

/** What was seen of the main thread. */
export interface Look {
  /** Since the look before. */
  readonly elapsedMs: number;
  /** Of /proc: `T` stopped, `t` held by a debugger, `R` runs or could, others: sleeps. */
  readonly state: string;
  /** Processor time that it has had since its start. */
  readonly cpuMs: number;
  /** A beat has not been answered. */
  readonly isAwaited: boolean;
}

export interface Pulse {
  readonly stoppedMs: number;
  readonly silentMs: number;
  readonly cpuMs: number;
}
export const firstPulse: Pulse = { stoppedMs: 0, silentMs: 0, cpuMs: 0 };

/**
 * A machine without time for us has none for the process: a late look counts as one in time, and a process that waits
 * for a processor is not silent. Pure.
 */
export function pulseAfter(pulse: Pulse, { elapsedMs, state, cpuMs, isAwaited }: Look): Pulse {
  const countedMs = Math.min(elapsedMs, lookEveryMs);
  const stoppedMs = state === 'T' ? pulse.stoppedMs + countedMs : 0;
  if (!isAwaited) return { stoppedMs, silentMs: 0, cpuMs };
  const ranMs = cpuMs - pulse.cpuMs;
  const silentMs = pulse.silentMs + (state === 'R' ? ranMs : state === 't' ? 0 : countedMs);
  return { stoppedMs, silentMs, cpuMs };
}

/** Why the process is as good as dead, or undefined. Pure. */
export function whyFrozen({ stoppedMs, silentMs }: Pulse, limits: HeartLimits): string | undefined {
  if (stoppedMs >= limits.stoppedMs) return `it has been stopped for ${stoppedMs} ms`;
  if (silentMs >= limits.silentMs) return `it has not answered for ${Math.round(silentMs)} ms`;
  return undefined;
}

/** Of /proc/PID/task/PID/stat: undefined for what has ended. Pure. */
export function threadIn(stat: string): Pick<Look, 'state' | 'cpuMs'> | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the state on, which proc(5) numbers 3
  const [state = '', user, system] = [fields[0], fields[11], fields[12]];
  return 'ZX'.includes(state) ? undefined : { state, cpuMs: (Number(user) + Number(system)) * msPerTick };
}

export interface HeartOptions {
  readonly pid: number;
  /** Asks the process for a sign of life. No other is asked for before it has been answered. */
  beat(answered: () => void): void;
  /** Called once, and the watch is over. */
  onFrozen(why: string): void;
  readonly limits?: HeartLimits;
}

/**
 * Watches a child of this process until it is closed or has found it frozen. Nothing is read of one that answers its
 * beats. It is looked at when the kernel says by SIGCHLD that a child may have stopped, and over a beat without an
 * answer. One that has never answered a beat loads its code, or knows no beats: it is seen to be stopped, not to be
 * silent.
 */
export class Heart {
  /** All of this process, which wakes once a second for their beats; the signal does not say whose child stopped. */
  static readonly #watching = new Set<Heart>();
  static #beats: NodeJS.Timeout | undefined;
  static readonly #childSignalled = (): void => {
    for (const heart of Heart.#watching) heart.#suspect();
  };

  readonly #o: HeartOptions;
  /** The timer of looks; undefined while there is no reason for one. */
  #timer: NodeJS.Timeout | undefined;
  /** Undefined until it has been looked at for the present reason. */
  #pulse: Pulse | undefined;
  #lookedMs = 0;
  #isAwaited = false;
  #hasAnswered = false;
  #mayBeStopped = false;

  constructor(o: HeartOptions) {
    this.#o = o;
    if (Heart.#watching.size === 0) {
      process.on('SIGCHLD', Heart.#childSignalled);
      Heart.#beats = setInterval(() => {
        for (const heart of Heart.#watching) heart.#beat();
      }, beatEveryMs);
    }
    Heart.#watching.add(this);
    this.#beat();
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#timer);
    if (!Heart.#watching.delete(this) || Heart.#watching.size > 0) return;
    process.off('SIGCHLD', Heart.#childSignalled);
    clearInterval(Heart.#beats);
  }

  #beat(): void {
    if (!this.#isAwaited) {
      this.#isAwaited = true;
      this.#o.beat(() => {
        this.#isAwaited = false;
        this.#hasAnswered = true;
      });
    }
    this.#watch();
  }

  #suspect(): void {
    this.#mayBeStopped = true;
    this.#watch();
  }

  #watch(): void {
    if (this.#timer !== undefined) return;
    this.#lookedMs = performance.now();
    this.#timer = setInterval(() => this.#turn(), lookEveryMs);
  }

  /** Looks at it for as long as there is a reason. */
  #turn(): void {
    if (this.#isAwaited || this.#mayBeStopped) this.#look();
    const why = this.#pulse && whyFrozen(this.#pulse, this.#o.limits ?? heartLimits);
    if (why !== undefined) {
      this.close();
      this.#o.onFrozen(`frozen: ${why}`);
    } else if (!this.#isSilent && !this.#mayBeStopped) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#pulse = undefined;
    }
  }

  get #isSilent(): boolean {
    return this.#isAwaited && this.#hasAnswered;
  }

  #look(): void {
    const thread = threadOf(this.#o.pid);
    this.#mayBeStopped = thread?.state === 'T';
    if (thread === undefined) return; // its end is heard as its exit
    const nowMs = performance.now();
    const elapsedMs = nowMs - this.#lookedMs;
    this.#lookedMs = nowMs;
    const before = this.#pulse ?? { ...firstPulse, cpuMs: thread.cpuMs };
    this.#pulse = pulseAfter(before, { ...thread, elapsedMs, isAwaited: this.#isSilent });
  }
}

/** Of the main thread, which answers: others may work while it hangs. Undefined when it has ended. */
function threadOf(pid: number): Pick<Look, 'state' | 'cpuMs'> | undefined {
  try {
    return threadIn(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
