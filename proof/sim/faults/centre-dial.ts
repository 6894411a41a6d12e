// Keeps an agent linked to the centre: dials, registers, and after every end dials again with full jitter, as the
// production dialer does.
import { type ControlLink, limits, type NodeAgent } from '@meridian/protocol';
import type { Rng } from '@meridian/runtime';
import { CENTRE_ID } from './centre-process.ts';
import type { SimLink } from './link.ts';
import type { Net } from './net.ts';
import type { Process } from './process.ts';

/** Age from which a link resets the back-off (base/runtime/src/link/dialer.ts). */
const STABLE_MS = 5000;

export interface CentreDialOptions {
  readonly net: Net;
  readonly process: Process;
  readonly rng: Rng;
  readonly agent: NodeAgent;
  wrapLink?(link: SimLink): ControlLink;
  onLink?(link: SimLink): void;
  onReady?(): void;
}

export class CentreDial {
  readonly #o: CentreDialOptions;
  #failures = 0;
  link: SimLink | undefined;

  constructor(o: CentreDialOptions) {
    this.#o = o;
    this.#dial();
  }

  #dial(): void {
    const { net, process, agent, wrapLink, onLink, onReady } = this.#o;
    net.dial(process, CENTRE_ID, (link) => {
      if (link === undefined) return this.#redial();
      const { clock } = process;
      const sinceMs = clock.nowMs();
      this.link = link;
      link.onClose(() => {
        this.link = undefined;
        agent.lost();
        if (clock.nowMs() - sinceMs >= STABLE_MS) this.#failures = 0;
        this.#redial();
      });
      agent.attach(wrapLink?.(link) ?? link);
      onLink?.(link);
      agent.register().then(
        () => onReady?.(),
        (error: unknown) => link.close(`not registered: ${String(error)}`),
      );
    });
  }

  #redial(): void {
    const { process, rng } = this.#o;
    const { first, max } = limits.centreBackoffMs;
    const waitMs = rng.next() * Math.min(max, first * 2 ** this.#failures);
    this.#failures += 1;
    process.clock.after(waitMs, () => this.#dial());
  }
}
