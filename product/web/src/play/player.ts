// Plays a room by the best protocol of the browser, moves to the next when that gives no picture, and returns to a
// better protocol later.

import { type Failure, playFailure } from '../core/failure.ts';
import {
  type BetterTries,
  betterProtocols,
  type DriverStatus,
  isPlaying,
  type Playback,
  type PlayProtocol,
  pauseAfterMs,
  playProtocols,
  protocolsFor,
} from '../core/play.ts';
import { fetchDevToken, fetchPageConfig, identityFor, type PageConfig } from '../room/page-config.ts';
import { Store } from '../room/store.ts';
import { Attempt, codeOf } from './attempt.ts';
import { abilities, allowsSound } from './browser.ts';
import type { Driver, DriverOptions } from './driver.ts';
import { fetchPlayUrls } from './play-urls.ts';

export interface PlayerOptions {
  readonly room: string;
  readonly token: string | undefined;
  readonly key: string | undefined;
  readonly fromCity: string | undefined;
  /** Name that others see of a viewer without a token. */
  readonly viewerName: string;
}

export interface PlayerModel {
  readonly at: Playback['at'];
  /** Absent before the first protocol, and after a failure. */
  readonly protocol?: PlayProtocol;
  readonly failure?: Failure;
  readonly latencyMs?: number;
  readonly muted: boolean;
  readonly protocols: readonly PlayProtocol[];
}

const STATUS_EVERY_MS = 250;

