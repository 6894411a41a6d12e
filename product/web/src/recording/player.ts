// Plays the outputs of a recording in sync. The large picture leads the clock, so that it never stutters; the others
// follow. Without a leader the clock runs by itself, and it skips holes.
import type { FinishedOutput, FinishedRecording } from '@meridian/protocol';
import { Store } from '../room/store.ts';
import { afterHole, neededAt, outputsOf, shownAt, type View, viewsOf } from './core/timeline.ts';
import { Media } from './media.ts';

export interface PlayerModel {
  readonly ms: number;
  readonly isPlaying: boolean;
  /** Whether playback waits for media. */
  readonly isWaiting: boolean;
  readonly hasEnded: boolean;
  readonly speed: number;
  readonly volume: number;
  readonly isMuted: boolean;
  readonly view: View;
  /** Name of the output shown large by choice; undefined: the speaker. */
  readonly chosen: string | undefined;
  /** Names of outputs: the large one, then the small ones. */
  readonly pictures: readonly string[];
}

/** Interval at which all elements are compared with the clock. */
const TICK_MS = 100;
/** Maximum number of elements: a browser decodes no more. Visible pictures come first. */
const MEDIA_MAX = 16;

export class RecordingPlayer {
  readonly store: Store<PlayerModel>;
  readonly recording: FinishedRecording;
  readonly #base: string;
  readonly #media = new Map<string, Media>();
  readonly #timer: number;
  #leader: Media | undefined;
  /** Reference point of the clock, from which it runs without a leader. */
  #clockStart = { ms: 0, atMs: 0 };

  constructor(base: string, recording: FinishedRecording) {
    this.recording = recording;
    this.#base = base;
    const [view = 'people'] = viewsOf(recording);
    this.store = new Store<PlayerModel>({
      ms: 0,
      isPlaying: false,
      isWaiting: false,
      hasEnded: false,
      speed: 1,
      volume: 1,
      isMuted: false,
      view,
      chosen: undefined,
      pictures: [],
    });
    this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
  }

