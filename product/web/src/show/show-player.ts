// Plays a show's programme in an element. It starts with the best way to play that the viewer's choice allows, and goes
// on to the next way when one fails or stalls.
import { type Failure, playFailure } from '../core/failure.ts';
import type { DriverStatus } from '../core/play.ts';
import { isPlaying, pauseAfterMs } from '../core/play.ts';
import { codeOf } from '../play/attempt.ts';
import { abilities, allowsSound } from '../play/browser.ts';
import type { Driver, DriverOptions } from '../play/driver.ts';
import { fetchPlayUrls } from '../play/play-urls.ts';
import type { PageConfig } from '../room/page-config.ts';
import { Store } from '../room/store.ts';
import {
  beginWays,
  type Playing,
  type ShowWay,
  stepWays,
  type Watching,
  type WayChoice,
  waysFor,
} from './core/ways.ts';

export interface ShowPlayerPorts {
  /** Returns the configuration from the page's server. Rejects with PageError. */
  config(): Promise<PageConfig>;
  token(): Promise<string>;
  room(): string;
  fromCity(config: PageConfig): string | undefined;
  realTimeViewers(): number;
}

export interface ShowPlayerModel {
  readonly at: Playing['at'] | 'failed';
  readonly way?: ShowWay;
  readonly left?: Playing['left'];
  readonly isStalled: boolean;
  readonly failure?: Failure;
  readonly delayMs?: number;
  readonly muted: boolean;
}

const STATUS_EVERY_MS = 250;
/** Interval at which the shown delay changes; its tenths of a second would otherwise change with every picture. */
const DELAY_EVERY_MS = 2000;

/** Plays after `start`, which restarts it, until `close`. Both may be called repeatedly. */
export class ShowPlayer {
  readonly store = new Store<ShowPlayerModel>({ at: 'connecting', isStalled: false, muted: true });
  readonly #ports: ShowPlayerPorts;
  #box: HTMLElement | undefined;
  #choice: WayChoice = 'auto';
  #only: ShowWay | undefined;
  #playing: Watching | undefined;
  #driver: Driver | undefined;
  #failure: DriverStatus | undefined;
  #config: PageConfig | undefined;
  #muted: boolean | undefined;
  #timer: number | undefined;
  #retryTimer: number | undefined;
  #failures = 0;
  #shownWallMs: number | undefined;
  #delay = { ms: undefined as number | undefined, atMs: 0 };
  /** Identity of the current start; earlier results are ignored. */
  #currentStart = {};

  constructor(ports: ShowPlayerPorts) {
    this.#ports = ports;
  }

