import { type DriverStatus, playerCode } from '../core/play.ts';
import {
  addVideo,
  type Driver,
  type DriverOptions,
  hasPicture,
  isBlocked,
  isStarved,
  picturesOf,
  play,
} from './driver.ts';

/** First byte of a video tag; the gateway begins each message with a tag. */
const VIDEO_TAG = 9;

/** Plays FLV over a WebSocket with Media Source Extensions. */
export async function openFlv(o: DriverOptions & { readonly url: string }): Promise<Driver> {
  const { default: mpegts } = await import('mpegts.js');
  let status: DriverStatus = { at: 'connecting' };
  let hasVideo = false;

  /** Replaces the library's own loader, which does not report why the gateway closes a connection. */
  class Loader extends mpegts.BaseLoader {
    #socket: WebSocket | undefined;
    #bytes = 0;
    constructor() {
      super('websocket');
      this._needStash = true;
    }
    override open(): void {
      const socket = new WebSocket(o.url);
      this.#socket = socket;
      this._status = mpegts.LoaderStatus.kConnecting;
      socket.binaryType = 'arraybuffer';
      socket.onopen = () => {
        this._status = mpegts.LoaderStatus.kBuffering;
        status = { at: 'empty' };
      };
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        if (!hasVideo && new Uint8Array(data)[0] === VIDEO_TAG) {
          hasVideo = true;
          status = { at: 'connecting' };
        }
        const startByte = this.#bytes;
        this.#bytes += data.byteLength;
        this.onDataArrival(data, startByte, this.#bytes);
      };
      socket.onclose = ({ reason }) => {
        status = { at: 'failed', code: /^[A-Z][A-Z0-9_]+/.exec(reason)?.[0] ?? 'SOCKET_LOST' };
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
  }

  const video = addVideo(o);
  const player = mpegts.createPlayer(
    { type: 'flv', isLive: true, url: o.url },
    {
      isLive: true,
      customLoader: Loader,
      enableStashBuffer: false,
      lazyLoad: false,
      deferLoadAfterSourceOpen: false,
      autoCleanupSourceBuffer: true,
      liveBufferLatencyChasing: true,
      liveBufferLatencyMaxLatency: 0.8,
      liveBufferLatencyMinRemain: 0.3,
    },
  );
  player.on(mpegts.Events.ERROR, (kind: string, detail: string) => {
    console.info('mpegts.js failed:', detail);
    status = { at: 'failed', code: playerCode(kind === mpegts.ErrorTypes.NETWORK_ERROR) };
  });
  player.attachMediaElement(video);
  player.load();
  play(video);
  return {
    status: () => {
      if (status.at !== 'connecting' || !hasPicture(video)) return status;
      if (isBlocked(video)) return { at: 'blocked' };
      return { at: 'playing', pictures: picturesOf(video), isStarved: isStarved(video) };
    },
    setMuted: (muted) => {
      video.muted = muted;
      play(video);
    },
    close: () => {
      player.destroy();
      video.remove();
    },
  };
}
