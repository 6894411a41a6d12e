// Sender of a track, or of a rendition: one producer, and during a move a second one over the new transports.
import { asClientError, MeridianClientError } from '@meridian/client';
import type { types } from 'mediasoup-client';
import type { LocalTrack } from '../tracks/local-track.ts';
import type { ProducePlan } from './produce-plan.ts';
import type { MediaSession, ProduceAppData } from './session.ts';

export type Announce = ProduceAppData['announce'];
type SendOptions = ProducePlan['options'];

export class Sender {
  readonly trackId: string;
  readonly #track: LocalTrack;
  readonly #options: SendOptions;
  #producer: types.Producer;
  /** Producer over the transports of a move, until the move ends. */
  #nextProducer: types.Producer | undefined;
  #isOver = false;

  /** Makes a sender of the track. Rejects with SOCKET_LOST when the media session has ended, else PUBLISH_FAILED. */
  static async make(media: MediaSession, track: LocalTrack, options: SendOptions, announce: Announce): Promise<Sender> {
    try {
      return new Sender(track, options, await produce(media, track, options, announce));
    } catch (error) {
      throw asClientError(error, media.closed ? 'SOCKET_LOST' : 'PUBLISH_FAILED');
    }
  }

  private constructor(track: LocalTrack, options: SendOptions, producer: types.Producer) {
    this.trackId = options.appData?.trackId ?? '';
    this.#track = track;
    this.#options = options;
    this.#producer = producer;
  }

  get producer(): types.Producer {
    return this.#producer;
  }

  /** Sends this track in place of the current one; null: sends nothing. */
  async replace(next: MediaStreamTrack | null): Promise<void> {
    for (const producer of [this.#producer, this.#nextProducer])
      if (producer !== undefined && !producer.closed) await producer.replaceTrack({ track: next });
  }

  /**
   * Makes a second producer over the transports of a move. `accepted` settles with the service's answer; rejects with
   * its failure, unless the sender is closed by then.
   */
  async produceBeside(media: MediaSession, announce: Announce, accepted: Promise<void>): Promise<void> {
    const producer = await produce(media, this.#track, this.#options, announce);
    if (this.#isOver) {
      producer.close();
      return;
    }
    this.#nextProducer = producer;
    try {
      await accepted;
    } catch (error) {
      if (!this.#isOver) throw error;
    }
  }

  /**
   * Ends a move: if it is `made`, the new producer replaces the old, else the new one closes. Returns true if replaced.
   */
  settle(made: boolean): boolean {
    const next = this.#nextProducer;
    this.#nextProducer = undefined;
    if (next === undefined) return false;
    if (made) this.#producer = next;
    else next.close();
    return made;
  }

  /** Called when its transport, and the producer with it, is gone. Idempotent. */
  gone(): void {
    this.#isOver = true;
  }

  close(): void {
    this.#isOver = true;
    this.#producer.close();
    this.#nextProducer?.close();
  }
}

async function produce(
  media: MediaSession,
  track: LocalTrack,
  options: SendOptions,
  announce: Announce,
): Promise<types.Producer> {
  const { appData } = options;
  const trackId = appData?.trackId ?? '';
  const source = sourceOf(track) ?? placeholderOf(track.kind);
  const producer = await media.send.produce({ ...options, track: source, appData: { trackId, announce } });
  // the source may have changed meanwhile
  const currentSource = sourceOf(track);
  if (currentSource !== source) await producer.replaceTrack({ track: currentSource });
  return producer;
}

/** Returns null for a muted camera, which is closed. */
const sourceOf = ({ mediaStreamTrack }: LocalTrack): MediaStreamTrack | null =>
  mediaStreamTrack.readyState === 'ended' ? null : mediaStreamTrack;

/** Returns a placeholder for a sender whose camera is closed; the real source replaces it before the sender is used. */
function placeholderOf(kind: 'audio' | 'video'): MediaStreamTrack {
  if (kind === 'audio') throw new MeridianClientError('TRACK_ENDED');
  const canvas = document.createElement('canvas');
  canvas.getContext('2d');
  const [track] = canvas.captureStream(0).getVideoTracks();
  if (track === undefined) throw new MeridianClientError('BROWSER_UNSUPPORTED');
  return track;
}
