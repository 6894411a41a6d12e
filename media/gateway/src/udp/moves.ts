// Replacements of streams within a track: a catch-up stream by the original (ADR 0026), or a media node by another. The
// old stream continues until the first packet of the new one, which belongs to a key frame.
import type { SubscriptionRow } from '@meridian/client';
import { readSrtp } from '@meridian/room-media/core';

export interface Move {
  /** New subscription, and the consumer that it replaces. */
  readonly row: SubscriptionRow;
  readonly oldConsumerId: string;
}

export class Moves {
  /** By the SSRC of the new stream. */
  readonly #moves = new Map<number, Move>();

  /** Returns false when the new stream has no SSRC to recognise, and so replaces the old at once. */
  begin(move: Move): boolean {
    const ssrc = move.row.rtpParameters.encodings?.[0]?.ssrc;
    if (ssrc !== undefined) this.#moves.set(ssrc, move);
    return ssrc !== undefined;
  }

  takeEndedBy(datagram: Uint8Array): Move | undefined {
    if (this.#moves.size === 0) return undefined;
    const read = readSrtp(datagram);
    const move = read?.kind === 'rtp' ? this.#moves.get(read.ssrc) : undefined;
    if (read !== undefined && move !== undefined) this.#moves.delete(read.ssrc);
    return move;
  }

  /** Forgets moves from or to a removed consumer. Returns the consumers that it was to replace, which end with it. */
  consumerRemoved(consumerId: string): string[] {
    const endedConsumers: string[] = [];
    for (const [ssrc, { row, oldConsumerId }] of this.#moves) {
      if (row.consumerId === consumerId) endedConsumers.push(oldConsumerId);
      if (row.consumerId === consumerId || oldConsumerId === consumerId) this.#moves.delete(ssrc);
    }
    return endedConsumers;
  }

  clear(): void {
    this.#moves.clear();
  }
}
