// The network: links with the semantics of TCP. Data on a living link arrives once and in order, perhaps late; a cut
// holds it back until the cut heals, or until a side has heard nothing for `pongTimeoutMs` and ends. A killed process
// ends its links at once, a machine that is cut off ends none. A cut separates sets of machines, perhaps in one
// direction only.
import type { ManualClock, Rng } from '@meridian/runtime';
import { defaultLinkLimits } from '../../../base/runtime/src/link/types.ts';
import { SimLink } from './link.ts';
import type { Process } from './process.ts';

/** Cut of the network; `to` undefined: all machines outside of `from`. */
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
  onDeliver(from: Process, to: Process): void;
}

/** A lost SYN is repeated after one and three seconds (RFC 6298, 2.1). */
const SYN_RETRIES_MS = [0, 1000, 3000];
const HANDSHAKE_LIMIT_MS = 5000;
const SAME_REGION_MS = 1;
const OTHER_REGION_MS = 70;
/**
 * Delay after a cut has healed until a held-back segment is retransmitted, because of the retransmission timer's
 * back-off.
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

  /** Heals a cut. Returns false when it has healed before. */
  heal(cut: Cut): boolean {
    if (!this.#cuts.delete(cut)) return false;
    for (const link of [...this.#links]) {
      if (this.isOpen(link.process, link.peer.process)) {
        this.#o.clock.after(this.#o.rng.next() * RETRANSMIT_MS_MAX, () => link.flush());
      }
    }
    return true;
  }

  /** Notes that a process stops or continues: its peers receive nothing meanwhile. */
  silent(process: Process): void {
    for (const link of this.#of(process)) this.#watch(link.peer);
  }

  /**
   * Kills the process. With `withKernel` its machine's kernel notifies every reachable peer; without, no peer learns of
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

  /** Resets a link, as a middlebox that forgets it: both sides end, and packets on the way are lost. */
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

  /** Dials; `done` gets the dialling side's link, undefined when the dial is refused or does not succeed in time. */
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

  /** Opens a connection by TCP and TLS: two round trips. */
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
   * Ends a link that receives nothing until the pong timeout. Packets on their way when the other side fell silent
   * still arrive, and the timeout counts from then.
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

export const parts = (cut: Cut, a: string, b: string): boolean =>
  (cut.from.has(a) && isOther(cut, b)) || (cut.from.has(b) && isOther(cut, a));

function isOther(cut: Cut, machineId: string): boolean {
  return cut.to === undefined ? !cut.from.has(machineId) : cut.to.has(machineId);
}
