// A track on this node: its producer (published here or pulled) and the demand for it.
import { assert, limits, type Track } from '@meridian/protocol';
import type { Clock, Logger, Timer } from '@meridian/runtime';
import {
  type ConsumerDemand,
  type DemandLevel,
  type DemandState,
  demandPeriodMs,
  fullDemand,
  mergeDemands,
  phaseOf,
  stepDemand,
} from '../core/index.ts';
import type { EngineProducer } from '../engine.ts';
import { SwitchMoments } from './switch-moments.ts';

/** A catch-up stream of a track: its pictures from an earlier key frame on (ADR 0026). `number` counts from 1. */
export interface CatchUpStream {
  readonly number: number;
  readonly producerId: string;
}

export class NodeTrack {
  readonly roomKey: string;
  readonly fence: string;
  readonly publisherSessionId: string;
  readonly origin: boolean;
  readonly epoch: number;
  readonly producer: EngineProducer;
  readonly switches: SwitchMoments;
  readonly #clock: Clock;
  readonly #onDemand: (level: DemandLevel) => void;
  readonly #onShared: () => void;
  readonly #onCatchUp: (number: number) => void;
  readonly #consumerDemands = new Map<string, ConsumerDemand>();
  #info: Track;
  #demand: DemandState;
  #demandTimer: Timer | undefined;
  #closed = false;
  /** Score of the track's arrival at its origin, 1 … 10, as its carrier reports it; undefined: not known yet. */
  originScore: number | undefined;
  /** Reason why the carrier holds the track back; '': it does not. */
  upstreamHoldReason = '';
  #sharedUpstream: boolean;
  #nextCatchUpIndex: number | undefined;
  #isShared: boolean;

  constructor(o: {
    roomKey: string;
    fence: string;
    info: Track;
    publisherSessionId: string;
    origin: boolean;
    epoch: number;
    producer: EngineProducer;
    clock: Clock;
    log: Logger;
    /** True when the track has further receivers at its carrier or on the way to it; false at the origin. */
    isSharedUpstream: boolean;
    onDemand: (level: DemandLevel) => void;
    onShared: () => void;
    onCatchUp: (number: number) => void;
  }) {
    this.roomKey = o.roomKey;
    this.fence = o.fence;
    this.#info = o.info;
    this.publisherSessionId = o.publisherSessionId;
    this.origin = o.origin;
    this.epoch = o.epoch;
    this.producer = o.producer;
    this.#clock = o.clock;
    this.switches = new SwitchMoments({ clock: o.clock, log: o.log, trackId: o.info.trackId });
    this.#onDemand = o.onDemand;
    this.#onShared = o.onShared;
    this.#onCatchUp = o.onCatchUp;
    this.#sharedUpstream = o.isSharedUpstream;
    this.#isShared = o.isSharedUpstream;
    this.#demand = fullDemand(o.producer);
    this.#updateDemand();
  }

  get trackId(): string {
    return this.#info.trackId;
  }
  get info(): Track {
    return this.#info;
  }
  get closed(): boolean {
    return this.#closed;
  }
  /** Returns the track's catch-up streams in rotation; undefined for a track without catch-up streams. */
  nextCatchUp(): CatchUpStream | undefined {
    const { id, catchUpIds } = this.producer;
    this.#nextCatchUpIndex ??= Math.floor(phaseOf(id) * catchUpIds.length); // nodes begin at different streams
    const at = this.#nextCatchUpIndex % catchUpIds.length;
    this.#nextCatchUpIndex += 1;
    const producerId = catchUpIds[at];
    return producerId === undefined ? undefined : { number: at + 1, producerId };
  }

  requestCatchUp(number: number): void {
    if (!this.#closed && number <= this.producer.catchUpIds.length) this.#onCatchUp(number);
  }

  /** Layers last requested from the carrier or publisher. */
  get requestedLevel(): DemandLevel {
    return this.#demand.requestedLevel;
  }

  /** True when the track has several receivers, so that a key frame for one costs the others bits and quality. */
  get isShared(): boolean {
    return this.#isShared;
  }

  setSharedUpstream(shared: boolean): void {
    this.#sharedUpstream = shared;
    this.#updateDemand();
  }

  /** Sets the demand of one local consumer or pulling node, identified by `key`. */
  setDemand(key: string, demand: ConsumerDemand): void {
    assert(!this.#closed, 'a closed track is not demanded');
    this.#consumerDemands.set(key, demand);
    this.#updateDemand();
  }

  clearDemand(key: string): void {
    if (this.#consumerDemands.delete(key)) this.#updateDemand();
  }

  async setPaused(paused: boolean): Promise<void> {
    this.#info = { ...this.#info, muted: paused };
    await this.producer.setPaused(paused);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#demandTimer?.cancel();
    this.#consumerDemands.clear();
    this.switches.close();
    this.producer.close();
  }

  /**
   * Returns how long the track flows on without demand. A published track flows on for `demandPeriodMs`, because a
   * publisher that stops needs a key frame to start again; a lingering pull flows on for a subscriber that may return.
   */
  #unwantedHoldMs(): number {
    if (this.origin) return demandPeriodMs;
    return this.#consumerDemands.size === 0 ? limits.pullLingerMs : 0;
  }

  #updateShared(): void {
    const receivers = [...this.#consumerDemands.values()].filter(({ paused }) => !paused).length;
    const isShared = this.#sharedUpstream || receivers > 1;
    if (isShared === this.#isShared) return;
    this.#isShared = isShared;
    this.#onShared();
  }

  #updateDemand(): void {
    if (this.#closed) return;
    this.#demandTimer?.cancel();
    this.#demandTimer = undefined;
    this.#updateShared();
    const wanted = mergeDemands(this.#consumerDemands.values(), this.producer);
    const holdMs = wanted.spatialLayers === 0 ? this.#unwantedHoldMs() : 0;
    const step = stepDemand({ state: this.#demand, wanted, nowMs: this.#clock.nowMs(), holdMs });
    this.#demand = step.state;
    if (step.nextStepInMs !== undefined)
      this.#demandTimer = this.#clock.after(step.nextStepInMs, () => this.#updateDemand());
    if (step.newRequest !== undefined) this.#onDemand(step.newRequest);
  }
}
