// Web page as a room with one picture and one sound. The recorder's session in the room receives no media: it only
// shows the owner that the recording runs.

import { MeridianError } from '@meridian/protocol';
import type { RoomTracks, RoomTracksOptions } from '@meridian/room-media';
import { failuresAfter, restartPauseMs } from '@meridian/room-media/core';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import type { JoinedRoom, RoomHooks, StintSink } from '../stints/room-hooks.ts';
import type { PageBrowser, PageFailure } from './browser.ts';
import { frameOf } from './core/page-frames.ts';
import { type WebmBlock, WebmReader } from './core/webm.ts';
import type { PageHooks, Pages } from './pages.ts';

export interface PageRoomOptions extends RoomHooks {
  readonly url: string;
  readonly pages: { show(url: string, hooks: PageHooks): Pick<PageBrowser, 'close'> } | Pick<Pages, 'show'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  openRoom(
    o: Pick<RoomTracksOptions, 'identity' | 'onTrack' | 'onEnded'>,
  ): Promise<Pick<RoomTracks, 'roster' | 'close'>>;
}

/** A browser silent for this time hangs: it normally sends about once a second. */
const SILENT_MS = 15_000;
/** Bound of a browser's start, which takes a quarter of a minute on a busy machine. */
const START_MS = 60_000;
const SILENCE_CHECK_MS = 1000;
/** Time that the join waits for the page: the room's owner waits for a recorder, but not forever. */
const OPEN_MS = 5000;
/** Delay of the last captured bytes: timers of the browser are about a second apart. */
const LAST_DATA_MS = 1500;

/** Picture or sound, across restarts of the browser. */
class PageTrack {
  readonly #sink: StintSink;
  #lastMs: number | undefined;
  #isRestarted = false;

  constructor(sink: StintSink) {
    this.#sink = sink;
  }

  push(block: WebmBlock, ptsMs: number): void {
    const frame = frameOf(block, ptsMs);
    if (frame === undefined) return;
    if (this.#isRestarted) this.noteGapUntil(ptsMs);
    this.#isRestarted = false;
    this.#lastMs = ptsMs;
    this.#sink.frame(frame);
  }
  noteRestart(): void {
    this.#isRestarted = this.#lastMs !== undefined;
  }
  noteGapUntil(ms: number): void {
    if (this.#isRestarted && this.#lastMs !== undefined && ms > this.#lastMs) this.#sink.gap(this.#lastMs, ms);
  }
  end(ms: number): void {
    this.noteGapUntil(ms);
    this.#sink.end();
  }
}

export class PageRoom implements JoinedRoom {
  readonly #o: PageRoomOptions;
  /** Tracks of the page. Each begins with its first frame, because a browser needs seconds to start. */
  #picture: PageTrack | undefined;
  #sound: PageTrack | undefined;
  readonly #timer: Timer;
  #room: Awaited<ReturnType<PageRoomOptions['openRoom']>> | undefined;
  #browser: Pick<PageBrowser, 'close'> | undefined;
  #reader = new WebmReader();
  /** Beginning of the browser's recording, by the recorder's clock; undefined before its first bytes. */
  #fromMs: number | undefined;
  #startedMs = 0;
  #lastDataMs = 0;
  #failures = 0;
  /** Resolves when a browser has opened the page; rejects with the first one's failure. */
  readonly #opened = Promise.withResolvers<void>();
  #wasOpen = false;
  #reopenTimer: Timer | undefined;
  #endTimer: Timer | undefined;
  #isClosed = false;

  /** Rejects with errors of the join, and with NO_BROWSER, NO_SANDBOX, PAGE_FAILED or PAGE_TOO_LARGE. */
  static async open(o: PageRoomOptions): Promise<PageRoom> {
    const page = new PageRoom(o);
    try {
      page.#show();
      await page.#awaitOpen();
      page.#room = await o.openRoom({
        identity: o.identity,
        onTrack: () => undefined,
        onEnded: (code) => page.#ended(code),
      });
    } catch (error) {
      page.close();
      throw error;
    }
    return page;
  }

  private constructor(o: PageRoomOptions) {
    this.#o = o;
    this.#timer = o.clock.every(SILENCE_CHECK_MS, () => this.#checkSilence());
    this.#opened.promise.catch(() => undefined); // The failure may be reported as the end instead.
  }

