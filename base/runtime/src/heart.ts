// Detects a frozen child process. A process that is stopped or hangs keeps its sockets open, so its clients and
// neighbours wait for it; frozen counts as dead. This file is separate because the supervisor loads nothing else of
// this package.
import { readFileSync } from 'node:fs';

const beatIntervalMs = 1000;
const sampleIntervalMs = 100;
/** Milliseconds per tick of /proc: proc(5) uses the same unit on every Linux, whatever the kernel counts in. */
const msPerTick = 10;

export interface HeartLimits {
  /** Time that a process may be stopped (SIGSTOP). Short, because no load stops a process and ours have no terminal. */
  readonly stoppedMs: number;
  /**
   * Time that a beat may stay unanswered; while the process could run, only its processor time counts. Longer than any
   * uninterrupted work and any wait for a disk that we have seen under load (3 s).
   */
  readonly silentMs: number;
}
export const heartLimits: HeartLimits = { stoppedMs: 200, silentMs: 10_000 };

export interface ProcessSample {
  readonly elapsedMs: number;
  /** State in /proc: `T` stopped, `t` held by a debugger, `R` running or runnable; the others sleep. */
  readonly state: string;
  /** Processor time since the start of the process. */
  readonly cpuMs: number;
  readonly isAwaited: boolean;
}

export interface Pulse {
  readonly stoppedMs: number;
  readonly silentMs: number;
  readonly cpuMs: number;
}
export const firstPulse: Pulse = { stoppedMs: 0, silentMs: 0, cpuMs: 0 };

/** Returns the pulse after a look. Late looks count as punctual, and waiting for a processor is not silence. */
export function pulseAfter(pulse: Pulse, { elapsedMs, state, cpuMs, isAwaited }: ProcessSample): Pulse {
  const countedMs = Math.min(elapsedMs, sampleIntervalMs);
  const stoppedMs = state === 'T' ? pulse.stoppedMs + countedMs : 0;
  if (!isAwaited) return { stoppedMs, silentMs: 0, cpuMs };
  const ranMs = cpuMs - pulse.cpuMs;
  const silentMs = pulse.silentMs + (state === 'R' ? ranMs : state === 't' ? 0 : countedMs);
  return { stoppedMs, silentMs, cpuMs };
}

export function whyFrozen({ stoppedMs, silentMs }: Pulse, limits: HeartLimits): string | undefined {
  if (stoppedMs >= limits.stoppedMs) return `it has been stopped for ${stoppedMs} ms`;
  if (silentMs >= limits.silentMs) return `it has not answered for ${Math.round(silentMs)} ms`;
  return undefined;
}

/** Parses `/proc/PID/task/PID/stat`. Returns undefined for a thread that has ended. */
export function parseThreadStat(stat: string): Pick<ProcessSample, 'state' | 'cpuMs'> | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // starts at the state, field 3 of proc(5)
  const [state = '', user, system] = [fields[0], fields[11], fields[12]];
  return 'ZX'.includes(state) ? undefined : { state, cpuMs: (Number(user) + Number(system)) * msPerTick };
}

export interface HeartOptions {
  readonly pid: number;
  /** Asks the process for a sign of life. The next beat is sent only after the answer. */
  beat(answered: () => void): void;
  /** Called at most once; the watch ends with it. */
  onFrozen(why: string): void;
  readonly limits?: HeartLimits;
}

/**
 * Watches a child of this process until `close`, or until the child is found frozen. A child that answers its beats is
 * not looked at. Looks start when SIGCHLD says that a child may have stopped, and while a beat is unanswered. A child
 * that has never answered may still load its code, or know no beats: it is checked for a stop, not for silence.
 */
export class Heart {
  /** All hearts of this process: one timer sends their beats, and SIGCHLD does not say which child stopped. */
  static readonly #watching = new Set<Heart>();
  static #beats: NodeJS.Timeout | undefined;
  static readonly #childSignalled = (): void => {
    for (const heart of Heart.#watching) heart.#suspect();
  };

  readonly #o: HeartOptions;
  #timer: NodeJS.Timeout | undefined;
  #pulse: Pulse | undefined;
  #sampledAtMs = 0;
  #isAwaited = false;
  #hasAnswered = false;
  #mayBeStopped = false;

  constructor(o: HeartOptions) {
    this.#o = o;
    if (Heart.#watching.size === 0) {
      process.on('SIGCHLD', Heart.#childSignalled);
      Heart.#beats = setInterval(() => {
        for (const heart of Heart.#watching) heart.#beat();
      }, beatIntervalMs);
    }
    Heart.#watching.add(this);
    this.#beat();
  }

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
        if (!this.#mayBeStopped) this.#rest();
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
    this.#sampledAtMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), sampleIntervalMs);
  }

  #tick(): void {
    if (this.#isAwaited || this.#mayBeStopped) this.#sample();
    const frozenReason = this.#pulse && whyFrozen(this.#pulse, this.#o.limits ?? heartLimits);
    if (frozenReason !== undefined) {
      this.close();
      this.#o.onFrozen(`frozen: ${frozenReason}`);
    } else if (!this.#isSilent && !this.#mayBeStopped) this.#rest();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#pulse = undefined;
  }

  get #isSilent(): boolean {
    return this.#isAwaited && this.#hasAnswered;
  }

  #sample(): void {
    const thread = readThread(this.#o.pid);
    this.#mayBeStopped = thread?.state === 'T';
    if (thread === undefined) return; // the `exit` event reports the end
    const nowMs = performance.now();
    const elapsedMs = nowMs - this.#sampledAtMs;
    this.#sampledAtMs = nowMs;
    const before = this.#pulse ?? { ...firstPulse, cpuMs: thread.cpuMs };
    this.#pulse = pulseAfter(before, { ...thread, elapsedMs, isAwaited: this.#isSilent });
  }
}

/** Reads the state of the main thread, which answers beats: others may work while it hangs. Undefined after its end. */
function readThread(pid: number): Pick<ProcessSample, 'state' | 'cpuMs'> | undefined {
  try {
    return parseThreadStat(readFileSync(`/proc/${pid}/task/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