  /** Plays in `box`; with `only`, by that way alone. */
  start(box: HTMLElement, choice: WayChoice, only?: ShowWay): void {
    this.close();
    this.#box = box;
    this.#choice = choice;
    this.#only = only;
    const round = this.#currentStart;
    this.#publishModel({ at: 'connecting', isStalled: false });
    Promise.all([this.#ports.config(), allowsSound()]).then(
      ([config, isSoundAllowed]) => {
        if (round !== this.#currentStart) return;
        this.#config = config;
        this.#muted ??= !isSoundAllowed;
        const offer = { gateway: config.gatewayUrls.length > 0, realTimeViewers: this.#ports.realTimeViewers() };
        this.#applyWatching(beginWays(waysFor(abilities(), offer, choice, only), performance.now()));
        this.#timer = window.setInterval(() => this.#check(), STATUS_EVERY_MS);
      },
      (error: unknown) => {
        if (round === this.#currentStart) this.#fail(codeOf(error));
      },
    );
  }

  /** Mutes or unmutes. Call it while a click is handled, since browsers allow sound only then. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#driver?.setMuted(muted);
    this.store.set({ ...this.store.get(), muted });
  }

  /**
   * Returns the capture time of the visible picture by the service's wall clock; while the picture stalls or another
   * way opens, that of the last picture. Undefined when unknown.
   */
  readonly pictureWallMs = (): number | undefined => {
    const driver = this.#playing?.at === 'playing' ? this.#driver : undefined;
    if (driver !== undefined) this.#shownWallMs = driver.pictureWallMs && (driver.pictureWallMs() ?? this.#shownWallMs);
    return this.#shownWallMs;
  };

  /** Idempotent. */
  close(): void {
    this.#currentStart = {};
    window.clearInterval(this.#timer);
    window.clearTimeout(this.#retryTimer);
    this.#closeDriver();
    this.#playing = undefined;
  }

  #check(): void {
    const before = this.#playing;
    if (before === undefined || before.at === 'failed') return;
    const status = this.#failure ?? this.#driver?.status() ?? { at: 'connecting' as const };
    this.#applyWatching(stepWays(before, status, performance.now()));
  }

  #applyWatching(watch: Watching): void {
    const before = this.#playing;
    this.#playing = watch;
    if (watch.at === 'failed') {
      this.close();
      this.#fail(watch.code);
      return;
    }
    if (before === undefined || before.at === 'failed' || before.startMs !== watch.startMs) this.#open(watch);
    if (isPlaying(watch.at)) this.#failures = 0;
    const { at, way, left, isStalled } = watch;
    const delayMs = this.#delayMs();
    this.#publishModel({ at, way, isStalled, ...(left && { left }), ...(delayMs !== undefined && { delayMs }) });
  }

  #delayMs(): number | undefined {
    const nowMs = performance.now();
    if (this.#playing?.at !== 'playing') return undefined;
    if (this.#delay.ms !== undefined && nowMs - this.#delay.atMs < DELAY_EVERY_MS) return this.#delay.ms;
    const wallMs = this.pictureWallMs();
    this.#delay = { ms: wallMs === undefined ? undefined : Math.max(0, Date.now() - wallMs), atMs: nowMs };
    return this.#delay.ms;
  }

  #open({ way }: Playing): void {
    this.#closeDriver();
    this.#failure = undefined;
    this.#delay = { ms: undefined, atMs: 0 };
    const box = this.#box;
    if (box === undefined) return;
    const round = this.#currentStart;
    this.#openWay(way, { box, muted: this.#muted ?? true }).then(
      (driver) => {
        if (round !== this.#currentStart) return driver.close();
        this.#driver = driver;
        driver.setMuted(this.#muted ?? true); // the user may have changed it while the driver opened
      },
      (error: unknown) => {
        if (round !== this.#currentStart) return;
        console.info(`${way} could not be opened:`, error);
        this.#failure = { at: 'failed', code: codeOf(error) };
      },
    );
  }

  async #openWay(way: ShowWay, o: DriverOptions): Promise<Driver> {
    const config = this.#config ?? (await this.#ports.config());
    const fromCity = this.#ports.fromCity(config);
    if (way === 'webrtc') {
      const { openWebrtc } = await import('../play/by-webrtc.ts');
      return openWebrtc({ ...o, entryUrls: config.entryUrls, fromCity, token: () => this.#ports.token(), crowd: true });
    }
    const bearer = await this.#ports.token();
    const { gatewayUrls } = config;
    const urls = await fetchPlayUrls({ gatewayUrls, bearer, room: this.#ports.room(), fromCity });
    if (way === 'flv') return (await import('../play/by-flv.ts')).openFlv({ ...o, url: urls.wsFlv });
    return (await import('../play/by-hls.ts')).openHls({ ...o, url: urls.hls, lowLatency: way === 'llhls' });
  }

  #closeDriver(): void {
    this.#currentStart = {};
    this.#driver?.close();
    this.#driver = undefined;
  }

  #fail(code: string): void {
    const pauseMs = pauseAfterMs(code, this.#failures, Math.random());
    const failure = playFailure(code, this.#ports.room(), pauseMs, Date.now());
    this.#publishModel({ at: 'failed', failure, isStalled: false });
    this.#failures += 1;
    if (pauseMs === undefined) return;
    this.#retryTimer = window.setTimeout(() => {
      if (this.#box !== undefined) this.start(this.#box, this.#choice, this.#only);
    }, pauseMs);
  }

  #publishModel(model: Omit<ShowPlayerModel, 'muted'>): void {
    const next = { ...model, muted: this.#muted ?? true };
    const before = this.store.get();
    const keys = [...new Set([...Object.keys(before), ...Object.keys(next)])] as (keyof ShowPlayerModel)[];
    if (keys.some((key) => before[key] !== next[key])) this.store.set(next);
  }
}