  get roster(): RoomTracks['roster'] {
    if (this.#room === undefined) throw new Error('the room is not joined yet');
    return this.#room.roster;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of [this.#timer, this.#reopenTimer, this.#endTimer]) timer?.cancel();
    this.#room?.close();
    void this.#browser?.close();
    const nowMs = this.#o.clock.nowMs();
    for (const track of [this.#picture, this.#sound]) track?.end(nowMs);
  }

  async #awaitOpen(): Promise<void> {
    const openLimit = Promise.withResolvers<void>();
    const timer = this.#o.clock.after(OPEN_MS, openLimit.resolve);
    await Promise.race([this.#opened.promise, openLimit.promise]).finally(() => timer.cancel());
  }

  #show(): void {
    const { url, pages, clock } = this.#o;
    this.#reader = new WebmReader();
    this.#fromMs = undefined;
    this.#startedMs = clock.nowMs();
    this.#lastDataMs = this.#startedMs;
    const browser = pages.show(url, {
      onOpen: () => {
        this.#wasOpen = true;
        this.#opened.resolve();
      },
      onData: (bytes) => {
        if (browser === this.#browser) this.#onData(bytes);
      },
      onEnd: (reason, failure) => {
        if (browser === this.#browser) this.#onBrowserLost(reason, failure);
      },
    });
    this.#browser = browser;
  }

  /** Throws MalformedStream. */
  #onData(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const nowMs = this.#o.clock.nowMs();
    this.#lastDataMs = nowMs;
    const blocks = this.#reader.push(bytes);
    const newestMs = blocks.reduce((most, { ms }) => Math.max(most, ms), Number.NEGATIVE_INFINITY);
    if (blocks.length > 0) this.#fromMs ??= nowMs - newestMs;
    for (const block of blocks) {
      this.#trackOf(block)?.push(block, (this.#fromMs ?? nowMs) + block.ms);
    }
  }

  #trackOf({ track: { codec } }: WebmBlock): PageTrack | undefined {
    if (codec.startsWith('V')) {
      this.#picture ??= trackOf(this.#o, 'video');
      return this.#picture;
    }
    this.#sound ??= trackOf(this.#o, 'audio');
    return this.#sound;
  }

  #checkSilence(): void {
    const limitMs = this.#fromMs === undefined ? START_MS : SILENT_MS;
    if (this.#browser === undefined || this.#o.clock.nowMs() - this.#lastDataMs < limitMs) return;
    const browser = this.#browser;
    this.#onBrowserLost('the browser sends nothing');
    void browser.close();
  }

  /** A page that was once open is reopened without limit, because its server may be restarting. */
  #onBrowserLost(reason: string, failure?: PageFailure): void {
    if (this.#isClosed) return;
    const { clock, log } = this.#o;
    this.#browser = undefined;
    if (!this.#wasOpen || failure === 'PAGE_TOO_LARGE') {
      this.#fail(reason, failure ?? 'PAGE_FAILED');
      return;
    }
    for (const track of [this.#picture, this.#sound]) track?.noteRestart();
    this.#failures = failuresAfter(this.#failures, clock.nowMs() - this.#startedMs);
    const pauseMs = restartPauseMs(this.#failures);
    log.warn({ reason, failures: this.#failures, pauseMs }, 'a browser has ended, the page is opened again');
    this.#reopenTimer = clock.after(pauseMs, () => this.#show());
  }

  #fail(reason: string, failure: PageFailure): void {
    this.#o.log.warn({ reason, failure }, 'a page is not recorded');
    this.#opened.reject(new MeridianError(failure, reason));
    this.#o.onEnded(failure);
  }

  #ended(code: string): void {
    if (this.#isClosed || this.#endTimer !== undefined) return;
    this.#endTimer = this.#o.clock.after(LAST_DATA_MS, () => this.#o.onEnded(code));
  }
}

function trackOf({ identity, onTrack }: RoomHooks, kind: 'audio' | 'video'): PageTrack | undefined {
  const trackId = kind === 'video' ? 'composed-picture' : 'composed-sound';
  const sink = onTrack({ trackId, kind, source: 'composed', name: '' }, { identity, name: '' }, () => undefined);
  return sink && new PageTrack(sink);
}
