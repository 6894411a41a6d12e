// What a healthy cloud's figures do in a day. The constants are assumptions, chosen rather too rough than too quiet.
import type { Rng } from '@meridian/runtime';

/** A figure that wanders about 0 with this deviation, and forgets in `memoryS`: an Ornstein-Uhlenbeck process. */
export class Wander {
  readonly #rng: Rng;
  readonly #keep: number;
  readonly #step: number;
  #value = 0;

  constructor(rng: Rng, o: { readonly deviation: number; readonly memoryS: number; readonly everyS: number }) {
    this.#rng = rng;
    this.#keep = Math.exp(-o.everyS / o.memoryS);
    this.#step = o.deviation * Math.sqrt(1 - this.#keep ** 2);
  }

  next(): number {
    this.#value = this.#value * this.#keep + this.#step * normal(this.#rng);
    return this.#value;
  }
}

/** Box and Muller, 1958. */
export function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

/** Knuth's, for small means; a normal one beyond. */
export function poisson(rng: Rng, mean: number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(rng)));
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = rng.next(); product > least; product *= rng.next()) count += 1;
  return count;
}

/** As probes see a link: 5 datagrams a second, their loss over half a minute. */
const PROBES_PER_LOOK = 25;
const LOOKS_OF_WINDOW = 6;
/** Lost at any time; on a congested link in its evening. */
const LOSS = 0.001;
const EVENING_LOSS = 0.015;
/** Of links that have an evening. */
const CONGESTED = 0.05;
/** A route changes, or a switch restarts: all is lost for some time, on each link so often a day. */
const OUTAGES_PER_DAY = 4;
const OUTAGE_S_MAX = 2;
/** A queue somewhere is full: the round trip is longer for some seconds. */
const SPIKES_PER_DAY = 20;
const SPIKE_MS_MAX = 120;
const SPIKE_LOOKS_MAX = 4;
const LOOKS_PER_DAY = 17_280;

export class LinkNoise {
  readonly #rng: Rng;
  readonly #rttMs: number;
  readonly #isCongested: boolean;
  readonly #wander: Wander;
  readonly #lost: number[] = [];
  #spike = { ms: 0, looks: 0 };

  constructor(rng: Rng, rttMs: number) {
    this.#rng = rng;
    this.#rttMs = rttMs;
    this.#isCongested = rng.next() < CONGESTED;
    this.#wander = new Wander(rng, { deviation: 0.5 + rttMs / 100, memoryS: 600, everyS: 5 });
  }

  /** One look later. `planted`: loss, and round trip beside the usual one. */
  next(o: { readonly isEvening: boolean; readonly loss?: number; readonly rttMs?: number }): {
    readonly lossSlow: number;
    readonly rttMs: number;
  } {
    const rng = this.#rng;
    const share = 1 - (1 - (o.loss ?? 0)) * (1 - (this.#isCongested && o.isEvening ? EVENING_LOSS : LOSS));
    const isOut = rng.next() < OUTAGES_PER_DAY / LOOKS_PER_DAY;
    const out = isOut ? Math.round((PROBES_PER_LOOK * OUTAGE_S_MAX * rng.next()) / 5) : 0;
    this.#lost.push(Math.min(PROBES_PER_LOOK, out + poisson(rng, share * PROBES_PER_LOOK)));
    if (this.#lost.length > LOOKS_OF_WINDOW) this.#lost.shift();
    if (this.#spike.looks > 0) this.#spike = { ...this.#spike, looks: this.#spike.looks - 1 };
    else if (rng.next() < SPIKES_PER_DAY / LOOKS_PER_DAY)
      this.#spike = { ms: SPIKE_MS_MAX * rng.next(), looks: 1 + rng.int(SPIKE_LOOKS_MAX) };
    const spikeMs = this.#spike.looks > 0 ? this.#spike.ms : 0;
    return {
      lossSlow: this.#lost.reduce((sum, lost) => sum + lost, 0) / (this.#lost.length * PROBES_PER_LOOK),
      rttMs: Math.max(0.1, this.#rttMs + this.#wander.next() + spikeMs + (o.rttMs ?? 0)),
    };
  }
}

/** Share of all sessions that are taken, by the hour at the place: most in the early afternoon. */
export function loadAt(localHour: number): number {
  const hour = ((localHour % 24) + 24) % 24;
  return 0.12 + 0.6 * Math.exp(-(((hour - 14) / 5) ** 2));
}
