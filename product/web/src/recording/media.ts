// The media element of an output, played by HLS where available, else as a file, and synchronised with the clock.
import type { FinishedOutput } from '@meridian/protocol';
import type Hls from 'hls.js';
import { fileUrl } from './core/address.ts';

/** Difference from the clock above which an element jumps. A person's picture and voice stay in sync anyway. */
const JUMP_MS = 400;
/** Difference below which an element counts as in sync: half a frame at 15 fps. */
const NEAR_MS = 30;
/** Inaudible change of speed that closes a difference between the two. */
const NUDGE = 0.04;

export interface Wanted {
  readonly ms: number;
  readonly isPlaying: boolean;
  readonly speed: number;
  readonly volume: number;
}

export interface MediaOptions {
  readonly base: string;
  /** Called when the browser plays nothing before a click. */
  onBlocked(): void;
}

export class Media {
  readonly output: FinishedOutput;
  readonly element: HTMLVideoElement;
  readonly #o: MediaOptions;
  #hls: Hls | undefined;
  #isClosed = false;
  #isBeginning = false;

  constructor(output: FinishedOutput, o: MediaOptions) {
    this.output = output;
    this.#o = o;
    const element = document.createElement('video');
    element.playsInline = true;
    element.preload = 'auto';
    element.disableRemotePlayback = true;
    element.crossOrigin = 'anonymous';
    element.tabIndex = -1;
    this.element = element;
    void this.#load();
  }

  /** Whether it has media at its position and can continue. */
  get isReady(): boolean {
    return this.element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA || this.element.ended;
  }

  get ms(): number {
    return this.output.offsetMs + this.element.currentTime * 1000;
  }

  /** Whether playback is impossible: the clock does not wait for it. */
  get isBroken(): boolean {
    return this.element.error !== null;
  }

  /** Makes this element lead the clock: it keeps its position and speed; only play, pause and volume apply. */
  lead(wanted: Wanted): void {
    this.#sound(wanted);
    this.#run(wanted.isPlaying, wanted.speed);
  }

  follow(wanted: Wanted): void {
    this.#sound(wanted);
    const aheadMs = this.ms - wanted.ms;
    if (this.element.readyState >= HTMLMediaElement.HAVE_METADATA && !this.element.seeking)
      if (Math.abs(aheadMs) > JUMP_MS || (!wanted.isPlaying && Math.abs(aheadMs) > NEAR_MS)) this.seek(wanted.ms);
    const nudge = Math.abs(aheadMs) < NEAR_MS || Math.abs(aheadMs) > JUMP_MS ? 0 : NUDGE * -Math.sign(aheadMs);
    this.#run(wanted.isPlaying, wanted.speed * (1 + nudge));
  }

  seek(ms: number): void {
    this.element.currentTime = Math.max(0, (ms - this.output.offsetMs) / 1000);
  }

  /** Pauses the element at its first frame until its output begins. */
  wait(): void {
    this.#run(false, 1);
  }

  /** Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#hls?.destroy();
    this.element.pause();
    this.element.removeAttribute('src');
    this.element.load();
    this.element.remove();
  }

  #sound({ volume }: Wanted): void {
    const isHeard = volume > 0 && this.output.hasSound;
    if (this.element.muted === isHeard) this.element.muted = !isHeard;
    if (this.element.volume !== volume) this.element.volume = volume;
  }

  #run(isPlaying: boolean, speed: number): void {
    const { element } = this;
    if (Math.abs(element.playbackRate - speed) > 0.001) element.playbackRate = speed;
    if (!isPlaying && !element.paused) element.pause();
    if (!isPlaying || !element.paused || element.ended || this.#isBeginning) return;
    this.#isBeginning = true;
    element
      .play()
      .catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') this.#o.onBlocked();
      })
      .finally(() => {
        this.#isBeginning = false;
      });
  }

  async #load(): Promise<void> {
    const { hls, mp4 } = this.output;
    const file = fileUrl(this.#o.base, mp4.name);
    if (hls === null) {
      this.element.src = file;
      return;
    }
    const { default: Library } = await import('hls.js');
    if (this.#isClosed) return;
    if (!Library.isSupported()) {
      this.element.src =
        this.element.canPlayType('application/vnd.apple.mpegurl') === '' ? file : fileUrl(this.#o.base, hls.name);
      return;
    }
    const library = new Library({ capLevelToPlayerSize: true, maxBufferLength: 20, backBufferLength: 30 });
    this.#hls = library;
    library.on(Library.Events.ERROR, (_event, { fatal, details }) => {
      if (!fatal) return;
      console.info('hls.js failed, the file is played:', details);
      const at = this.element.currentTime;
      library.destroy();
      this.#hls = undefined;
      this.element.src = file;
      this.element.currentTime = at;
    });
    library.loadSource(fileUrl(this.#o.base, hls.name));
    library.attachMedia(this.element);
  }
}
