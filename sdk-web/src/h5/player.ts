// Player of MPEG-1 over WebSocket, for browsers that have no other way to receive.

import { PictureClock } from './core/picture-clock.ts';
import { PictureQueue } from './core/picture-queue.ts';
import { PlaybackPace } from './core/playback-pace.ts';
import { Decoder } from './decoder.ts';
import type { Decoded, DecodedPicture } from './decoding.ts';
import { Feed } from './feed.ts';
import { openPainter, type Painter } from './painter.ts';
import type { RenewUrl } from './reconnect.ts';
import { Speaker } from './speaker.ts';

export type H5PlayerState = 'connecting' | 'playing' | 'ended';

export interface H5PlayerOptions {
  /** Address (`ws:` or `wss:`) of an MPEG transport stream with MPEG-1 video and MP2 audio. */
  readonly url: string;
  /** Called before each new attempt, since the gateway of `url` may drain or be gone. Default: `url` itself. */
  readonly renewUrl?: RenewUrl;
  /** Canvas that shows the pictures and takes their size; its style sets its size on the page. */
  readonly canvas: HTMLCanvasElement;
  /**
   * Called at every change. `connecting`: at the start and while a lost connection is reopened; `playing`: the first
   * picture or audio has arrived; `onEnded`, once: by `close()`, by the server at the end of the stream, or with a
   * `code`. The `code` is the server's (see docs/gateway.md; `REFUSED` without one), `NOT_MPEG_TS`, or
   * `STREAM_UNSUPPORTED` (another codec, or pictures above 1280×720).
   */
  readonly onState?: (state: H5PlayerState, code?: string) => void;
  /** `false` plays pictures only. Default true. */
  readonly audio?: boolean;
}

export interface H5PlayerStats {
  readonly picturesShown: number;
  /** Number of decoded pictures that were not shown because a newer one was already due. */
  readonly picturesLate: number;
  /** Delay of the player itself: from the shown picture to the newest one that has arrived. */
  readonly latencyMs?: number;
  /** Lead of the picture over its audio (below 0: lag), averaged over a second; absent without audio. */
  readonly avOffsetMs?: number;
  /** Amount of audio that has arrived and is not heard yet. */
  readonly audioBufferedMs: number;
}

/** Weight of a new value in the average offset: about a second of pictures. */
const OFFSET_SHARE = 1 / 25;
/** If audio and pictures are further apart, they do not share a clock, and the pictures do not follow the audio. */
const MAX_APART_MS = 2000;

/**
 * Plays a live stream with little delay on a canvas and, if the page may, with audio. Pictures follow the audio's time,
 * or the page's clock until the browser allows audio (call `setMuted(false)` in a click). Late and excess media is left
 * out. A lost connection is reopened until `close()`.
 */
export class H5Player {
  readonly #options: H5PlayerOptions;
  #state: H5PlayerState | undefined;
  #painter: Painter | undefined;
  #speaker: Speaker | undefined;
  #decoder: Decoder | undefined;
  #feed: Feed | undefined;
  #frameRequest = 0;
  #isMuted = false;

  readonly #pictures = new PictureQueue<DecodedPicture>();
  #clock = new PictureClock();
  #earlyPace = new PlaybackPace();
  #newestPtsMs = 0;
  /** True until the first media after a connection was opened. */
  #isFresh = false;
  /** Time stamp of the shown picture; undefined before the first picture of the connection. */
  #shownPtsMs: number | undefined;
  #shownPictureCount = 0;
  #offsetMs: number | undefined;

  constructor(options: H5PlayerOptions) {
    this.#options = options;
  }

