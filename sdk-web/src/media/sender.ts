// What sends a track, or a rendition of it: one producer, and while the session moves a second one over the transports
// of the move.
import { asClientError, MeridianClientError } from '@meridian/client';
import type { types } from 'mediasoup-client';
import type { LocalTrack } from '../tracks/local-track.ts';
import type { ProducePlan } from './produce-plan.ts';
import type { MediaSession, ProduceAppData } from './session.ts';

export type Announce = ProduceAppData['announce'];
/** How a track is encoded, whatever it is just now. */
type SendOptions = ProducePlan['options'];

export class Sender {
  readonly trackId: string;
  readonly #track: LocalTrack;
  /** How it is encoded: over the transports of a move likewise. */
  readonly #options: SendOptions;
  #producer: types.Producer;
  /** Over the transports of a move, until it is made or given up. */
  #nextProducer: types.Producer | undefined;
  #isOver = false;

  /** Sends the track as it is now. Rejects with SOCKET_LOST when the media session has ended, else PUBLISH_FAILED. */
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

  /** What sends now. */
  get producer(): types.Producer {
    return this.#producer;
  }

  /** Sends this in place of the present one; null: nothing. */
  async replace(next: MediaStreamTrack | null): Promise<void> {
    for (const producer of [this.#producer, this.#nextProducer])
      if (producer !== undefined && !producer.closed) await producer.replaceTrack({ track: next });
  }

  /**
   * Sends over the transports of a move too. `accepted`: the service has taken it; its failure counts unless this is
   * over by then.
   */
  async besideTo(media: MediaSession, announce: Announce, accepted: Promise<void>): Promise<void> {
    const producer = await produce(media, this.#track, this.#options, announce);
    if (this.#isOver) {
      producer.close(); // unpublished meanwhile
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
   * The move is made: what was beside is what sends from now on; the old one goes with its transport. Or it is not: the
   * new one goes. True when another one sends now.
   */
  settle(made: boolean): boolean {
    const next = this.#nextProducer;
    this.#nextProducer = undefined;
    if (next === undefined) return false;
    if (made) this.#producer = next;
    else next.close();
    return made;
  }

  /** Its transport is gone, and it with that. Idempotent. */
  gone(): void {
    this.#isOver = true;
  }

  /** Sends no more. Idempotent. */
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
  const source = sourceOf(track) ?? standIn(track.kind);
  const producer = await media.send.produce({ ...options, track: source, appData: { trackId, announce } });
  // What the track has become meanwhile; the same again costs nothing.
  const now = sourceOf(track);
  if (now !== source) await producer.replaceTrack({ track: now });
  return producer;
}

/** Null: a camera that is muted is closed. */
const sourceOf = ({ mediaStreamTrack }: LocalTrack): MediaStreamTrack | null =>
  mediaStreamTrack.readyState === 'ended' ? null : mediaStreamTrack;

/**
 * Something to make a sender with when the camera is closed: it sends nothing, for it is taken out again before the
 * sender is up.
 */
function standIn(kind: 'audio' | 'video'): MediaStreamTrack {
  if (kind === 'audio') throw new MeridianClientError('TRACK_ENDED');
  const canvas = document.createElement('canvas');
  canvas.getContext('2d');
  const [track] = canvas.captureStream(0).getVideoTracks();
  if (track === undefined) throw new MeridianClientError('BROWSER_UNSUPPORTED');
  return track;
}
