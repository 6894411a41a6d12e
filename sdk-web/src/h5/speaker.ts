import { SoundSchedule } from './core/sound-schedule.ts';
import type { DecodedSound } from './decoding.ts';

/**
 * A sound card whose clock has stood still for this long does not play: `mediaMs` is undefined, so that pictures do not
 * wait for the clock.
 */
const STALLED_MS = 300;

export class Speaker {
  readonly #context = new AudioContext({ latencyHint: 'interactive' });
  readonly #volume: GainNode;
  readonly #schedule = new SoundSchedule();
  readonly #sources = new Set<AudioBufferSourceNode>();
  /** Latest time of the sound card's clock. */
  #lastCardMs = 0;
  /** Time on the page's clock at which the sound card's clock was last seen to advance. */
  #lastAdvanceMs = 0;

  /** Is silent until the page may play audio (`resume`). */
  constructor() {
    this.#volume = this.#context.createGain();
    this.#volume.connect(this.#context.destination);
    this.resume();
  }

  get bufferedMs(): number {
    return this.#checkPlaying() ? this.#schedule.bufferedMs(this.#nowMs) : 0;
  }

  /** Time stamp of the audio heard now; undefined during silence. */
  get mediaMs(): number | undefined {
    if (!this.#checkPlaying()) return undefined;
    const delayMs = 1000 * (this.#context.outputLatency || this.#context.baseLatency || 0);
    return this.#schedule.mediaMsAt(this.#nowMs - delayMs);
  }

  play({ ptsMs, sampleRate, channels }: DecodedSound): void {
    const length = channels[0]?.length ?? 0;
    if (!this.#checkPlaying() || length === 0) return;
    const planned = this.#schedule.schedule(ptsMs, (1000 * length) / sampleRate, this.#nowMs);
    if (planned.isCut) this.#stopSources();
    const buffer = this.#context.createBuffer(channels.length, length, sampleRate);
    for (const [index, channel] of channels.entries()) buffer.copyToChannel(channel, index);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.playbackRate.value = planned.rate;
    source.connect(this.#volume);
    source.onended = () => {
      source.disconnect();
      this.#sources.delete(source);
    };
    this.#sources.add(source);
    source.start(planned.startMs / 1000);
  }

  /** Adjusts the schedule to pictures that arrive `earlyMs` before their audio is heard (core/sound-schedule.ts). */
  fitPictures(earlyMs: number): void {
    this.#schedule.delayForPictures(earlyMs);
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

  /** Returns whether the sound card plays, by the advance of its clock; resets the schedule if it does not. */
  #checkPlaying(): boolean {
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
