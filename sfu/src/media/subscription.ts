// One track as one session receives it: a consumer, what the subscriber wants of it, and whether the client is ready.
import type { EngineConsumer } from '../engine.ts';
import type { ConsumerPreferences, ConsumerState, SubscriptionView } from './shapes.ts';
import type { CatchUpStream, NodeTrack } from './track.ts';

/** Why the node keeps back what the subscriber wants. */
export type HoldReason = 'downlink';

/** "The highest there is", whatever the track has. */
const highestLayer = 255;

export class Subscription {
  readonly track: NodeTrack;
  readonly consumer: EngineConsumer;
  /**
   * What it is a consumer of, if not of the original: it begins with the kept group of pictures, and another one takes
   * its place at the next key frame.
   */
  readonly catchUp: CatchUpStream | undefined;
  #preferences: ConsumerPreferences;
  /** The spatial layer that the engine has; what is asked for now may wait for its moment. */
  #spatialInForce: number | undefined;
  #ready = false;
  readonly #holds = new Set<HoldReason>();
  #closed = false;

  constructor(track: NodeTrack, consumer: EngineConsumer, preferences: ConsumerPreferences, catchUp?: CatchUpStream) {
    this.track = track;
    this.consumer = consumer;
    this.catchUp = catchUp;
    this.#preferences = preferences;
    this.#spatialInForce = preferences.spatialLayer;
    this.#tellTrack();
  }

  get trackId(): string {
    return this.track.trackId;
  }
  get preferences(): ConsumerPreferences {
    return this.#preferences;
  }
  get ready(): boolean {
    return this.#ready;
  }

  /** The client is ready for it and the subscriber has not paused it. */
  get isWanted(): boolean {
    return this.#ready && !this.#preferences.paused && !this.#closed;
  }
  heldBy(reason: HoldReason): boolean {
    return this.#holds.has(reason);
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
      paused: this.#preferences.paused,
      heldBy: [...this.#holds][0] ?? (this.track.heldUpstream || undefined),
    };
  }

  /** Keeps it back, or sends it again, beginning with a key frame. The holder lets it go. */
  async hold(reason: HoldReason, held: boolean): Promise<void> {
    if (this.#closed || this.#holds.has(reason) === held) return;
    const before = this.#paused;
    if (held) this.#holds.add(reason);
    else this.#holds.delete(reason);
    await this.#follow(before);
  }

  /**
   * The client has set it up: flow, beginning with a key frame, unless the subscriber paused it. Again: another key
   * frame.
   */
  async start(): Promise<void> {
    if (this.#closed) return;
    const wasReady = this.#ready;
    this.#ready = true;
    if (this.#paused) return;
    if (wasReady) await this.consumer.requestKeyFrame();
    else await this.consumer.resume();
  }

  async update(preferences: ConsumerPreferences): Promise<void> {
    if (this.#closed) return;
    const before = this.#preferences;
    const wasPaused = this.#paused;
    this.#preferences = preferences;
    this.#tellTrack();
    if (preferences.spatialLayer !== this.#spatialInForce)
      this.#switchSpatial(this.#ready && !wasPaused && !this.#paused);
    else this.track.switches.forget(this.#demandKey);
    if (preferences.temporalLayer !== before.temporalLayer) await this.applyLayers();
    if (preferences.priority !== before.priority && preferences.priority > 0)
      await this.consumer.setPriority(preferences.priority);
    await this.#follow(wasPaused);
  }

  /** Passes the layers in force to the engine; absent means the highest. */
  async applyLayers(): Promise<void> {
    if (this.consumer.layerKind === 'simple') return;
    const { temporalLayer } = this.#preferences;
    await this.consumer.setPreferredLayers({
      spatialLayer: Math.min(this.#spatialInForce ?? highestLayer, this.track.producer.layerCount - 1),
      ...(temporalLayer === undefined ? {} : { temporalLayer }),
    });
  }

  /** The consumer goes, the producer stays. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.forget();
    this.consumer.close();
  }

  /**
   * The consumer has gone, or is going with its transport or its producer: only the bookkeeping is left. Idempotent.
   */
  forget(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.track.switches.forget(this.#demandKey);
    this.track.clearDemand(this.#demandKey);
  }

  /**
   * What others get too changes together with them (core/switching.ts); what does not flow costs no key frame.
   */
  #switchSpatial(flows: boolean): void {
    const change = async (): Promise<void> => {
      this.#spatialInForce = this.#preferences.spatialLayer;
      if (!this.track.closed) this.#tellTrack();
      await this.applyLayers();
    };
    this.track.switches.ask(this.#demandKey, change, flows && this.track.isShared);
  }

  get #paused(): boolean {
    return this.#preferences.paused || this.#holds.size > 0;
  }

  async #follow(wasPaused: boolean): Promise<void> {
    this.#tellTrack();
    if (this.#paused === wasPaused || !this.#ready) return;
    await (this.#paused ? this.consumer.pause() : this.consumer.resume());
  }

  get #demandKey(): string {
    return `consumer ${this.consumer.id}`;
  }

  #tellTrack(): void {
    if (this.track.closed) return;
    // A layer that still flows to this subscriber must not be taken away above.
    const [wanted, inForce] = [this.#preferences.spatialLayer ?? highestLayer, this.#spatialInForce ?? highestLayer];
    this.track.setDemand(this.#demandKey, { paused: this.#paused, maxSpatialLayer: Math.max(wanted, inForce) });
  }
}
