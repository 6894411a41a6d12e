// By what the tracks of a room come: a consumer each at the media node of the session, and a second one while a track,
// or the session, goes over to another media node.
import type { Clock } from '@meridian/runtime';
import { Handover } from '../core/rtp/handover.ts';
import type { NodeClock } from '../core/rtp/kept-times.ts';
import type { GivenFrame, ReceivedTrack } from './received-track.ts';

/** A media node: where the session lives, or is to move. */
export interface Home {
  readonly clock: NodeClock;
}

export interface Consumer {
  readonly consumerId: string;
  readonly received: ReceivedTrack;
  readonly home: Home;
}

export interface TrackConsumersOptions {
  readonly clock: Clock;
  /** Frames of a track, each once, in decoding order. */
  give(trackId: string, frames: readonly GivenFrame[]): void;
}

export class TrackConsumers {
  readonly #o: TrackConsumersOptions;
  readonly #bySsrc = new Map<number, Consumer>();
  /** By track. */
  readonly #handovers = new Map<string, Handover<ReceivedTrack, GivenFrame>>();

  constructor(o: TrackConsumersOptions) {
    this.#o = o;
  }

  get all(): Consumer[] {
    return [...this.#bySsrc.values()];
  }
  of(trackId: string): Consumer[] {
    return this.all.filter(({ received }) => received.trackId === trackId);
  }
  bySsrc(ssrc: number): Consumer | undefined {
    return this.#bySsrc.get(ssrc);
  }
  byId(consumerId: string): Consumer | undefined {
    return this.all.find((one) => one.consumerId === consumerId);
  }
  /** What a track comes by now. */
  leaderOf(trackId: string): ReceivedTrack | undefined {
    return this.#handovers.get(trackId)?.leader;
  }

  /** Its track could go on by it alone, and nothing would be missing. */
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

  /** Gives what is whole of it. */
  drain({ received }: Consumer): void {
    const nowMs = this.#o.clock.nowMs();
    this.#take(received, (handover) => handover.take(received, received.drain(nowMs), nowMs));
  }

  /** Gives what still waits for a report. */
  flush({ received }: Consumer): void {
    this.#take(received, (handover) => handover.take(received, received.flush(), this.#o.clock.nowMs()));
  }

  /** It is over: its track goes on by another one, if there is one. */
  remove(consumer: Consumer): void {
    this.flush(consumer);
    const { received } = consumer;
    this.#bySsrc.delete(received.ssrc);
    this.#take(received, (handover) => handover.remove(received));
    const handover = this.#handovers.get(received.trackId);
    if (handover?.needsKey === true) handover.leader?.demandKeyFrame();
    if (handover?.leader === undefined) this.#handovers.delete(received.trackId);
  }

  /** All of a track are over; nothing more is given. */
  drop(trackId: string): void {
    for (const { received } of this.of(trackId)) this.#bySsrc.delete(received.ssrc);
    this.#handovers.delete(trackId);
  }

  #take(
    { trackId }: ReceivedTrack,
    take: (handover: Handover<ReceivedTrack, GivenFrame>) => readonly GivenFrame[],
  ): void {
    const handover = this.#handovers.get(trackId);
    if (handover === undefined) return;
    const { leader } = handover;
    const frames = take(handover);
    if (handover.leader !== leader) handover.leader?.lead(this.#o.clock.nowMs());
    this.#o.give(trackId, frames);
  }
}
