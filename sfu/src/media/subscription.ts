// A track as a session receives it: a consumer, the subscriber's preferences, and whether the client is ready.
import type { Clock } from '@meridian/runtime';
import { getsPreferred } from '../core/index.ts';
import type { EngineConsumer } from '../engine.ts';
import type { ConsumerPreferences, ConsumerState, SubscriptionView } from './shapes.ts';
import { SteadyLayer } from './steady-layer.ts';
import type { CatchUpStream, NodeTrack } from './track.ts';

export type HoldReason = 'downlink';

const highestLayer = 255;

export class Subscription {
  readonly track: NodeTrack;
  readonly consumer: EngineConsumer;
  /** Set while the consumer plays a catch-up stream; a consumer of the original replaces it at the next key frame. */
  readonly catchUp: CatchUpStream | undefined;
  #preferences: ConsumerPreferences;
  /** Preferred layer last passed to the engine; a newer preference may still wait for the next switch. */
  #appliedSpatialLayer: number | undefined;
  #ready = false;
  readonly #holds = new Set<HoldReason>();
  /** Absent: the consumer needs all lower layers, since its worker would lose the picture without them. */
  readonly #steady: SteadyLayer | undefined;
  #closed = false;

  /** `canDoWithout`: layers below the consumer's may be left out. */
  constructor(o: {
    track: NodeTrack;
    consumer: EngineConsumer;
    preferences: ConsumerPreferences;
    catchUp?: CatchUpStream | undefined;
    clock: Clock;
    canDoWithout: boolean;
  }) {
    this.track = o.track;
    this.consumer = o.consumer;
    this.catchUp = o.catchUp;
    this.#preferences = o.preferences;
    this.#appliedSpatialLayer = o.preferences.spatialLayer;
    this.#steady = o.canDoWithout ? new SteadyLayer(o.clock, () => this.#updateDemand()) : undefined;
    this.#updateDemand();
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

  /** True when the client is ready and the subscriber has not paused the track. */
  get isWanted(): boolean {
    return this.#ready && !this.#preferences.paused && !this.#closed;
  }
  isHeldFor(reason: HoldReason): boolean {
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
      holdReason: [...this.#holds][0] ?? (this.track.upstreamHoldReason || undefined),
    };
  }

  /** Adds or removes one reason to hold the track back. Without a reason the track flows, from a key frame on. */
  async setHold(reason: HoldReason, held: boolean): Promise<void> {
    if (this.#closed || this.#holds.has(reason) === held) return;
    const wasPaused = this.#paused;
    if (held) this.#holds.add(reason);
    else this.#holds.delete(reason);
    await this.#applyPause(wasPaused);
  }

  /** Starts the flow with a key frame, unless the track is paused. A repeated call requests another key frame. */
  async start(): Promise<void> {
    if (this.#closed) return;
    const wasReady = this.#ready;
    this.#ready = true;
    if (this.#paused) return;
    if (wasReady) await this.consumer.requestKeyFrame();
    else await this.consumer.resume();
  }

  /** Takes a change of the layers that the subscriber receives. */
  layersChanged(): void {
    if (!this.#closed) this.#steady?.observe(this.#getsPreferred);
  }

  async update(preferences: ConsumerPreferences): Promise<void> {
    if (this.#closed) return;
    const before = this.#preferences;
    const wasPaused = this.#paused;
    this.#preferences = preferences;
    if (preferences.spatialLayer !== before.spatialLayer || preferences.temporalLayer !== before.temporalLayer)
      this.#steady?.restart(this.#getsPreferred);
    this.#updateDemand();
    if (preferences.spatialLayer !== this.#appliedSpatialLayer)
      this.#switchSpatial(this.#ready && !wasPaused && !this.#paused);
    else this.track.switches.forget(this.#demandKey);
    if (preferences.temporalLayer !== before.temporalLayer) await this.applyLayers();
    if (preferences.priority !== before.priority && preferences.priority > 0)
      await this.consumer.setPriority(preferences.priority);
    await this.#applyPause(wasPaused);
  }

  /** Passes the preferred layers to the engine; an absent layer means the highest. */
  async applyLayers(): Promise<void> {
    if (this.consumer.layerKind === 'simple') return;
    const { temporalLayer } = this.#preferences;
    await this.consumer.setPreferredLayers({
      spatialLayer: Math.min(this.#appliedSpatialLayer ?? highestLayer, this.track.producer.layerCount - 1),
      ...(temporalLayer === undefined ? {} : { temporalLayer }),
    });
  }

  close(): void {
    if (this.#closed) return;
    this.forget();
    this.consumer.close();
  }

  /** Cleans up without closing the consumer, which closes with its transport or producer. Idempotent. */
  forget(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#steady?.close();
    this.track.switches.forget(this.#demandKey);
    this.track.clearDemand(this.#demandKey);
  }

  /** Changes the spatial layer: later, for a flowing track with several receivers (core/switching.ts), else at once. */
  #switchSpatial(flows: boolean): void {
    const change = async (): Promise<void> => {
      this.#appliedSpatialLayer = this.#preferences.spatialLayer;
      if (!this.track.closed) this.#updateDemand();
      await this.applyLayers();
    };
    this.track.switches.request(this.#demandKey, change, flows && this.track.isShared);
  }

  get #paused(): boolean {
    return this.#preferences.paused || this.#holds.size > 0;
  }

  async #applyPause(wasPaused: boolean): Promise<void> {
    this.#updateDemand();
    if (this.#paused === wasPaused || !this.#ready) return;
    await (this.#paused ? this.consumer.pause() : this.consumer.resume());
  }

  get #getsPreferred(): boolean {
    const { layerCount, temporalLayerCount } = this.track.producer;
    const { spatialLayer = highestLayer, temporalLayer = highestLayer } = this.#preferences;
    return getsPreferred(this.consumer.layers, {
      spatialLayer: Math.min(spatialLayer, layerCount - 1),
      temporalLayer: Math.min(temporalLayer, temporalLayerCount - 1),
    });
  }

  get #demandKey(): string {
    return `consumer ${this.consumer.id}`;
  }

  #updateDemand(): void {
    if (this.track.closed) return;
    // The carrier must keep sending the layer that still flows to this subscriber.
    const [wanted, applied] = [
      this.#preferences.spatialLayer ?? highestLayer,
      this.#appliedSpatialLayer ?? highestLayer,
    ];
    this.track.setDemand(this.#demandKey, {
      paused: this.#paused,
      maxSpatialLayer: Math.max(wanted, applied),
      minSpatialLayer: this.#steady?.isSteady === true ? Math.min(wanted, applied) : 0,
      maxTemporalLayer: this.#preferences.temporalLayer,
    });
  }
}
