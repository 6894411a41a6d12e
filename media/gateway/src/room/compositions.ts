// Composed pictures of this gateway: one per room and layout, with the room's mix, for all programmes. The sound is one
// voice in AAC, passed on unchanged, or in MP2.

import { composing, type RecordingLayout } from '@meridian/protocol';
import {
  Composer,
  composedOutput,
  type FfmpegSupervisor,
  OpusThreads,
  RoomComposition,
  RoomTracks,
} from '@meridian/room-media';
import { splitAnnexB, type VideoUnit } from '@meridian/room-media/core';
import type { Clock, Logger } from '@meridian/runtime';
import type { Receiver, ReceiverOptions } from './programme.ts';

/** Cost of a composed picture without its tiles, in thousandths of a core. */
export const COMPOSED_MILLICORES = composing.picture + composing.sound;
/** Same background as in recordings. */
const BACKGROUND = '#16181c';
const NAME = 'composed';

export interface CompositionsOptions {
  readonly supervisor: FfmpegSupervisor;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Running {
  readonly opened: Promise<RoomComposition>;
  readonly receivers: Set<ReceiverOptions>;
}

export class Compositions {
  readonly #o: CompositionsOptions;
  readonly #opus: OpusThreads;
  readonly #running = new Map<string, Running>();

  constructor(o: CompositionsOptions) {
    this.#o = o;
    this.#opus = new OpusThreads({ clock: o.clock, log: o.log });
  }

  get size(): number {
    return this.#running.size;
  }

  /**
   * Receives the room as one picture. `room` is unique to the room and the viewers' rights. The first receiver's
   * session serves all later ones. Rejects with OVERLOADED without capacity, NO_PICTURE_TRANSCODER and
   * NO_SOUND_TRANSCODER without ffmpeg, and errors of the join.
   */
  async receive(room: string, layout: RecordingLayout, o: ReceiverOptions): Promise<Receiver> {
    const name = JSON.stringify([room, o.without, layout]);
    const running = this.#running.get(name) ?? this.#begin(name, layout, o);
    running.receivers.add(o);
    const close = (): void => {
      running.receivers.delete(o);
      if (running.receivers.size === 0) this.#end(name, running);
    };
    try {
      await running.opened;
    } catch (error) {
      close();
      throw error;
    }
    return {
      shown: undefined,
      layers: { count: 1, planned: [] },
      expects: 'picture',
      choose: () => undefined,
      demandKeyFrame: () => undefined, // The composer makes a key frame every two seconds.
      close,
    };
  }

  /** Resolves when no thread is left. Idempotent. */
  async close(): Promise<void> {
    for (const [name, running] of this.#running) this.#end(name, running);
    await this.#opus.close();
  }

  #begin(name: string, layout: RecordingLayout, o: ReceiverOptions): Running {
    const receivers = new Set<ReceiverOptions>();
    const all = (give: (receiver: ReceiverOptions) => void): void => [...receivers].forEach(give);
    const opened = this.#open(layout, o, {
      onVideo: ({ data, ptsMs, isKey }) => {
        const nals = splitAnnexB(data);
        if (nals === undefined || nals.length === 0) return;
        const unit: VideoUnit = { kind: 'video', ptsMs, dtsMs: ptsMs, isKey, nals };
        all((receiver) => receiver.onPicture(unit, NAME));
      },
      onAudio: ({ data, ptsMs, format }) => all((receiver) => receiver.onVoice(NAME, ptsMs, data, format)),
      onEnded: (code) => {
        this.#end(name, running);
        all((receiver) => receiver.onEnded(code, ''));
      },
    });
    const running = { opened, receivers };
    this.#running.set(name, running);
    return running;
  }

  #open(
    layout: RecordingLayout,
    { links, sockets, token, protocol, without, rng }: ReceiverOptions,
    hooks: Pick<Parameters<typeof RoomComposition.open>[0], 'onVideo' | 'onAudio' | 'onEnded'>,
  ): Promise<RoomComposition> {
    const { supervisor, clock, log } = this.#o;
    const { sandbox } = supervisor;
    const node = { background: BACKGROUND, supervisor, sandbox, opus: this.#opus, clock, log };
    const session = { links, sockets, token, protocol, times: 'final', clock, rng, log } as const;
    return RoomComposition.open({
      identity: '',
      without,
      layout,
      clock,
      log,
      openComposer: (ports) => Composer.open(Object.assign({}, composedOutput, node, ports)),
      openRoom: (room) => RoomTracks.open(Object.assign({}, session, room)),
      onFailed: (error) => log.warn({ err: error }, 'a composed picture stands still: it is tried again'),
      onVideo: hooks.onVideo,
      onAudio: hooks.onAudio,
      onEnded: hooks.onEnded,
    });
  }

  #end(name: string, running: Running): void {
    if (this.#running.get(name) === running) this.#running.delete(name);
    running.opened.then(
      (composition) => composition.close(),
      () => undefined, // The composition failed to open.
    );
  }
}
