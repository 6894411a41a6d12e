// The move of a session that receives to another media node (docs/design/moves.md): all of it comes from there too
// before the move may be made.
import { MeridianClientError } from '@meridian/client';
import type { Clock } from '@meridian/runtime';
import type { NodeSide } from '../adapters/rtp/rtp-socket.ts';
import { NodeClock } from '../core/rtp/kept-times.ts';
import type { Consumer, Home } from './track-consumers.ts';

/** A picture of which no key frame has come in that time begins at the new media node: below what signaling waits. */
const READY_MS = 3000;

export interface RoomMoveOptions {
  readonly clock: Clock;
  /** What is to come from that media node now. */
  expected(home: Home): readonly Consumer[];
  isReady(consumer: Consumer): boolean;
}

export class RoomMove {
  readonly home: Home = { clock: new NodeClock() };
  /** Resolves when all that flows could go on at the new node; rejects when media comes from the old one alone. */
  readonly prepared: Promise<void>;
  readonly #o: RoomMoveOptions;
  readonly #untilMs: number;
  readonly #settled = Promise.withResolvers<void>();
  readonly #heard = new Set<NodeSide>();

  constructor(o: RoomMoveOptions) {
    this.#o = o;
    this.#untilMs = o.clock.nowMs() + READY_MS;
    this.prepared = this.#settled.promise;
    this.prepared.catch(() => undefined); // it may be over before it is waited for
  }

  /** Media has come from that media node. */
  heard(from: NodeSide): void {
    this.#heard.add(from);
  }

  /** Some times a second. */
  look(): void {
    if (this.#o.expected(this.home).every((one) => this.#o.isReady(one))) this.#settled.resolve();
    if (this.#o.clock.nowMs() < this.#untilMs) return;
    const isSilent = this.#heard.has('home') && !this.#heard.has('next');
    if (isSilent) this.#settled.reject(new MeridianClientError('MEDIA_FAILED', 'the new media node is silent'));
    else this.#settled.resolve();
  }

  /** It is settled, or the session is over. */
  over(): void {
    this.#settled.resolve();
  }
}
