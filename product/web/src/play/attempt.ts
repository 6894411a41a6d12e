// An attempt at the list of protocols, in its own box: the visible one, or a hidden trial of a better protocol.
import { type DriverStatus, firstPlayback, nextPlayback, type Playback, type PlayProtocol } from '../core/play.ts';
import type { Driver, DriverOptions } from './driver.ts';

export interface AttemptOptions extends DriverOptions {
  /** Box of this attempt alone, removed with it. */
  readonly box: HTMLElement;
  readonly list: readonly PlayProtocol[];
  readonly nowMs: number;
  readonly open: (protocol: PlayProtocol, o: DriverOptions) => Promise<Driver>;
}

/** Returns the stable code of an error; INTERNAL for errors without a code. */
export const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'INTERNAL';
};

/** A changed start time means a new connection. */
const startOf = (watch: Playback): number | undefined => ('startMs' in watch ? watch.startMs : undefined);

/** Opens the first protocol at once and the next ones as the statuses require; `close` is idempotent. */
export class Attempt {
  readonly #options: AttemptOptions;
  #watch: Playback;
  #muted: boolean;
  #driver: Driver | undefined;
  /** Why the protocol in use could not be opened. */
  #failure: DriverStatus | undefined;
  /** Identity of the current opening; results of earlier openings are ignored. */
  #round = {};

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#muted = options.muted;
    this.#watch = firstPlayback(options.list, options.nowMs);
    this.#openDriver();
  }

  get watch(): Playback {
    return this.#watch;
  }

  /** Returns the current status, after a change of protocol where due. Call it several times a second. */
  status(nowMs: number): DriverStatus {
    const status = this.#failure ?? this.#driver?.status() ?? { at: 'connecting' };
    const before = this.#watch;
    this.#watch = nextPlayback(before, status, nowMs);
    if (startOf(before) !== startOf(this.#watch)) this.#openDriver();
    return status;
  }

  /** Makes this attempt the visible one, with all protocols of the previous one. */
  takeOver(before: Playback, muted: boolean): void {
    this.#options.box.hidden = false;
    if (this.#watch.at !== 'failed' && before.at !== 'failed') this.#watch = { ...this.#watch, list: before.list };
    this.setMuted(muted);
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#driver?.setMuted(muted);
  }

  close(): void {
    this.#closeDriver();
    this.#options.box.remove();
  }

  #closeDriver(): void {
    this.#round = {};
    this.#driver?.close();
    this.#driver = undefined;
  }

  #openDriver(): void {
    this.#closeDriver();
    this.#failure = undefined;
    const watch = this.#watch;
    if (watch.at === 'failed') return;
    const round = this.#round;
    this.#options.open(watch.protocol, { box: this.#options.box, muted: this.#muted }).then(
      (driver) => {
        if (round !== this.#round) return driver.close();
        this.#driver = driver;
        driver.setMuted(this.#muted); // may have changed meanwhile
      },
      (error: unknown) => {
        if (round !== this.#round) return;
        console.info(`${watch.protocol} could not be opened:`, error);
        this.#failure = { at: 'failed', code: codeOf(error) };
      },
    );
  }
}
