// Consumers of a client that is about to join (ADR 0045), so that its browser has negotiated them before the click.
// Prepared consumers are paused until a session takes them. No track is pulled for them; a pull that is there stays.
import { errorInfoOf, type RtpCapabilities } from '@meridian/protocol';
import type { ClientTransport, ConsumerEvents, EngineConsumer } from '../engine.ts';
import type { SubscriptionView } from './shapes.ts';
import type { NodeTrack } from './track.ts';

export interface PreparableTrack {
  readonly track: NodeTrack;
  /** Keeps the pull of the track for `wanter` until the returned function is called. */
  hold(wanter: string): () => void;
}
interface PreparedConsumer {
  readonly track: NodeTrack;
  readonly consumer: EngineConsumer;
  /** Receiver of the consumer's events; undefined until a session takes it. */
  events: ConsumerEvents | undefined;
}

export class PreparedConsumers {
  /** Consumers that no session has taken, by producer id. */
  readonly #waiting = new Map<string, PreparedConsumer>();
  /** Release the pulls of the tracks. */
  readonly #releases: (() => void)[] = [];
  readonly #wanter: string;
  #isClosed = false;

  constructor(sessionId: string) {
    this.#wanter = `warm ${sessionId}`;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Makes a consumer of a track. Does nothing for a codec that the client lacks, or a track that has just ended. */
  async add(recv: ClientTransport, capabilities: RtpCapabilities, { track, hold }: PreparableTrack): Promise<void> {
    if (this.#isClosed) return;
    this.#releases.push(hold(this.#wanter));
    try {
      await this.#add(recv, capabilities, track);
    } catch (error) {
      const { code } = errorInfoOf(error);
      if (code !== 'CODEC_UNSUPPORTED' && code !== 'TRACK_UNKNOWN') throw error;
    }
  }

  /** Returns the consumers without names: a number in the place of each publisher, for the browser's lip sync. */
  views(): SubscriptionView[] {
    const publishers = [...new Set([...this.#waiting.values()].map(({ track }) => track.publisherSessionId))];
    return [...this.#waiting.values()].map(({ track, consumer }) => {
      const { msid: _, ...rtpParameters } = consumer.rtpParameters;
      return {
        consumerId: consumer.id,
        trackId: '',
        publisherSessionId: String(publishers.indexOf(track.publisherSessionId) + 1),
        kind: consumer.kind,
        layerKind: consumer.layerKind,
        rtpParameters,
        producerPaused: consumer.producerPaused,
        trackEpoch: 0,
      };
    });
  }

  has(producerId: string): boolean {
    return this.#waiting.has(producerId);
  }

  /** Returns the paused consumer of this producer, once, and reports its events from now on. */
  take(producerId: string, events: ConsumerEvents): EngineConsumer | undefined {
    const prepared = this.#waiting.get(producerId);
    if (prepared === undefined) return undefined;
    this.#waiting.delete(producerId);
    prepared.events = events;
    return prepared.consumer;
  }

  /** Closes the consumers that no session has taken, and releases the pulls. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const { consumer } of this.#waiting.values()) consumer.close();
    this.#waiting.clear();
    for (const release of this.#releases.splice(0)) release();
  }

  async #add(recv: ClientTransport, capabilities: RtpCapabilities, track: NodeTrack): Promise<void> {
    const producerId = track.producer.id;
    const slot: { prepared?: PreparedConsumer } = {};
    const events: ConsumerEvents = {
      closed: () => {
        this.#waiting.delete(producerId);
        slot.prepared?.events?.closed();
      },
      producerPaused: (paused) => slot.prepared?.events?.producerPaused(paused),
      score: (score) => slot.prepared?.events?.score(score),
      layers: (layers) => slot.prepared?.events?.layers(layers),
    };
    const consumer = await recv.consume({ producerId, capabilities, events });
    if (this.#isClosed || track.closed) {
      consumer.close();
      return;
    }
    slot.prepared = { track, consumer, events: undefined };
    this.#waiting.set(producerId, slot.prepared);
  }
}
