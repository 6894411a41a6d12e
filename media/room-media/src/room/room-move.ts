// Moves a receiving session to another media node (docs/design/moves.md): the move may be made once all its media also
// comes from the new node.
import { MeridianClientError } from '@meridian/client';
import type { Clock } from '@meridian/runtime';
import type { TransportSlot } from '../adapters/rtp/rtp-socket.ts';
import { NodeClock } from '../core/rtp/corrected-times.ts';
import type { Consumer, SessionNode } from './track-consumers.ts';

/** After this time a picture without a key frame starts at the new media node; below the timeout of signaling. */
const READY_MS = 3000;

export interface RoomMoveOptions {
  readonly clock: Clock;
  /** Returns the consumers expected from that media node now. */
  expected(home: SessionNode): readonly Consumer[];
  isReady(consumer: Consumer): boolean;
}

export class RoomMove {
  readonly home: SessionNode = { clock: new NodeClock() };
  /** Resolves when all flowing media could continue at the new node; rejects when only the old node sends. */
  readonly prepared: Promise<void>;
  readonly #o: RoomMoveOptions;
  readonly #untilMs: number;
  readonly #settled = Promise.withResolvers<void>();
  readonly #activeSides = new Set<TransportSlot>();

  constructor(o: RoomMoveOptions) {
    this.#o = o;
    this.#untilMs = o.clock.nowMs() + READY_MS;
    this.prepared = this.#settled.promise;
    this.prepared.catch(() => undefined); // The promise may reject before a caller awaits it.
  }

  noteMedia(from: TransportSlot): void {
    this.#activeSides.add(from);
  }

  /** Checks the progress; call it some times a second. */
  check(): void {
    if (this.#o.expected(this.home).every((one) => this.#o.isReady(one))) this.#settled.resolve();
    if (this.#o.clock.nowMs() < this.#untilMs) return;
    const isSilent = this.#activeSides.has('home') && !this.#activeSides.has('next');
    if (isSilent) this.#settled.reject(new MeridianClientError('MEDIA_FAILED', 'the new media node is silent'));
    else this.#settled.resolve();
  }

  /** Ends the move because it is settled or the session is over. */
  end(): void {
    this.#settled.resolve();
  }
}
