// One track as one session receives it: a consumer, what the subscriber wants of it, and whether the client is ready.
import type { EngineConsumer } from '../engine.ts';
import type { ConsumerState, ConsumerWish, SubscriptionView } from './shapes.ts';
import type { NodeTrack } from './track.ts';

/** "The highest there is", whatever the track has. */
const highestLayer = 255;

export class Subscription {
  readonly track: NodeTrack;
  readonly consumer: EngineConsumer;
  #wish: ConsumerWish;
  #ready = false;
  #closed = false;

  constructor(track: NodeTrack, consumer: EngineConsumer, wish: ConsumerWish) {
    this.track = track;
    this.consumer = consumer;
    this.#wish = wish;
    this.#tellTrack();
  }

  get trackId(): string {
    return this.track.trackId;
  }
  get wish(): ConsumerWish {
    return this.#wish;
  }
  get ready(): boolean {
    return this.#ready;
  }

  view(): SubscriptionView {
    return {
      consumerId: this.consumer.id,
      trackId: this.trackId,
      publisherSessionId: this.track.publisherSessionId,
      kind: this.consumer.kind,
      layerKind: this.consumer.layerKind,
      rtpParameters: this.consumer.rtpParameters,
      producerPaused: this.consumer.producerPaused,
      trackEpoch: this.track.epoch,
    };
  }

  state(): ConsumerState {
    return {
      consumerId: this.consumer.id,
      trackId: this.trackId,
      producerPaused: this.consumer.producerPaused,
      layers: this.consumer.layers,
      score: Math.min(this.consumer.score, this.track.originScore ?? 10),
      paused: this.#wish.paused,
    };
  }

  /** The client has set it up: flow, beginning with a key frame, unless the subscriber paused it. Again: another key frame. */
  async start(): Promise<void> {
    if (this.#closed) return;
    const wasReady = this.#ready;
    this.#ready = true;
    if (this.#wish.paused) return;
    if (wasReady) await this.consumer.requestKeyFrame();
    else await this.consumer.resume();
  }

  async update(wish: ConsumerWish): Promise<void> {
    if (this.#closed) return;
    const before = this.#wish;
    this.#wish = wish;
    this.#tellTrack();
    if (wish.spatialLayer !== before.spatialLayer || wish.temporalLayer !== before.temporalLayer)
      await this.applyLayers();
    if (wish.priority !== before.priority && wish.priority > 0) await this.consumer.setPriority(wish.priority);
    if (wish.paused === before.paused || !this.#ready) return;
    await (wish.paused ? this.consumer.pause() : this.consumer.resume());
  }

  /** Passes the wished layers to the engine; absent means the highest. */
  async applyLayers(): Promise<void> {
    if (this.consumer.layerKind === 'simple') return;
    const { spatialLayer, temporalLayer } = this.#wish;
    await this.consumer.setPreferredLayers({
      spatialLayer: Math.min(spatialLayer ?? highestLayer, this.track.producer.layerCount - 1),
      ...(temporalLayer === undefined ? {} : { temporalLayer }),
    });
  }

  /** The consumer goes, the producer stays. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.forget();
    this.consumer.close();
  }

  /** The consumer has gone, or is going with its transport or its producer: only the bookkeeping is left. Idempotent. */
  forget(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.track.unwish(this.#wishKey);
  }

  get #wishKey(): string {
    return `consumer ${this.consumer.id}`;
  }

  #tellTrack(): void {
    if (this.track.closed) return;
    this.track.wish(this.#wishKey, {
      paused: this.#wish.paused,
      maxSpatialLayer: this.#wish.spatialLayer ?? highestLayer,
    });
  }
}
