// Sender of a track, or of a rendition: one producer, and during a move a second one over the new transports. It exists
// before its producer, so that it can be closed at any moment.
import { asClientError, MeridianClientError } from '@meridian/client';
import type { types } from 'mediasoup-client';
import type { VideoPlan } from '../core/codec.ts';
import type { LocalTrack } from '../tracks/local-track.ts';
import type { ProducePlan } from './produce-plan.ts';
import type { MediaSession, ProduceAppData } from './session.ts';

export type Announce = ProduceAppData['announce'];
type SendOptions = ProducePlan['options'];

export class Sender {
  readonly trackId: string;
  readonly #track: LocalTrack;
  readonly #options: SendOptions;
  /** Undefined for sound. */
  readonly plan: VideoPlan | undefined;
  #producer: types.Producer | undefined;
  /** Producer over the transports of a move, until the move ends. */
  #nextProducer: types.Producer | undefined;
  #isOver = false;
  /** Settles when `open` has; never rejects. */
  #opened: Promise<unknown> = Promise.resolve();
  /** Serialises changes of the producers' MediaStreamTracks. */
  #carrying: Promise<void> = Promise.resolve();

  constructor(track: LocalTrack, { options, video }: Omit<ProducePlan, 'row'>) {
    this.trackId = options.appData?.trackId ?? '';
    this.#track = track;
    this.#options = options;
    this.plan = video;
  }

  /** Undefined until the sender is open. */
  get producer(): types.Producer | undefined {
    return this.#producer;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get opened(): Promise<unknown> {
    return this.#opened;
  }

  /**
   * Makes the producer. Rejects with SOCKET_LOST when the media session has ended, TRACK_NOT_PUBLISHED when the sender
   * is closed meanwhile, TRACK_ENDED for sound whose device has ended, else PUBLISH_FAILED.
   */
  open(media: MediaSession, announce: Announce): Promise<void> {
    const result = this.#open(media, announce);
    this.#opened = result.catch(() => undefined); // the caller gets the failure by `result`
    return result;
  }

  /** Brings the producers to the track's present MediaStreamTrack. Rejects when the browser refuses it. */
  carry(): Promise<void> {
    const result = this.#carrying.then(async () => {
      for (const producer of [this.#producer, this.#nextProducer])
        if (producer !== undefined) await this.#carryBy(producer);
    });
    this.#carrying = result.catch(() => undefined); // the caller gets the failure by `result`
    return result;
  }

  /**
   * Makes a second producer over the transports of a move. `accepted` settles with the service's answer; rejects with
   * its failure, unless the sender is closed by then.
   */
  async produceBeside(media: MediaSession, announce: Announce, accepted: Promise<void>): Promise<void> {
    const producer = await this.#produce(media, announce);
    if (this.#isOver || media.closed) {
      producer.close();
      return;
    }
    this.#nextProducer = producer;
    try {
      await this.carry();
      await accepted;
    } catch (error) {
      if (!this.#isOver) throw error;
    }
  }

  /**
   * Ends a move: if it is `made`, the new producer replaces the old, else the new one closes. Returns false if the move
   * is made without this sender, whose producer ends with the old transports.
   */
  settle(made: boolean): boolean {
    const next = this.#nextProducer;
    this.#nextProducer = undefined;
    if (!made) next?.close();
    else if (next !== undefined) this.#producer = next;
    return !made || next !== undefined;
  }

  /** Called when its transport, and the producer with it, is gone. Idempotent. */
  gone(): void {
    this.#isOver = true;
  }

  close(): void {
    this.#isOver = true;
    this.#producer?.close();
    this.#nextProducer?.close();
  }

  async #open(media: MediaSession, announce: Announce): Promise<void> {
    try {
      const producer = await this.#produce(media, announce);
      if (this.#isOver) {
        producer.close();
        throw new MeridianClientError('TRACK_NOT_PUBLISHED');
      }
      this.#producer = producer;
      await this.carry();
    } catch (error) {
      throw asClientError(error, media.closed ? 'SOCKET_LOST' : 'PUBLISH_FAILED');
    }
  }

  async #produce(media: MediaSession, announce: Announce): Promise<types.Producer> {
    const source = this.#track.outgoing ?? placeholderOf(this.#track.kind);
    const appData = { trackId: this.trackId, announce };
    return await media.send.produce({ ...this.#options, track: source, appData });
  }

  async #carryBy(producer: types.Producer): Promise<void> {
    while (!producer.closed && producer.track !== this.#track.outgoing) {
      const track = this.#track.outgoing;
      try {
        await producer.replaceTrack({ track });
      } catch (error) {
        // A producer that closed needs no track, and a track that was replaced meanwhile is not missed.
        if (!producer.closed && track === this.#track.outgoing) throw error;
      }
    }
  }
}

/** Returns a placeholder for a sender whose camera is closed; the real source replaces it before the sender is used. */
function placeholderOf(kind: 'audio' | 'video'): MediaStreamTrack {
  if (kind === 'audio') throw new MeridianClientError('TRACK_ENDED');
  const canvas = document.createElement('canvas');
  canvas.getContext('2d');
  const [track] = canvas.captureStream(0).getVideoTracks();
  if (track === undefined) throw new MeridianClientError('BROWSER_UNSUPPORTED');
  return track;
}
