// Gives other recorders the bytes of stints in this recorder's own store.
import type { Store } from '@meridian/object-store';
import { MeridianError, rpc, serve, type wire } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { isObjectName, isStintId } from '../core/names.ts';
import { prefixOf } from './held-stints.ts';

/** Bytes of an answer: half of what a link carries at once. */
export const STINT_READ_BYTES_MAX = 524_288;
/** Bound of the bytes that are being read for all recorders together. */
const READING_BYTES_MAX = 64 * 1_048_576;

export class StintServer {
  readonly #store: Pick<Store, 'get'>;
  readonly #links = new Set<Link>();
  #readingBytes = 0;

  constructor(store: Pick<Store, 'get'>) {
    this.#store = store;
  }

  serveOn(link: Link): void {
    this.#links.add(link);
    link.onClose(() => this.#links.delete(link));
    serve(link, rpc.readStint, async (message) => ({ bytes: await this.read(message) }));
  }

  /**
   * Returns bytes of an object of a stint, cut at its end. Rejects with REQUEST_INVALID, OVERLOADED, and as the store
   * does.
   */
  async read(message: wire.ReadStint): Promise<Uint8Array> {
    const { stintId, name, from, bytes } = message;
    const prefix = prefixOf(message);
    if (!isStintId(stintId) || !isObjectName(name)) throw new MeridianError('REQUEST_INVALID', 'no object of a stint');
    if (!Number.isSafeInteger(from) || from < 0) throw new MeridianError('REQUEST_INVALID', 'from is no offset');
    if (!Number.isSafeInteger(bytes) || bytes < 1 || bytes > STINT_READ_BYTES_MAX)
      throw new MeridianError('REQUEST_INVALID', `bytes is not between 1 and ${STINT_READ_BYTES_MAX}`);
    if (this.#readingBytes + bytes > READING_BYTES_MAX)
      throw new MeridianError('OVERLOADED', 'too many stints are read');
    this.#readingBytes += bytes;
    try {
      return await this.#store.get(`${prefix}${stintId}/${name}`, { range: { from, bytes } });
    } finally {
      this.#readingBytes -= bytes;
    }
  }

  /** Ends the links of recorders that the centre shuts out. */
  cut(ids: ReadonlySet<string>, cause: string): void {
    for (const link of this.#links) if (ids.has(link.remote.id)) link.close(cause);
  }
}
