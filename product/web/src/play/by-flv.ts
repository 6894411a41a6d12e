import type Mpegts from 'mpegts.js';
import { type DriverStatus, playerCode } from '../core/play.ts';
import {
  addVideo,
  type Driver,
  type DriverOptions,
  hasPicture,
  hasSound,
  isBlocked,
  isStarved,
  picturesOf,
  play,
} from './driver.ts';

/** Flag of pictures in the fifth byte of an FLV file, the first bytes that the gateway sends. */
const VIDEO_FLAG = 1;
const FLAGS_AT = 4;
/** Code with which the gateway ends a stream because other kinds of media come than it began with. */
const KINDS_CHANGED = 'KINDS_CHANGED';

interface FlvOptions extends DriverOptions {
  readonly url: string;
}

/** Plays FLV over a WebSocket with Media Source Extensions. */
export async function openFlv(o: FlvOptions): Promise<Driver> {
  const { default: mpegts } = await import('mpegts.js');
  return new FlvDriver(mpegts, o);
}

/** Plays on in a second stream when a picture joins or leaves, since a media source takes no later kind. */
class FlvDriver implements Driver {
  readonly #library: typeof Mpegts;
  readonly #o: FlvOptions;
  #muted: boolean;
  #stream: FlvStream;
  /** Stream with other kinds of media, whose element is shown as soon as it plays. */
  #next: FlvStream | undefined;
  #last: DriverStatus = { at: 'connecting' };

  constructor(library: typeof Mpegts, o: FlvOptions) {
    this.#library = library;
    this.#o = o;
    this.#muted = o.muted;
    this.#stream = new FlvStream(library, o);
  }

  status(): DriverStatus {
    const next = this.#next?.status();
    if (this.#next !== undefined && next?.at !== 'connecting' && next?.at !== 'empty') {
      this.#stream.close();
      this.#stream = this.#next;
      this.#next = undefined;
    }
    if (this.#next !== undefined) return this.#last;
    const status = this.#stream.status();
    if (status.at !== 'failed' || status.code !== KINDS_CHANGED) {
      this.#last = status;
      return status;
    }
    this.#next = new FlvStream(this.#library, { ...this.#o, muted: this.#muted });
    return this.#last;
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#stream.setMuted(muted);
    this.#next?.setMuted(muted);
  }

  close(): void {
    this.#stream.close();
    this.#next?.close();
  }
}

/** Plays one connection in its element. */
class FlvStream {
  readonly #video: HTMLVideoElement;
  readonly #player: Mpegts.Player;
  #status: DriverStatus = { at: 'connecting' };
  /** Undefined before the stream's first bytes. */
  #hasVideo: boolean | undefined;

  constructor(mpegts: typeof Mpegts, o: FlvOptions) {
    this.#video = addVideo(o);
    this.#player = mpegts.createPlayer(
      { type: 'flv', isLive: true, url: o.url },
      {
        isLive: true,
        customLoader: this.#loaderOf(mpegts, o.url),
        enableStashBuffer: false,
        lazyLoad: false,
        deferLoadAfterSourceOpen: false,
        autoCleanupSourceBuffer: true,
        liveBufferLatencyChasing: true,
        liveBufferLatencyMaxLatency: 0.8,
        liveBufferLatencyMinRemain: 0.3,
      },
    );
    this.#player.on(mpegts.Events.ERROR, (kind: string, detail: string) => {
      console.info('mpegts.js failed:', detail);
      this.#status = { at: 'failed', code: playerCode(kind === mpegts.ErrorTypes.NETWORK_ERROR) };
    });
    this.#player.attachMediaElement(this.#video);
    this.#player.load();
    play(this.#video);
  }

  status(): DriverStatus {
    const video = this.#video;
    const hasBegun = this.#hasVideo === false ? hasSound(video) : hasPicture(video);
    if (this.#status.at !== 'connecting' || !hasBegun) return this.#status;
    if (isBlocked(video)) return { at: 'blocked' };
    if (this.#hasVideo === false) return { at: 'sound' };
    return { at: 'playing', pictures: picturesOf(video), isStarved: isStarved(video) };
  }

  setMuted(muted: boolean): void {
    this.#video.muted = muted;
    play(this.#video);
  }

  close(): void {
    this.#player.destroy();
    this.#video.remove();
  }

  /** Replaces the library's own loader, which does not report why the gateway closes a connection. */
  #loaderOf(mpegts: typeof Mpegts, url: string): Mpegts.CustomLoaderConstructor {
    const began = (flags: number): void => {
      this.#hasVideo = (flags & VIDEO_FLAG) !== 0;
      this.#status = { at: 'connecting' };
    };
    const note = (status: DriverStatus): void => {
      this.#status = status;
    };
    return class Loader extends mpegts.BaseLoader {
      #socket: WebSocket | undefined;
      #bytes = 0;
      constructor() {
        super('websocket');
        this._needStash = true;
      }
      override open(): void {
        const socket = new WebSocket(url);
        this.#socket = socket;
        this._status = mpegts.LoaderStatus.kConnecting;
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => {
          this._status = mpegts.LoaderStatus.kBuffering;
          note({ at: 'empty' });
        };
        socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
          if (this.#bytes === 0) began(new Uint8Array(data)[FLAGS_AT] ?? 0);
          const startByte = this.#bytes;
          this.#bytes += data.byteLength;
          this.onDataArrival(data, startByte, this.#bytes);
        };
        socket.onclose = ({ reason }) => {
          note({ at: 'failed', code: /^[A-Z][A-Z0-9_]+/.exec(reason)?.[0] ?? 'SOCKET_LOST' });
        };
      }
      override abort(): void {
        if (this.#socket !== undefined) {
          this.#socket.onmessage = null;
          this.#socket.onclose = null;
          this.#socket.close();
        }
        this._status = mpegts.LoaderStatus.kComplete;
      }
      override destroy(): void {
        this.abort();
        super.destroy();
      }
    };
  }
}
