// Plays a room by the best way the browser has, and goes on to the next when that one gives no picture.
import {
  type Abilities,
  begin,
  type Look,
  pauseAfterMs,
  step,
  type Watch,
  type Way,
  ways,
  waysFor,
} from '../core/play.ts';
import { fetchDevToken, fetchPageConfig, identityFor, type PageConfig } from '../room/page-config.ts';
import { Store } from '../room/store.ts';
import type { Driver, DriverOptions } from './driver.ts';
import { fetchPlayUrls } from './ways.ts';

export interface PlayerOptions {
  readonly room: string;
  readonly token: string | undefined;
  /** A stream key to play. */
  readonly key: string | undefined;
  readonly fromCity: string | undefined;
  /** As others see who has no token of its own. */
  readonly viewerName: string;
}

export interface PlayerModel {
  readonly at: Watch['at'];
  /** Absent before the first, and after a failure. */
  readonly way?: Way;
  readonly code?: string;
  readonly latencyMs?: number;
  readonly muted: boolean;
  /** It has failed, and is tried again by itself. */
  readonly comesBack?: boolean;
  /** Among which one may choose. */
  readonly ways: readonly Way[];
}

const LOOK_EVERY_MS = 250;
/** A browser that allows sound says so at once. */
const SOUND_ALLOWED_MS = 300;

/** One room in one box. `start` begins anew each time, `close` ends; both as often as one likes. */
export class Player {
  readonly store = new Store<PlayerModel>({ at: 'connecting', muted: true, ways });
  readonly #options: PlayerOptions;
  #box: HTMLElement | undefined;
  #forced: Way | undefined;
  #watch: Watch | undefined;
  #driver: Driver | undefined;
  /** Why the way in use could not be opened. */
  #failure: Look | undefined;
  #config: PageConfig | undefined;
  /** Undefined until it is known whether the browser allows sound. */
  #muted: boolean | undefined;
  #timer: number | undefined;
  #again: number | undefined;
  /** In a row. */
  #failures = 0;
  /** What was begun before it was closed or began anew comes to nothing. */
  #round = {};

  constructor(options: PlayerOptions) {
    this.#options = options;
  }

