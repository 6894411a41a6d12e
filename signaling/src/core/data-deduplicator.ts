// While a session has two homes, both hand it the data messages of its room: each message is delivered once, whichever way it comes first. The
// same words said twice are two messages: what counts is how often they have come by one way.

/** Messages within the few seconds of a move; the oldest is forgotten. */
const messagesMax = 1024;

export class DataDeduplicator {
  readonly #seen = new Map<string, { readonly byWay: Map<string, number>; delivered: number }>();

  /** Whether this message, by its digest, is news; `way`: the node that handed it on. */
  isNew(digest: string, way: string): boolean {
    const entry = this.#seen.get(digest) ?? { byWay: new Map<string, number>(), delivered: 0 };
    this.#seen.set(digest, entry);
    const oldest = this.#seen.size > messagesMax ? this.#seen.keys().next().value : undefined;
    if (oldest !== undefined) this.#seen.delete(oldest);
    const times = (entry.byWay.get(way) ?? 0) + 1;
    entry.byWay.set(way, times);
    if (times <= entry.delivered) return false;
    entry.delivered = times;
    return true;
  }
}
