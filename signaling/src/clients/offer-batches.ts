// Batches the owner requests for offers of a media node by turn, since all its clients learn of a track in one turn.
import type { RefusedTrack, TrackOffer } from '../ports.ts';

export interface Offers {
  readonly offers: TrackOffer[];
  readonly failed: RefusedTrack[];
}

export class OfferBatches {
  readonly #ask: (nodeId: string, trackIds: string[]) => Promise<Offers>;
  readonly #waiting = new Map<string, { ids: Set<string>; answer: Promise<Offers> }>();

  constructor(ask: (nodeId: string, trackIds: string[]) => Promise<Offers>) {
    this.#ask = ask;
  }

  /** Returns offers of exactly these tracks. Rejects with the request's error. */
  async offers(nodeId: string, trackIds: readonly string[]): Promise<Offers> {
    const wanted = new Set(trackIds);
    const { offers, failed } = await this.#join(nodeId, trackIds);
    return {
      offers: offers.filter((offer) => wanted.has(offer.trackId)),
      failed: failed.filter((entry) => wanted.has(entry.trackId)),
    };
  }

  #join(nodeId: string, trackIds: readonly string[]): Promise<Offers> {
    const waiting = this.#waiting.get(nodeId);
    if (waiting !== undefined) {
      for (const trackId of trackIds) waiting.ids.add(trackId);
      return waiting.answer;
    }
    const ids = new Set(trackIds);
    const begin = async (): Promise<Offers> => {
      await Promise.resolve(); // the end of this turn
      this.#waiting.delete(nodeId);
      return this.#ask(nodeId, [...ids]);
    };
    const answer = begin();
    this.#waiting.set(nodeId, { ids, answer });
    return answer;
  }
}
