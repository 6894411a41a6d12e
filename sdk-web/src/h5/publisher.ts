// Publishes camera and microphone as MPEG-1 over a WebSocket, for browsers that have no other way to send.
import { Camera } from './camera.ts';
import { KeyRequests } from './core/key-requests.ts';
import { MediaClock } from './core/media-clock.ts';
import { checkMpeg1Options } from './core/mpeg1-encoder.ts';
import { H5PublishError } from './core/publish-error.ts';
import { Encoder } from './encoder.ts';
import type { Encoded } from './encoding.ts';
import { Microphone } from './microphone.ts';
import type { RenewUrl } from './reconnect.ts';
import { Uplink } from './uplink.ts';

export type H5PublisherState = 'connecting' | 'publishing' | 'ended';

export interface H5PublisherOptions {
  /** Address (`ws:` or `wss:`) that accepts an MPEG transport stream. */
  readonly url: string;
  /** Called before each new attempt, since the gateway of `url` may drain or be gone. Default: `url` itself. */
  readonly renewUrl?: RenewUrl;
  /** Source of the first video track and the first audio track; one is enough. The publisher does not stop them. */
  readonly stream: MediaStream;
  /** Width of the sent picture: even, 16 to 1280; default 320. */
  readonly width?: number;
  /** Height of the sent picture: even, 16 to 720; default 240. */
  readonly height?: number;
  /** Pictures a second, up to 60; default 15. */
  readonly fps?: number;
  /** Bit rate of the pictures, 16 to 20000 (a gateway accepts 8000); default 400. Audio takes 64 more. */
  readonly bitrateKbps?: number;
  /**
   * Called at every change. `connecting`: at the start and while a lost connection is reopened; `publishing`: captured
   * media is sent; `onEnded`, once: by `close()`, by the server (another publisher took its place), or with the `code`
   * of the server's refusal (see docs/gateway.md; `REFUSED` without one).
   */
  readonly onState?: (state: H5PublisherState, code?: string) => void;
}

export interface H5PublisherStats {
  readonly picturesSent: number;
  readonly keyPicturesSent: number;
  /** Number of pictures not encoded, because the connection or this computer was too slow. */
  readonly picturesDropped: number;
  /** Number of audio frames, of 1152 samples each. */
  readonly soundFramesSent: number;
  readonly bytesSent: number;
  /** Bytes passed to the connection and not yet sent. */
  readonly bufferedBytes: number;
  readonly encodeMs: number;
  /** True when a worker encodes, false when the page itself does. */
  readonly isInWorker: boolean;
  readonly connectionsLost: number;
}

type Optional = 'onState' | 'renewUrl';
type Options = Required<Omit<H5PublisherOptions, Optional>> & Pick<H5PublisherOptions, Optional>;

const defaults = { width: 320, height: 240, fps: 15, bitrateKbps: 400 } as const;
const keyIntervalMs = 2000;
const soundKbps = 64;
/** Pictures are left out while more than this waits to be sent, because viewers would see them too late. */
const backlogMaxMs = 500;
const waitingPicturesMax = 2;
/** Weight of a new value in the mean: a few seconds of pictures. */
const workWeight = 1 / 50;

/**
 * Sends a live stream of pictures, taken by a canvas, and audio with one clock. On a slow connection it leaves out
 * pictures, never audio. It reopens a lost connection until `close()`. Muted media is sent as black pictures or
 * silence.
 */
export class H5Publisher {
  readonly #options: Options;
  readonly #tracks: { readonly video: MediaStreamTrack | undefined; readonly audio: MediaStreamTrack | undefined };
  readonly #muted = { video: false, audio: false };
  readonly #clock = new MediaClock();
  #state: H5PublisherState | undefined;
  #camera: Camera | undefined;
  #microphone: Microphone | undefined;
  #encoder: Encoder | undefined;
  #uplink: Uplink | undefined;
  readonly #keyRequests = new KeyRequests();
  readonly #counts = { pictures: 0, keys: 0, dropped: 0, sounds: 0, bytes: 0, lost: 0 };
  #workMs = 0;

