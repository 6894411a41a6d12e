// One walk through ways to play, in a box of its own: the one that is seen, or a better one that is tried beside it.
import { begin, type Look, step, type Watch, type Way } from '../core/play.ts';
import type { Driver, DriverOptions } from './driver.ts';

export interface AttemptOptions extends DriverOptions {
  /** Of this attempt alone; it is removed with it. */
  readonly box: HTMLElement;
  /** Best first. */
  readonly list: readonly Way[];
  readonly nowMs: number;
  readonly open: (way: Way, o: DriverOptions) => Promise<Driver>;
}

/** The stable code of an error; INTERNAL for what has none. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'INTERNAL';
};

/** A way that begins anew is a connection of its own. */
const startOf = (watch: Watch): number | undefined => ('startMs' in watch ? watch.startMs : undefined);

/** Opens the first way at once, and the following as `look` demands; `close` is idempotent. */
export class Attempt {
  readonly #options: AttemptOptions;
  #watch: Watch;
  #muted: boolean;
  #driver: Driver | undefined;
  /** Why the way in use could not be opened. */
  #failure: Look | undefined;
  /** What was begun before another way came, or the end, comes to nothing. */
  #round = {};

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#muted = options.muted;
    this.#watch = begin(options.list, options.nowMs);
    this.#openWay();
  }

  get watch(): Watch {
    return this.#watch;
  }

  /** What is given now, after going on to another way where that is due. To be asked several times a second. */
  look(nowMs: number): Look {
    const look = this.#failure ?? this.#driver?.look() ?? { at: 'connecting' };
    const before = this.#watch;
    this.#watch = step(before, look, nowMs);
    if (startOf(before) !== startOf(this.#watch)) this.#openWay();
    return look;
  }

  /** From now on it is the one that is seen, with all ways that the one before had. */
  takeOver(before: Watch, muted: boolean): void {
    this.#options.box.hidden = false;
    if (this.#watch.at !== 'failed' && before.at !== 'failed') this.#watch = { ...this.#watch, list: before.list };
    this.setMuted(muted);
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#driver?.setMuted(muted);
  }

  close(): void {
    this.#closeWay();
    this.#options.box.remove();
  }

  #closeWay(): void {
    this.#round = {};
    this.#driver?.close();
    this.#driver = undefined;
  }

  #openWay(): void {
    this.#closeWay();
    this.#failure = undefined;
    const watch = this.#watch;
    if (watch.at === 'failed') return;
    const round = this.#round;
    this.#options.open(watch.way, { box: this.#options.box, muted: this.#muted }).then(
      (driver) => {
        if (round !== this.#round) return driver.close();
        this.#driver = driver;
        driver.setMuted(this.#muted); // it may have changed meanwhile
      },
      (error: unknown) => {
        if (round !== this.#round) return;
        console.info(`${watch.way} could not be opened:`, error);
        this.#failure = { at: 'failed', code: codeOf(error) };
      },
    );
  }
}
