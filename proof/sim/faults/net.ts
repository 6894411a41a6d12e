// The network: links with the semantics of TCP. What is sent on a living link arrives, once and in order, perhaps late;
// a cut holds it back until the cut heals or one side has heard nothing for `pongTimeoutMs` and ends its side. A
// process that is killed ends its links at once, a machine that is cut off ends none. Cuts are sets of machines, and
// may have one direction only.
import type { ManualClock, Rng } from '@meridian/runtime';
import { defaultLinkLimits } from '../../../base/runtime/src/link/types.ts';
import { SimLink } from './link.ts';
import type { Process } from './process.ts';

/** `to` undefined: every machine that is not in `from`. */
export interface Cut {
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string> | undefined;
  readonly direction: 'both' | 'out' | 'in';
}

export interface Listener {
  readonly process: Process;
  accept(from: Process): boolean;
  onLink(link: SimLink): void;
}

export interface NetOptions {
  readonly clock: ManualClock;
  readonly rng: Rng;
  /** Something was delivered: the step has a name. */
  onDeliver(from: Process, to: Process): void;
}

/** A SYN that is lost is sent again after one and three seconds (RFC 6298, 2.1). */
const SYN_RETRIES_MS = [0, 1000, 3000];
const HANDSHAKE_LIMIT_MS = 5000;
const SAME_REGION_MS = 1;
const OTHER_REGION_MS = 70;
/**
 * A segment that was held back by a cut is tried again with the retransmission timer's back-off: some time after the
 * cut has healed.
 */
const RETRANSMIT_MS_MAX = 800;

export class Net {
  readonly #o: NetOptions;
  readonly #listeners = new Map<string, Listener>();
  readonly #cuts = new Set<Cut>();
  readonly #links = new Set<SimLink>();

  constructor(o: NetOptions) {
    this.#o = o;
  }

  get clock(): ManualClock {
    return this.#o.clock;
  }

  get linkCount(): number {
    return this.#links.size;
  }

  get isWhole(): boolean {
    return this.#cuts.size === 0;
  }

  listen(listener: Listener): void {
    this.#listeners.set(listener.process.id, listener);
  }

  /** Whether what `from` sends reaches `to`'s machine. */
  isOpen(from: Process, to: Process): boolean {
    for (const cut of this.#cuts) {
      const leaves = cut.from.has(from.machineId) && isOther(cut, to.machineId);
      const enters = cut.from.has(to.machineId) && isOther(cut, from.machineId);
      if ((leaves && cut.direction !== 'in') || (enters && cut.direction !== 'out')) return false;
    }
    return true;
  }