  /** Throws H5PublishError ARGUMENT_INVALID for a stream without tracks, or for invalid sizes and rates. */
  constructor(options: H5PublisherOptions) {
    this.#options = { ...defaults, ...options };
    const [video] = options.stream.getVideoTracks();
    const [audio] = options.stream.getAudioTracks();
    this.#tracks = { video, audio };
    if (video === undefined && audio === undefined)
      throw new H5PublishError('ARGUMENT_INVALID', 'a stream without tracks');
    try {
      checkMpeg1Options({ ...this.#options, keyIntervalMs });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new H5PublishError('ARGUMENT_INVALID', error.message);
    }
  }

  /** Begins to publish, once. Throws for an invalid WebSocket `url`, and H5PublishError BROWSER_UNSUPPORTED. */
  start(): void {
    if (this.#state !== undefined) return;
    const { url, renewUrl, width, height, fps, bitrateKbps } = this.#options;
    const { video, audio } = this.#tracks;
    try {
      if (video !== undefined) this.#camera = new Camera(video, width, height);
      if (audio !== undefined) this.#microphone = new Microphone(audio, { samples: this.#onSamples });
      const sampleRate = this.#microphone?.sampleRate;
      this.#encoder = new Encoder(
        {
          video: video && { width, height, fps, bitrateKbps, keyIntervalMs },
          sound: sampleRate === undefined ? undefined : { sampleRate, bitrateKbps: soundKbps },
        },
        1000 / fps,
        { tick: () => this.#tick(), encoded: (encoded) => this.#encoded(encoded) },
      );
      const fullBytes = ((bitrateKbps + soundKbps) * backlogMaxMs) / 8;
      this.#uplink = new Uplink(url, renewUrl, fullBytes, {
        opened: () => this.#startStream(),
        onLost: () => this.#lost(),
        keyWanted: () => this.requestKey(),
        onEnded: (code) => this.#end(code),
      });
    } catch (error) {
      this.#release();
      throw error;
    }
    this.#setState('connecting');
  }

  setMuted(kind: 'video' | 'audio', muted: boolean): void {
    this.#muted[kind] = muted;
    if (!muted) this.#microphone?.resume();
  }

  /** Makes the next picture a key picture, or a later one soon after another request. */
  requestKey(): void {
    this.#keyRequests.request();
  }

  get stats(): H5PublisherStats {
    const { pictures, keys, dropped, sounds, bytes, lost } = this.#counts;
    return {
      picturesSent: pictures,
      keyPicturesSent: keys,
      picturesDropped: dropped,
      soundFramesSent: sounds,
      bytesSent: bytes,
      bufferedBytes: this.#uplink?.bufferedBytes ?? 0,
      encodeMs: this.#workMs,
      isInWorker: this.#encoder?.isInWorker ?? false,
      connectionsLost: lost,
    };
  }

  /** Ends the stream without stopping its tracks. Idempotent. */
  close(): void {
    this.#end();
  }

  #startStream(): void {
    this.#encoder?.begin();
    this.#setState('publishing');
  }

  #lost(): void {
    this.#counts.lost += 1;
    this.#setState('connecting');
  }

  #end(code?: string): void {
    if (this.#state === 'ended') return;
    this.#release();
    this.#setState('ended', code);
  }

  #release(): void {
    this.#uplink?.close();
    this.#encoder?.close();
    this.#microphone?.close();
    this.#camera?.close();
  }

  #setState(state: H5PublisherState, code?: string): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState?.(state, code);
  }

  #tick(): void {
    const nowMs = this.#clock.now(performance.now(), this.#microphone?.soundMs);
    const [camera, encoder, uplink] = [this.#camera, this.#encoder, this.#uplink];
    if (encoder === undefined || uplink === undefined || !uplink.isOpen) return;
    // `hasRoom` is called without a camera as well, because it notices dead connections.
    const hasRoom = uplink.hasRoom(performance.now());
    if (camera === undefined) return;
    if (!hasRoom || encoder.waitingPictures >= waitingPicturesMax) {
      this.#counts.dropped += 1;
      return;
    }
    const picture = this.#muted.video ? camera.black() : camera.picture();
    if (picture === undefined) return;
    if (this.#keyRequests.takeDue(performance.now())) encoder.requestKey();
    encoder.picture(picture, nowMs);
  }

  readonly #onSamples = (samples: Float32Array<ArrayBuffer>, soundMs: number): void => {
    this.#clock.now(performance.now(), this.#microphone?.soundMs);
    if (this.#uplink?.isOpen !== true) return;
    if (this.#muted.audio) samples.fill(0);
    this.#encoder?.sound(samples, this.#clock.audioTimeMs(soundMs));
  };

  #encoded({ kind, isKey, bytes, workMs }: Encoded): void {
    this.#uplink?.send(bytes);
    this.#counts.bytes += bytes.length;
    if (kind === 'audio') {
      this.#counts.sounds += 1;
      return;
    }
    this.#counts.pictures += 1;
    if (isKey) this.#counts.keys += 1;
    this.#workMs += (workMs - this.#workMs) * (this.#counts.pictures === 1 ? 1 : workWeight);
  }
}