  /** Begins to play, once. Throws for an invalid WebSocket `url`, or a canvas with another kind of context. */
  start(): void {
    if (this.#state !== undefined) return;
    const { url, renewUrl, canvas, audio } = this.#options;
    const withSound = audio !== false && typeof AudioContext !== 'undefined';
    this.#painter = openPainter(canvas);
    try {
      this.#feed = new Feed(url, renewUrl, {
        opened: () => this.#startStream(),
        bytes: (bytes) => this.#decoder?.push(bytes),
        onLost: () => this.#setState('connecting'),
        onEnded: (code) => this.#end(code),
      });
    } catch (error) {
      this.#painter.close();
      throw error;
    }
    this.#decoder = new Decoder(withSound, (decoded) => this.#decoded(decoded));
    if (withSound) this.#speaker = new Speaker();
    this.#speaker?.setMuted(this.#isMuted);
    this.#frameRequest = requestAnimationFrame(this.#show);
    this.#setState('connecting');
  }

  /** Mutes or plays the audio; `false` in a click also unlocks audio in the browser. */
  setMuted(muted: boolean): void {
    this.#isMuted = muted;
    this.#speaker?.setMuted(muted);
    if (!muted) this.#speaker?.resume();
  }

  get stats(): H5PlayerStats {
    return {
      picturesShown: this.#shownPictureCount,
      picturesLate: this.#pictures.lateCount,
      ...(this.#shownPtsMs === undefined ? {} : { latencyMs: this.#newestPtsMs - this.#shownPtsMs }),
      ...(this.#offsetMs === undefined ? {} : { avOffsetMs: this.#offsetMs }),
      audioBufferedMs: this.#speaker?.bufferedMs ?? 0,
    };
  }

  /** Ends the playback; the last picture stays on the canvas. Idempotent. */
  close(): void {
    this.#end();
  }

  #end(code?: string): void {
    if (this.#state === 'ended') return;
    cancelAnimationFrame(this.#frameRequest);
    this.#feed?.close();
    this.#decoder?.close();
    this.#speaker?.close();
    this.#painter?.close();
    this.#pictures.clear();
    this.#setState('ended', code);
  }

  #setState(state: H5PlayerState, code?: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state, code);
  }

  #startStream(): void {
    this.#decoder?.begin();
    this.#speaker?.reset();
    this.#pictures.clear();
    this.#clock = new PictureClock();
    this.#earlyPace = new PlaybackPace();
    this.#isFresh = true;
    this.#shownPtsMs = undefined;
    this.#offsetMs = undefined;
  }

  #decoded(decoded: Decoded): void {
    if (decoded.kind === 'failure') {
      this.#end(decoded.code);
    } else if (decoded.kind === 'sound') {
      this.#speaker?.play(decoded);
      this.#markPlaying();
    } else {
      const { ptsMs } = decoded;
      const nowMs = performance.now();
      this.#newestPtsMs = ptsMs;
      const soundMs = this.#heardAudioMs();
      if (soundMs === undefined) this.#clock.adjust(ptsMs, nowMs);
      else {
        const earlyMs = this.#earlyPace.measure(ptsMs - soundMs, 0, nowMs);
        if (earlyMs !== undefined) this.#speaker?.fitPictures(earlyMs);
      }
      this.#pictures.push(decoded);
    }
  }

  #markPlaying(): void {
    if (this.#isFresh) this.#setState('playing');
    this.#isFresh = false;
  }

  /** Returns the media time of the audio heard now; undefined when pictures should not follow it. */
  #heardAudioMs(): number | undefined {
    const soundMs = this.#speaker?.mediaMs;
    return soundMs !== undefined && Math.abs(this.#newestPtsMs - soundMs) < MAX_APART_MS ? soundMs : undefined;
  }

  readonly #show = (): void => {
    this.#frameRequest = requestAnimationFrame(this.#show);
    const nowMs = performance.now();
    const soundMs = this.#heardAudioMs();
    if (soundMs !== undefined) this.#clock.set(soundMs, nowMs);
    // The first picture is shown at once.
    const dueMs = this.#shownPtsMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.mediaMsAt(nowMs);
    const picture = dueMs === undefined ? undefined : this.#pictures.takeDue(dueMs);
    if (picture === undefined) return;
    this.#painter?.paint(picture);
    this.#shownPictureCount++;
    this.#shownPtsMs = picture.ptsMs;
    if (soundMs !== undefined) {
      const offsetMs = picture.ptsMs - soundMs;
      this.#offsetMs = (this.#offsetMs ?? offsetMs) + (offsetMs - (this.#offsetMs ?? offsetMs)) * OFFSET_SHARE;
    }
    this.#markPlaying();
  };
}
