// Composes a recorded stint: plays its frames and scenes to a composer on a clock of its own, which goes on as fast as
// decoders and encoders follow (docs/adr/0043-one-video-by-default.md).
import {
  COMPOSE_DELAY_MS,
  type ComposedAudio,
  type ComposedParticipant,
  type ComposedVideo,
  type Composer,
  type ComposerOptions,
  type ComposerPorts,
} from '@meridian/room-media';
import { AssembleError } from '../core/assembling/errors.ts';
import { EarlyFrames } from '../core/composing/early-frames.ts';
import type { JournalLine, SceneChanged } from '../core/journal/lines.ts';
import type { Manifest } from '../core/journal/manifest.ts';
import { SceneReader } from '../core/journal/scenes.ts';
import type { ReadRange } from '../stints/read-journals.ts';
import { PICTURE_MS, SOUND_MS } from './composed-room.ts';
import { TrackFrames } from './track-frames.ts';

export type OpenLaterComposer = (
  ports: ComposerPorts & Required<Pick<ComposerOptions, 'time'>>,
) => Promise<Pick<Composer, 'setTracks' | 'setLayout' | 'push' | 'step' | 'close'>>;

/** Line that is carried into the composed stint. */
export type CarriedLine = Extract<JournalLine, { readonly type: 'speaker' | 'post' | 'postRemoved' }>;

export interface ComposeStintOptions {
  /** Manifest of the stint alone. */
  readonly manifest: Manifest;
  /** In order of time. */
  readonly scenes: readonly SceneChanged[];
  readonly carried: readonly CarriedLine[];
  readonly read: ReadRange;
  openComposer: OpenLaterComposer;
  readonly output: {
    picture(video: ComposedVideo): void;
    sound(audio: ComposedAudio): void;
    carry(line: CarriedLine): void;
    /** Resolves when more output is welcome. */
    ready(): Promise<void>;
    /** Receives the time of the stint that has been composed. */
    reach(ms: number): void;
  };
  readonly signal: AbortSignal;
}

/** Time beyond the end in which encoders return what they hold. */
const ENDING_MS_MAX = 5000;
/** Shift between two times that only rounding makes, and half a unit of sound. */
const GAP_MS = 100;

/**
 * Resolves when picture and sound have come without a gap up to the stint's end. Rejects as `Composer.open` and `read`
 * do.
 */
export async function composeStint(o: ComposeStintOptions): Promise<void> {
  const player = new StintPlayer(o);
  await player.run();
}

class StintPlayer {
  readonly #o: ComposeStintOptions;
  readonly #endMs: number;
  readonly #scene = new SceneReader();
  readonly #tracks: readonly { readonly frames: TrackFrames; readonly early: EarlyFrames }[];
  #shown: ReadonlySet<string> = new Set();
  #nextScene = 0;
  #nextCarried = 0;
  #nowMs = 0;
  #pictureMs = 0;
  #soundMs = 0;
  #failure: Error | undefined;

  constructor(o: ComposeStintOptions) {
    this.#o = o;
    this.#endMs = o.manifest.durationMs;
    const used = new Set(o.scenes.flatMap(({ shown }) => shown.flatMap(tracksOf)));
    this.#tracks = o.manifest.tracks
      .filter(({ trackId }) => used.has(trackId))
      .map((track) => ({ frames: new TrackFrames(track, o.read), early: new EarlyFrames() }));
  }

  async run(): Promise<void> {
    const composer = await this.#o.openComposer({
      layout: 'grid',
      time: { nowMs: () => this.#nowMs },
      onVideo: (video) => this.#onVideo(video),
      onAudio: (audio) => this.#onAudio(audio),
      onGap: () => this.#fail(new AssembleError('COMPOSING_FAILED')),
      onKeyNeeded: () => undefined, // The recorder asked for key frames while it recorded (`LaterRoom`).
      onLayout: () => undefined,
      onFailed: (cause) => this.#fail(new AssembleError('COMPOSING_FAILED', undefined, { cause })),
    });
    try {
      for (let number = 0; !this.#isDone; number += 1) await this.#step(composer, number * PICTURE_MS);
    } finally {
      await composer.close();
    }
  }

  get #isDone(): boolean {
    return Math.min(this.#pictureMs, this.#soundMs) >= this.#endMs;
  }

  /** Composes the picture of a time. Frames come ahead by the composer's delay, so that decoders work meanwhile. */
  async #step(composer: Awaited<ReturnType<OpenLaterComposer>>, ms: number): Promise<void> {
    const { signal, output, carried } = this.#o;
    signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure;
    if (ms > this.#endMs + ENDING_MS_MAX) throw new AssembleError('COMPOSING_FAILED');
    // The margin is for rounding: the composer counts whole pictures.
    this.#nowMs = ms + COMPOSE_DELAY_MS + 1;
    this.#changeScene(composer, ms);
    for (const { frames, early } of this.#tracks) {
      if (frames.needs(this.#nowMs)) await frames.fill(this.#nowMs);
      const taken = frames.take(this.#nowMs);
      if (this.#shown.has(frames.trackId))
        for (const { frame } of [...early.take(), ...taken]) composer.push(frames.trackId, frame);
      else early.add(taken, ms);
    }
    for (
      let line = carried[this.#nextCarried];
      line !== undefined && line.ms <= ms;
      line = carried[this.#nextCarried]
    ) {
      output.carry(line);
      this.#nextCarried += 1;
    }
    await composer.step();
    await output.ready();
    output.reach(Math.min(ms, this.#endMs));
  }

  #changeScene(composer: Pick<Composer, 'setTracks' | 'setLayout'>, ms: number): void {
    const { scenes } = this.#o;
    const before = this.#nextScene;
    for (let scene = scenes[before]; scene !== undefined && scene.ms <= ms; scene = scenes[this.#nextScene]) {
      this.#scene.take(scene);
      this.#nextScene += 1;
    }
    if (this.#nextScene === before) return;
    const { participants, layout } = this.#scene;
    this.#shown = new Set(participants.flatMap(tracksOf));
    if (layout !== undefined) composer.setLayout(layout);
    // The composer's clock is ahead of the pictures by its delay.
    composer.setTracks(
      participants.map((one) =>
        one.speakingSinceMs === undefined
          ? one
          : Object.assign({}, one, { speakingSinceMs: one.speakingSinceMs + COMPOSE_DELAY_MS }),
      ),
    );
  }

  #onVideo(video: ComposedVideo): void {
    if (video.ptsMs < this.#endMs) this.#o.output.picture(video);
    this.#pictureMs = video.ptsMs + PICTURE_MS;
  }

  #onAudio(audio: ComposedAudio): void {
    if (Math.abs(audio.ptsMs - this.#soundMs) > GAP_MS) this.#fail(new AssembleError('COMPOSING_FAILED'));
    if (audio.ptsMs < this.#endMs) this.#o.output.sound(audio);
    this.#soundMs = audio.ptsMs + SOUND_MS;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
  }
}

const tracksOf = ({
  camera,
  screen,
  sounds,
}: { readonly camera?: string | undefined; readonly screen?: string | undefined } & Pick<
  ComposedParticipant,
  'sounds'
>) => [camera, screen, ...sounds].filter((trackId) => trackId !== undefined);