  readonly nowMs = (): number => {
    const leader = this.#leader;
    if (leader !== undefined && !leader.isBroken) return Math.min(leader.ms, this.recording.durationMs);
    const { isPlaying, speed } = this.store.get();
    const goneMs = isPlaying ? (performance.now() - this.#clockStart.atMs) * speed : 0;
    return Math.min(this.#clockStart.ms + goneMs, this.recording.durationMs);
  };

  /** Returns the element of an output, while loaded. */
  elementOf(name: string): HTMLVideoElement | undefined {
    return this.#media.get(name)?.element;
  }

  readonly play = (): void => {
    const { hasEnded } = this.store.get();
    if (hasEnded) this.seek(0);
    this.#hold(this.nowMs());
    this.#change({ isPlaying: true, hasEnded: false });
    this.#tick();
  };

  readonly pause = (): void => {
    this.#hold(this.nowMs());
    this.#change({ isPlaying: false, isWaiting: false });
    this.#tick();
  };

  readonly toggle = (): void => (this.store.get().isPlaying ? this.pause() : this.play());

  readonly seek = (ms: number): void => {
    const to = Math.min(Math.max(0, ms), this.recording.durationMs);
    this.#leader = undefined;
    this.#hold(to);
    this.#change({ ms: to, hasEnded: false });
    for (const media of this.#media.values()) media.seek(to);
    this.#tick();
  };

  readonly skip = (byMs: number): void => this.seek(this.nowMs() + byMs);

  readonly setSpeed = (speed: number): void => {
    this.#hold(this.nowMs());
    this.#change({ speed });
    this.#tick();
  };

  /** Sets a volume from 0 to 1, clamped, and unmutes. */
  readonly setVolume = (volume: number): void => {
    const next = Math.min(1, Math.max(0, volume));
    this.#change({ volume: next, isMuted: next === 0 });
    this.#tick();
  };

  readonly toggleMuted = (): void => {
    const { isMuted, volume } = this.store.get();
    this.#change({ isMuted: !isMuted, volume: isMuted && volume === 0 ? 1 : volume });
    this.#tick();
  };

  readonly setView = (view: View): void => {
    this.#hold(this.nowMs());
    this.#leader = undefined;
    this.#change({ view, chosen: undefined });
    this.#tick();
  };

  /** Shows an output large; the same again, or undefined, returns to the speaker. */
  readonly choose = (name: string | undefined): void => {
    this.#change({ chosen: name === this.store.get().chosen ? undefined : name });
    this.#tick();
  };

  /** Idempotent. */
  close(): void {
    window.clearInterval(this.#timer);
    for (const media of this.#media.values()) media.close();
    this.#media.clear();
    this.#leader = undefined;
  }

  #change(change: Partial<PlayerModel>): void {
    this.store.set(Object.assign({}, this.store.get(), change));
  }

  #hold(ms: number): void {
    this.#clockStart = { ms, atMs: performance.now() };
  }

  #tick(): void {
    const model = this.store.get();
    const { durationMs, holes } = this.recording;
    let ms = this.nowMs();
    if (model.isPlaying && ms >= durationMs) {
      this.#hold(durationMs);
      this.#leader = undefined;
      for (const media of this.#media.values()) media.wait();
      this.#change({ ms: durationMs, isPlaying: false, isWaiting: false, hasEnded: true });
      return;
    }
    const behind = model.isPlaying ? afterHole(holes, ms) : ms;
    if (behind !== ms) {
      ms = Math.min(behind, durationMs);
      this.#leader = undefined;
      this.#hold(ms);
    }
    const { large, strip, active } = shownAt(this.recording, ms, model);
    const pictures = [large, ...strip].flatMap((one) => (one === undefined ? [] : [one]));
    this.#updateMedia(ms, pictures);
    this.#lead(ms, large, active);
    const isWaiting = model.isPlaying && this.#leader !== undefined && !this.#leader.isReady;
    const wanted = { ms, isPlaying: model.isPlaying, speed: model.speed, volume: model.isMuted ? 0 : model.volume };
    const activeNames = new Set(active.map(({ name }) => name));
    for (const media of this.#media.values()) {
      if (media === this.#leader) media.lead(wanted);
      else if (activeNames.has(media.output.name))
        media.follow(Object.assign({}, wanted, { isPlaying: wanted.isPlaying && !isWaiting }));
      else media.wait();
    }
    const names = pictures.map(({ name }) => name);
    const isSame = names.join('\n') === model.pictures.join('\n');
    this.#change({ ms, isWaiting, pictures: isSame ? model.pictures : names });
  }

  /** Creates elements for outputs that play now or soon, and closes all others. */
  #updateMedia(ms: number, pictures: readonly FinishedOutput[]): void {
    const { view } = this.store.get();
    const others = neededAt(outputsOf(this.recording, view), ms).filter(
      (output) => output.hasSound && !pictures.includes(output),
    );
    const needed = [...pictures, ...others].slice(0, MEDIA_MAX);
    const names = new Set(needed.map(({ name }) => name));
    for (const [name, media] of this.#media) {
      if (names.has(name)) continue;
      this.#media.delete(name);
      if (media === this.#leader) {
        this.#leader = undefined;
        this.#hold(ms);
      }
      media.close();
    }
    for (const output of needed) {
      if (this.#media.has(output.name)) continue;
      const media = new Media(output, { base: this.#base, onBlocked: this.pause });
      media.seek(ms);
      this.#media.set(output.name, media);
    }
  }

  /** Chooses the leader: the large picture, else any audible output. A new leader takes over at the clock's time. */
  #lead(ms: number, large: FinishedOutput | undefined, active: readonly FinishedOutput[]): void {
    const names = [...(large === undefined ? [] : [large]), ...active].map(({ name }) => name);
    const candidates = names.flatMap((name) => this.#media.get(name) ?? []);
    const leader = candidates.find(({ isBroken, element }) => !isBroken && !element.ended);
    if (leader === this.#leader) return;
    this.#hold(ms);
    if (leader !== undefined && Math.abs(leader.ms - ms) > TICK_MS) leader.seek(ms);
    this.#leader = leader;
  }
}
