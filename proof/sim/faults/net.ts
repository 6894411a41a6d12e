// The network, whose links behave like TCP. Data arrives once and in order, perhaps late. A cut separates sets of
// machines, perhaps in one direction only: it holds data back until it heals, or until a side that has received nothing
// for `pongTimeoutMs` ends the link. A killed process ends its links at once; a machine without power ends none.
import type { ManualClock, Rng } from '@meridian/runtime';
import { defaultLinkLimits } from '../../../base/runtime/src/link/types.ts';
import { SimLink } from './link.ts';
import type { Process } from './process.ts';

/** Cut of the network between `from` and `to`; without `to`, between `from` and all other machines. */
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
/** Longest time after a cut has healed until TCP retransmits, because of its timer's back-off. */
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

  /** Heals a cut. Returns false if it has already healed. */
  heal(cut: Cut): boolean {
    if (!this.#cuts.delete(cut)) return false;
    for (const link of [...this.#links]) {
      if (this.isOpen(link.process, link.peer.process)) {
        this.#o.clock.after(this.#o.rng.next() * RETRANSMIT_MS_MAX, () => link.flush());
      }
    }
    return true;
  }

  /** Call it when a process stops or continues, since its peers receive nothing while it is stopped. */
  processSilenced(process: Process): void {
    for (const link of this.#linksOfProcess(process)) this.#watch(link.peer);
  }

  /** Kills a process. `withKernel`: the kernel of its machine closes its links; otherwise no peer is notified. */
  killed(process: Process, o: { withKernel: boolean }): void {
    process.isAlive = false;
    if (this.#listeners.get(process.id)?.process === process) this.#listeners.delete(process.id);
    for (const link of this.#linksOfProcess(process)) {
      if (o.withKernel) link.endDead();
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

  #linksOfProcess(process: Process): SimLink[] {
    return [...this.#links].filter((link) => link.process === process && !link.closed);
  }

  /** Dials. `done` gets the link of the dialling side; undefined if the dial is refused or takes too long. */
  dial(from: Process, toId: string, done: (link: SimLink | undefined) => void): void {
    const answer = (delayMs: number, link: SimLink | undefined): void => {
      this.#o.clock.after(delayMs, () => from.run(() => done(link)));
    };
    const attempt = (index: number): void => {
      const listener = this.#listeners.get(toId);
      const isReached = listener === undefined || this.#isOpenBothWays(from, listener.process);
      const nextMs = SYN_RETRIES_MS[index + 1];
      if (listener !== undefined && isReached && !listener.process.isPaused) this.#connect(from, listener, answer);
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

  /** Opens a connection by TCP and TLS, which takes two round trips. */
  #connect(from: Process, listener: Listener, answer: (delayMs: number, link: SimLink | undefined) => void): void {
    const { process: to } = listener;
    const roundTripMs = 2 * this.latencyMs(from, to);
    this.#o.clock.after(2 * roundTripMs, () => {
      const isThere = to.isAlive && from.isAlive && this.#isOpenBothWays(from, to);
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
   * Ends a link on which nothing arrives for the pong timeout. Packets that are on their way when the other side falls
   * silent still arrive; the timeout counts from the last of them.
   */
  #watch(link: SimLink): void {
    if (link.isEnded || !this.#receivesNothing(link)) return;
    const { pingIntervalMs, pongTimeoutMs } = defaultLinkLimits;
    const timeoutMs = pongTimeoutMs + this.#o.rng.next() * pingIntervalMs;
    const sinceMs = this.#o.clock.nowMs();
    const check = (): void => {
      if (link.isEnded || !this.#receivesNothing(link)) return;
      const leftMs = Math.max(sinceMs, link.receivedAtMs) + timeoutMs - this.#o.clock.nowMs();
      if (leftMs > 0) this.#o.clock.after(leftMs, check);
      else if (link.process.isPaused) this.#o.clock.after(pingIntervalMs, check);
      else link.close('nothing received for too long');
    };
    this.#o.clock.after(timeoutMs, check);
  }

  #receivesNothing(link: SimLink): boolean {
    const other = link.peer.process;
    return !other.isAlive || other.isPaused || !this.isOpen(other, link.process);
  }

  #isOpenBothWays(a: Process, b: Process): boolean {
    return this.isOpen(a, b) && this.isOpen(b, a);
  }
}

export const separates = (cut: Cut, a: string, b: string): boolean =>
  (cut.from.has(a) && isOther(cut, b)) || (cut.from.has(b) && isOther(cut, a));

function isOther(cut: Cut, machineId: string): boolean {
  return cut.to === undefined ? !cut.from.has(machineId) : cut.to.has(machineId);
}