/** Player of a room in a box. `start` restarts each time, `close` ends; both may be called repeatedly. */
export class Player {
  readonly store = new Store<PlayerModel>({ at: 'connecting', muted: true, protocols: playProtocols });
  readonly #options: PlayerOptions;
  #box: HTMLElement | undefined;
  #forced: PlayProtocol | undefined;
  #shown: Attempt | undefined;
  /** Trial of a better protocol, hidden and muted. */
  #better: Attempt | undefined;
  #betterTries: BetterTries = { atMs: 0, count: 0 };
  #config: PageConfig | undefined;
  /** Undefined until the browser's permission for sound is known. */
  #muted: boolean | undefined;
  #timer: number | undefined;
  #restartTimer: number | undefined;
  #failures = 0;
  /** Identity of the current start; results from before a restart or close are ignored. */
  #round = {};

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  /** Plays in `box` by the best protocol, or only by `forced`. */
  start(box: HTMLElement, forced?: PlayProtocol): void {
    this.close();
    this.#box = box;
    this.#forced = forced;
    const round = this.#round;
    this.#publish({ at: 'connecting' });
    this.#prepare().then(
      (config) => {
        if (round !== this.#round) return;
        const token = this.#hasToken;
        if (!token && (this.#options.key === undefined || forced === 'webrtc')) return this.#fail('TOKEN_MISSING');
        const has = { gateway: config.gatewayUrls.length > 0, token };
        this.#betterTries = { atMs: 0, count: 0 };
        this.#shown = this.#attempt(box, protocolsFor(abilities(), has, forced));
        this.#checkStatus(box);
        this.#timer = window.setInterval(() => this.#checkStatus(box), STATUS_EVERY_MS);
      },
      (error: unknown) => {
        if (round === this.#round) this.#fail(codeOf(error));
      },
    );
  }

  /** Call it in a click: browsers allow sound only then. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#shown?.setMuted(muted);
    this.store.set({ ...this.store.get(), muted });
  }

  close(): void {
    this.#round = {};
    window.clearInterval(this.#timer);
    window.clearTimeout(this.#restartTimer);
    this.#shown?.close();
    this.#better?.close();
    this.#shown = undefined;
    this.#better = undefined;
  }

  async #prepare(): Promise<PageConfig> {
    const [config, isSoundAllowed] = await Promise.all([fetchPageConfig(), allowsSound()]);
    this.#config = config;
    this.#muted ??= !isSoundAllowed;
    return config;
  }

  /** Starts an attempt in its own layer above the current one; `isTrial`: hidden and muted. */
  #attempt(box: HTMLElement, list: readonly PlayProtocol[], isTrial = false): Attempt {
    const layer = document.createElement('div');
    layer.className = 'video-box';
    layer.hidden = isTrial;
    box.append(layer);
    const muted = isTrial || (this.#muted ?? true);
    return new Attempt({ box: layer, muted, list, nowMs: performance.now(), open: this.#open });
  }

  #checkStatus(box: HTMLElement): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const nowMs = performance.now();
    const status = shown.status(nowMs);
    const { watch } = shown;
    if (watch.at === 'failed') {
      this.close();
      this.#fail(watch.code);
      return;
    }
    this.#show(watch, status);
    this.#lookForBetter(box, watch, nowMs);
  }

  #lookForBetter(box: HTMLElement, watch: Playback, nowMs: number): void {
    if (this.#better === undefined) {
      const list = betterProtocols(watch, this.#betterTries, nowMs);
      if (list.length > 0) this.#better = this.#attempt(box, list, true);
      return;
    }
    const better = this.#better;
    better.status(nowMs);
    const { at } = better.watch;
    if (at !== 'failed' && !isPlaying(at)) return;
    this.#better = undefined;
    this.#betterTries = { atMs: nowMs, count: this.#betterTries.count + 1 };
    if (isPlaying(at)) {
      this.#shown?.close();
      this.#shown = better;
      better.takeOver(watch, this.#muted ?? true);
    } else better.close();
  }

  readonly #open = async (protocol: PlayProtocol, o: DriverOptions): Promise<Driver> => {
    const { entryUrls = [], gatewayUrls = [] } = this.#config ?? {};
    const { room, key, fromCity } = this.#options;
    if (protocol === 'webrtc') {
      const { openWebrtc } = await import('./by-webrtc.ts');
      return openWebrtc({ ...o, entryUrls, fromCity, token: this.#token });
    }
    const bearer = key ?? (await this.#token());
    const urls = await fetchPlayUrls({ gatewayUrls, bearer, room, fromCity });
    if (protocol === 'flv') return (await import('./by-flv.ts')).openFlv({ ...o, url: urls.wsFlv });
    if (protocol === 'hls') return (await import('./by-hls.ts')).openHls({ ...o, url: urls.hls });
    return (await import('./by-mpeg1.ts')).openMpeg1({ ...o, url: urls.h5 });
  };

  readonly #token = async (): Promise<string> => {
    const { token, room, viewerName } = this.#options;
    return token ?? (await fetchDevToken({ room, identity: identityFor('viewer'), name: viewerName, viewer: true }));
  };

  #fail(code: string): void {
    const pauseMs = pauseAfterMs(code, this.#failures, Math.random());
    this.#failures += 1;
    this.#publish({ at: 'failed', failure: playFailure(code, this.#options.room, pauseMs, Date.now()) });
    if (pauseMs === undefined) return;
    this.#restartTimer = window.setTimeout(() => {
      if (this.#box !== undefined) this.start(this.#box, this.#forced);
    }, pauseMs);
  }

  #show(watch: Exclude<Playback, { at: 'failed' }>, status: DriverStatus): void {
    if (isPlaying(watch.at)) this.#failures = 0;
    const latencyMs = status.at === 'playing' ? status.latencyMs : undefined;
    this.#publish({ at: watch.at, protocol: watch.protocol, ...(latencyMs === undefined ? {} : { latencyMs }) });
  }

  #publish(model: Omit<PlayerModel, 'muted' | 'protocols'>): void {
    const offered =
      this.#config === undefined || this.#hasToken
        ? playProtocols
        : playProtocols.filter((protocol) => protocol !== 'webrtc');
    this.store.set({ ...model, muted: this.#muted ?? true, protocols: offered });
  }

  get #hasToken(): boolean {
    return this.#options.token !== undefined || this.#config?.devToken === true;
  }
}