  /** Plays in `box` by the best way, or by `forced` alone. */
  start(box: HTMLElement, forced?: Way): void {
    this.close();
    this.#box = box;
    this.#forced = forced;
    const round = this.#round;
    this.#tell({ at: 'connecting' });
    this.#prepare().then(
      (config) => {
        if (round !== this.#round) return;
        const token = this.#hasToken;
        if (!token && (this.#options.key === undefined || forced === 'webrtc'))
          return this.#go({ at: 'failed', code: 'TOKEN_MISSING' });
        const has = { gateway: config.gatewayUrls.length > 0, token };
        this.#go(begin(waysFor(abilities(), has, forced), performance.now()));
        this.#timer = window.setInterval(() => this.#look(), LOOK_EVERY_MS);
      },
      (error: unknown) => {
        if (round === this.#round) this.#go({ at: 'failed', code: codeOf(error) });
      },
    );
  }

  /** In a click: browsers allow sound only then. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#driver?.setMuted(muted);
    this.store.set({ ...this.store.get(), muted });
  }

  close(): void {
    this.#round = {};
    window.clearInterval(this.#timer);
    window.clearTimeout(this.#again);
    this.#driver?.close();
    this.#driver = undefined;
    this.#watch = undefined;
  }

  async #prepare(): Promise<PageConfig> {
    const [config, isSoundAllowed] = await Promise.all([fetchPageConfig(), allowsSound()]);
    this.#config = config;
    this.#muted ??= !isSoundAllowed;
    return config;
  }

  #look(): void {
    const before = this.#watch;
    if (before === undefined || before.at === 'failed') return;
    const look = this.#failure ?? this.#driver?.look() ?? { at: 'connecting' };
    const watch = step(before, look, performance.now());
    const isSame = watch.at !== 'failed' && watch.way === before.way && watch.hasPlayed >= before.hasPlayed;
    if (isSame) this.#show(watch, look);
    else this.#go(watch);
  }

  /** Opens the way that `watch` begins with. */
  #go(watch: Watch): void {
    this.#driver?.close();
    this.#driver = undefined;
    this.#failure = undefined;
    this.#round = {};
    const round = this.#round;
    this.#show(watch);
    if (watch.at === 'failed' || this.#box === undefined) return;
    this.#open(watch.way, { box: this.#box, muted: this.#muted ?? true }).then(
      (driver) => {
        if (round !== this.#round) return driver.close();
        this.#driver = driver;
        driver.setMuted(this.#muted ?? true); // it may have changed meanwhile
      },
      (error: unknown) => {
        if (round !== this.#round) return;
        console.info(`${watch.way} could not be opened:`, error);
        this.#failure = { at: 'failed', code: codeOf(error) };
      },
    );
  }

  async #open(way: Way, o: DriverOptions): Promise<Driver> {
    const { entryUrls = [], gatewayUrls = [] } = this.#config ?? {};
    const { room, key, fromCity } = this.#options;
    if (way === 'webrtc') {
      const { openWebrtc } = await import('./by-webrtc.ts');
      return openWebrtc({ ...o, entryUrls, fromCity, token: this.#token });
    }
    const bearer = key ?? (await this.#token());
    const urls = await fetchPlayUrls({ gatewayUrls, bearer, room, fromCity });
    if (way === 'flv') return (await import('./by-flv.ts')).openFlv({ ...o, url: urls.wsFlv });
    if (way === 'hls') return (await import('./by-hls.ts')).openHls({ ...o, url: urls.hls });
    return (await import('./by-mpeg1.ts')).openMpeg1({ ...o, url: urls.h5 });
  }

  readonly #token = async (): Promise<string> => {
    const { token, room, viewerName } = this.#options;
    return token ?? (await fetchDevToken({ room, identity: identityFor('viewer'), name: viewerName, viewer: true }));
  };

  #fail(code: string): void {
    const pauseMs = pauseAfterMs(code, this.#failures);
    this.#failures += 1;
    this.#tell({ at: 'failed', code, comesBack: pauseMs !== undefined });
    if (pauseMs === undefined) return;
    this.#again = window.setTimeout(() => {
      if (this.#box !== undefined) this.start(this.#box, this.#forced);
    }, pauseMs);
  }

  #show(watch: Watch, look?: Look): void {
    this.#watch = watch;
    if (watch.at === 'failed') {
      this.#fail(watch.code);
      return;
    }
    if (watch.at === 'playing') this.#failures = 0;
    const latencyMs = look?.at === 'playing' ? look.latencyMs : undefined;
    this.#tell({ at: watch.at, way: watch.way, ...(latencyMs === undefined ? {} : { latencyMs }) });
  }

  #tell(model: Omit<PlayerModel, 'muted' | 'ways'>): void {
    const offered = this.#config === undefined || this.#hasToken ? ways : ways.filter((way) => way !== 'webrtc');
    this.store.set({ ...model, muted: this.#muted ?? true, ways: offered });
  }

  get #hasToken(): boolean {
    return this.#options.token !== undefined || this.#config?.devToken === true;
  }
}

/** H.264 and AAC, as gateways send both. */
const MSE_TYPE = 'video/mp4; codecs="avc1.42E01E,mp4a.40.2"';

function abilities(): Abilities {
  const scope = globalThis as { MediaSource?: typeof MediaSource; ManagedMediaSource?: typeof MediaSource };
  const source = scope.MediaSource ?? scope.ManagedMediaSource;
  return {
    webrtc: 'RTCPeerConnection' in globalThis,
    mse: source?.isTypeSupported(MSE_TYPE) === true,
    nativeHls: document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '',
    webSocket: 'WebSocket' in globalThis,
  };
}

/** Whether the page may sound without a click. */
async function allowsSound(): Promise<boolean> {
  if (typeof AudioContext === 'undefined') return false;
  const context = new AudioContext();
  const isRunning = context.resume().then(() => true);
  const waited = new Promise<boolean>((resolve) => setTimeout(resolve, SOUND_ALLOWED_MS, false));
  const isAllowed = await Promise.race([isRunning, waited]);
  isRunning.catch(() => undefined); // closed before it was allowed
  void context.close();
  return isAllowed;
}

const codeOf = (error: unknown): string => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'INTERNAL';
};
