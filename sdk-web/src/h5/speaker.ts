import { SoundSchedule } from './core/sound-schedule.ts';
import type { DecodedSound } from './decoding.ts';

/** A sound card whose clock has stood still for this long does not play; the player's pictures then ignore it. */
const STALLED_MS = 300;

export class Speaker {
  readonly #context = new AudioContext({ latencyHint: 'interactive' });
  readonly #volume: GainNode;
  readonly #schedule = new SoundSchedule();
  readonly #sources = new Set<AudioBufferSourceNode>();
  /** Time of the sound card's clock when it was last seen to advance. */
  #lastCardMs = 0;
  /** The page's time when the sound card's clock was last seen to advance. */
  #lastAdvanceMs = 0;

  /** Is silent until the page may play audio (`resume`). */
  constructor() {
    this.#volume = this.#context.createGain();
    this.#volume.connect(this.#context.destination);
    this.resume();
  }

  get bufferedMs(): number {
    return this.#isPlaying() ? this.#schedule.bufferedMs(this.#nowMs) : 0;
  }

  /** Time stamp of the audio heard now; undefined during silence. */
  get mediaMs(): number | undefined {
    if (!this.#isPlaying()) return undefined;
    const delayMs = 1000 * (this.#context.outputLatency || this.#context.baseLatency || 0);
    return this.#schedule.mediaMsAt(this.#nowMs - delayMs);
  }

  play({ ptsMs, sampleRate, channels }: DecodedSound): void {
    const length = channels[0]?.length ?? 0;
    if (!this.#isPlaying() || length === 0) return;
    const place = this.#schedule.schedule(ptsMs, (1000 * length) / sampleRate, this.#nowMs);
    if (place.isCut) this.#stopSources();
    const buffer = this.#context.createBuffer(channels.length, length, sampleRate);
    for (const [index, channel] of channels.entries()) buffer.copyToChannel(channel, index);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.playbackRate.value = place.rate;
    source.connect(this.#volume);
    source.onended = () => {
      source.disconnect();
      this.#sources.delete(source);
    };
    this.#sources.add(source);
    source.start(place.startMs / 1000);
  }

  fitPictures(earlyMs: number): void {
    this.#schedule.fitPictures(earlyMs);
  }

  reset(): void {
    this.#stopSources();
    this.#schedule.reset();
  }

  setMuted(muted: boolean): void {
    this.#volume.gain.value = muted ? 0 : 1;
  }

  /** Starts audio, which browsers allow in a click, or on a page used before; otherwise it stays silent. */
  resume(): void {
    this.#context.resume().catch(() => undefined);
  }

  close(): void {
    if (this.#context.state !== 'closed') this.#context.close().catch(() => undefined);
  }

  #stopSources(): void {
    for (const source of this.#sources) {
      source.onended = null;
      source.stop();
      source.disconnect();
    }
    this.#sources.clear();
  }

  get #nowMs(): number {
    return this.#context.currentTime * 1000;
  }

  #isPlaying(): boolean {
    const nowMs = performance.now();
    if (this.#nowMs !== this.#lastCardMs) {
      this.#lastCardMs = this.#nowMs;
      this.#lastAdvanceMs = nowMs;
    }
    const plays = this.#context.state === 'running' && nowMs - this.#lastAdvanceMs < STALLED_MS;
    if (!plays) this.reset();
    return plays;
  }
}
