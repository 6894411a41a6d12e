// Composer of a recording: it gets what the room sends when its clock, which runs behind, has come to that time.
import type { ComposerPorts, RoomCompositionOptions } from '@meridian/room-media';
import type { CodedFrame } from '@meridian/room-media/core';
import type { Clock, Timer } from '@meridian/runtime';
import type { LateClock } from './late-clock.ts';

type RoomComposer = Awaited<ReturnType<RoomCompositionOptions['openComposer']>>;
export type OpenLateComposer = (ports: ComposerPorts & { readonly clock: Clock }) => Promise<RoomComposer>;

const RELEASE_EVERY_MS = 20;
/** The roster comes sooner than media of the same time, which takes a longer way. */
const ROSTER_AHEAD_MS = 200;
/** Lead of media, as time for its decoders on a busy machine. With `COMPOSE_DELAY_MS` a mixer has room for it. */
const MEDIA_AHEAD_MS = 500;

interface Due {
  readonly atMs: number;
  pass(): void;
}

export class LateComposer implements RoomComposer {
  readonly #composer: RoomComposer;
  readonly #clock: Clock;
  readonly #lateClock: LateClock;
  /** Changes of the roster (`''`), which are passed on first, and frames of each track; each in order. */
  readonly #waiting = new Map<string, Due[]>([['', []]]);
  readonly #timer: Timer;
  /** Time at which the composer gets the last roster, and no media that came after it. */
  #rosterMs = Number.NEGATIVE_INFINITY;

  /** Rejects as `openComposer` does. */
  static async open(
    o: { readonly clock: Clock; readonly lateClock: LateClock; readonly openComposer: OpenLateComposer },
    ports: ComposerPorts,
  ): Promise<LateComposer> {
    const composer = await o.openComposer(Object.assign({ clock: o.lateClock }, ports));
    return new LateComposer(composer, o.clock, o.lateClock);
  }

  private constructor(composer: RoomComposer, clock: Clock, lateClock: LateClock) {
    this.#composer = composer;
    this.#clock = clock;
    this.#lateClock = lateClock;
    this.#timer = clock.every(RELEASE_EVERY_MS, () => this.#release());
  }

  setTracks(participants: Parameters<RoomComposer['setTracks']>[0]): void {
    this.#rosterMs = this.#clock.nowMs() - ROSTER_AHEAD_MS;
    this.#wait('', this.#rosterMs, () => this.#composer.setTracks(participants));
  }

  setLayout(kind: Parameters<RoomComposer['setLayout']>[0]): void {
    this.#wait('', this.#clock.nowMs() - ROSTER_AHEAD_MS, () => this.#composer.setLayout(kind));
  }

  push(trackId: string, frame: CodedFrame): void {
    const ms = 'dtsMs' in frame ? frame.dtsMs : frame.ptsMs;
    // A publisher's wrong report must not make its frames wait for ever.
    const atMs = Math.min(ms, this.#clock.nowMs()) - MEDIA_AHEAD_MS;
    this.#wait(trackId, Math.max(atMs, this.#rosterMs), () => this.#composer.push(trackId, frame));
  }

  close(): Promise<void> {
    this.#timer.cancel();
    this.#waiting.clear();
    return this.#composer.close();
  }

  #wait(name: string, atMs: number, pass: () => void): void {
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, waiting);
    waiting.push({ atMs, pass });
  }

  #release(): void {
    const nowMs = this.#lateClock.nowMs();
    for (const [name, waiting] of this.#waiting) {
      while (waiting[0] !== undefined && waiting[0].atMs <= nowMs) waiting.shift()?.pass();
      if (waiting.length === 0 && name !== '') this.#waiting.delete(name);
    }
  }
}
