// Streams that take the place of another stream of their track: of an original after its catch-up stream (ADR 0026), or
// of another media node. The old one goes on until the first packet of the new one, which is one of a key frame.
import type { SubscriptionRow } from '@meridian/client';
import { readSrtp } from '@meridian/room-media/core';

export interface Move {
  /** What is received from now on, and the consumer that it follows. */
  readonly row: SubscriptionRow;
  readonly oldConsumerId: string;
}

export class Moves {
  /** By the SSRC of the new stream. */
  readonly #moves = new Map<number, Move>();

  /** False: the new stream has no SSRC that it could be known by, and takes its place at once. */
  begin(move: Move): boolean {
    const ssrc = move.row.rtpParameters.encodings?.[0]?.ssrc;
    if (ssrc !== undefined) this.#moves.set(ssrc, move);
    return ssrc !== undefined;
  }

  /** The move that a datagram of the media node ends, once. */
  endedBy(datagram: Uint8Array): Move | undefined {
    if (this.#moves.size === 0) return undefined;
    const read = readSrtp(datagram);
    const move = read?.kind === 'rtp' ? this.#moves.get(read.ssrc) : undefined;
    if (read !== undefined && move !== undefined) this.#moves.delete(read.ssrc);
    return move;
  }

  /** A consumer is gone: what it was to follow is gone with it, and what was to follow it has its place. */
  removed(consumerId: string): string[] {
    const gone: string[] = [];
    for (const [ssrc, { row, oldConsumerId }] of this.#moves) {
      if (row.consumerId === consumerId) gone.push(oldConsumerId);
      if (row.consumerId === consumerId || oldConsumerId === consumerId) this.#moves.delete(ssrc);
    }
    return gone;
  }

  clear(): void {
    this.#moves.clear();
  }
}