  cut(cut: Cut): void {
    this.#cuts.add(cut);
    for (const link of [...this.#links]) this.#watch(link);
  }

  /** False: it has healed before. */
  heal(cut: Cut): boolean {
    if (!this.#cuts.delete(cut)) return false;
    for (const link of [...this.#links]) {
      if (this.isOpen(link.process, link.peer.process)) {
        this.#o.clock.after(this.#o.rng.next() * RETRANSMIT_MS_MAX, () => link.flush());
      }
    }
    return true;
  }

  /** Of a process that stops or goes on: its peers hear nothing from it meanwhile. */
  silent(process: Process): void {
    for (const link of this.#of(process)) this.#watch(link.peer);
  }

  /**
   * The process is gone; its machine's kernel says so to every peer that it reaches. Without a kernel no peer hears of
   * it.
   */
  killed(process: Process, o: { withKernel: boolean }): void {
    process.isAlive = false;
    if (this.#listeners.get(process.id)?.process === process) this.#listeners.delete(process.id);
    for (const link of this.#of(process)) {
      if (o.withKernel) link.vanish();
      else this.#watch(link.peer);
    }
  }

  /** A box in the middle forgets a link: both sides end, what was on its way is lost. */
  reset(link: SimLink): void {
    link.end('socket error: ECONNRESET');
    link.peer.end('socket error: ECONNRESET');
  }

  linksOf(processId: string): SimLink[] {
    return [...this.#links].filter((link) => link.process.id === processId);
  }

  #of(process: Process): SimLink[] {
    return [...this.#links].filter((link) => link.process === process && !link.closed);
  }

  /** Dials; `done` gets the dialling side's end, undefined when it is refused or not reached in time. */
  dial(from: Process, toId: string, done: (link: SimLink | undefined) => void): void {
    const answer = (delayMs: number, link: SimLink | undefined): void => {
      this.#o.clock.after(delayMs, () => from.run(() => done(link)));
    };
    const attempt = (index: number): void => {
      const listener = this.#listeners.get(toId);
      const isReached = listener === undefined || this.#isBothWays(from, listener.process);
      const nextMs = SYN_RETRIES_MS[index + 1];
      if (listener !== undefined && isReached && !listener.process.isPaused) this.#open(from, listener, answer);
      else if (listener === undefined) answer(2 * OTHER_REGION_MS, undefined);
      else if (nextMs === undefined) answer(HANDSHAKE_LIMIT_MS - (SYN_RETRIES_MS[index] ?? 0), undefined);
      else this.#o.clock.after(nextMs - (SYN_RETRIES_MS[index] ?? 0), () => attempt(index + 1));
    };
    attempt(0);
  }

  latencyMs(from: Process, to: Process): number {
    const baseMs = from.region === to.region ? SAME_REGION_MS : OTHER_REGION_MS;
    return baseMs * (1 + this.#o.rng.next() / 4);
  }

  delivered(from: Process, to: Process): void {
    this.#o.onDeliver(from, to);
  }

  forget(link: SimLink): void {
    if (link.isEnded && link.peer.isEnded) {
      this.#links.delete(link);
      this.#links.delete(link.peer);
    }
  }

  /** TCP and TLS: two round trips. */
  #open(from: Process, listener: Listener, answer: (delayMs: number, link: SimLink | undefined) => void): void {
    const { process: to } = listener;
    const roundTripMs = 2 * this.latencyMs(from, to);
    this.#o.clock.after(2 * roundTripMs, () => {
      const isThere = to.isAlive && from.isAlive && this.#isBothWays(from, to);
      if (!isThere || !listener.accept(from)) return answer(roundTripMs / 2, undefined);
      const [near, far] = SimLink.pair(this, from, to);
      this.#links.add(near);
      this.#links.add(far);
      to.run(() => listener.onLink(far));
      this.#watch(near);
      this.#watch(far);
      answer(roundTripMs / 2, near);
    });
  }

  /**
   * When `link` may be deaf from now on: it ends if it still is after the time in which a pong is missed. What was on
   * its way when the other side fell silent still comes in; the time counts from then.
   */
  #watch(link: SimLink): void {
    if (link.isEnded || !this.#isDeaf(link)) return;
    const { pingIntervalMs, pongTimeoutMs } = defaultLinkLimits;
    const timeoutMs = pongTimeoutMs + this.#o.rng.next() * pingIntervalMs;
    const sinceMs = this.#o.clock.nowMs();
    const check = (): void => {
      if (link.isEnded || !this.#isDeaf(link)) return;
      const leftMs = Math.max(sinceMs, link.heardAtMs) + timeoutMs - this.#o.clock.nowMs();
      if (leftMs > 0) this.#o.clock.after(leftMs, check);
      else if (link.process.isPaused) this.#o.clock.after(pingIntervalMs, check);
      else link.close('nothing received for too long');
    };
    this.#o.clock.after(timeoutMs, check);
  }

  #isDeaf(link: SimLink): boolean {
    const other = link.peer.process;
    return !other.isAlive || other.isPaused || !this.isOpen(other, link.process);
  }

  #isBothWays(a: Process, b: Process): boolean {
    return this.isOpen(a, b) && this.isOpen(b, a);
  }
}

/** Whether the cut is between these two machines, in any direction. */
export const parts = (cut: Cut, a: string, b: string): boolean =>
  (cut.from.has(a) && isOther(cut, b)) || (cut.from.has(b) && isOther(cut, a));

function isOther(cut: Cut, machineId: string): boolean {
  return cut.to === undefined ? !cut.from.has(machineId) : cut.to.has(machineId);
}
