// Consumers of a room's tracks: one per track, and a second during a move to another media node.
import type { Clock } from '@meridian/runtime';
import type { NodeClock } from '../core/rtp/corrected-times.ts';
import { Handover } from '../core/rtp/handover.ts';
import type { OutputFrame, ReceivedTrack } from './received-track.ts';

/** Media node of the session, or the node that the session moves to, with its clock. */
export interface SessionNode {
  readonly clock: NodeClock;
}

export interface Consumer {
  readonly consumerId: string;
  readonly received: ReceivedTrack;
  readonly home: SessionNode;
}

export interface TrackConsumersOptions {
  readonly clock: Clock;
  /** Gets the frames of a track, each once, in decoding order. */
  onFrames(trackId: string, frames: readonly OutputFrame[]): void;
}

export class TrackConsumers {
  readonly #o: TrackConsumersOptions;
  readonly #bySsrc = new Map<number, Consumer>();
  /** By track id. */
  readonly #handovers = new Map<string, Handover<ReceivedTrack, OutputFrame>>();

  constructor(o: TrackConsumersOptions) {
    this.#o = o;
  }

  get all(): Consumer[] {
    return [...this.#bySsrc.values()];
  }
  ofTrack(trackId: string): Consumer[] {
    return this.all.filter(({ received }) => received.trackId === trackId);
  }
  bySsrc(ssrc: number): Consumer | undefined {
    return this.#bySsrc.get(ssrc);
  }
  byId(consumerId: string): Consumer | undefined {
    return this.all.find((one) => one.consumerId === consumerId);
  }
  leaderOf(trackId: string): ReceivedTrack | undefined {
    return this.#handovers.get(trackId)?.leader;
  }

  /** Returns whether the track could continue with this consumer alone, without a missing frame. */
  isReady({ received }: Consumer): boolean {
    return this.#handovers.get(received.trackId)?.isReady(received, this.#o.clock.nowMs()) === true;
  }

  add(consumer: Consumer): void {
    const { trackId, ssrc, clockRate } = consumer.received;
    const handover = this.#handovers.get(trackId) ?? new Handover(clockRate);
    this.#handovers.set(trackId, handover);
    this.#bySsrc.set(ssrc, consumer);
    handover.add(consumer.received);
  }

  drain({ received }: Consumer): void {
    const nowMs = this.#o.clock.nowMs();
    this.#outputFrom(received, (handover) => handover.take(received, received.drain(nowMs), nowMs));
  }

  flush({ received }: Consumer): void {
    this.#outputFrom(received, (handover) => handover.take(received, received.flush(), this.#o.clock.nowMs()));
  }

  /** Removes an ended consumer; its track continues with another consumer, if any. */
  remove(consumer: Consumer): void {
    this.flush(consumer);
    const { received } = consumer;
    this.#bySsrc.delete(received.ssrc);
    this.#outputFrom(received, (handover) => handover.remove(received));
    const handover = this.#handovers.get(received.trackId);
    if (handover?.needsKey === true) handover.leader?.demandKeyFrame();
    if (handover?.leader === undefined) this.#handovers.delete(received.trackId);
  }

  /** Removes all consumers of a track; outputs nothing more. */
  drop(trackId: string): void {
    for (const { received } of this.ofTrack(trackId)) this.#bySsrc.delete(received.ssrc);
    this.#handovers.delete(trackId);
  }

  #outputFrom(
    { trackId }: ReceivedTrack,
    take: (handover: Handover<ReceivedTrack, OutputFrame>) => readonly OutputFrame[],
  ): void {
    const handover = this.#handovers.get(trackId);
    if (handover === undefined) return;
    const { leader } = handover;
    const frames = take(handover);
    if (handover.leader !== leader) handover.leader?.lead(this.#o.clock.nowMs());
    this.#o.onFrames(trackId, frames);
  }
}
