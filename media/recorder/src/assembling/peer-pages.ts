// Bytes of stints in other recorders' stores, fetched in pages: pieces of sound are small, and each request takes a
// round trip.
import type { StintPlace } from '@meridian/protocol';
import type { RecordingName } from '../stints/held-stints.ts';
import type { StintPeers } from './stint-peers.ts';

/** A page holds several pieces of sound, or the head of a piece of pictures and little more. */
const PAGE_BYTES = 131_072;
/** Pages that are requested at once for a read. */
const PARALLEL_PAGES = 8;
/** Kept pages: 16 MiB, for the parts of a file that are sent at once. */
const PAGES_MAX = 128;

export class PeerPages {
  readonly #peers: Pick<StintPeers, 'read'>;
  readonly #recording: RecordingName;
  /** By object and number, the least recently used first. */
  readonly #pages = new Map<string, Promise<Uint8Array>>();

  constructor(peers: Pick<StintPeers, 'read'>, recording: RecordingName) {
    this.#peers = peers;
    this.#recording = recording;
  }

  /** Returns bytes of an object, cut at its end. Rejects as `StintPeers.read` does. */
  async read(place: StintPlace, name: string, from: number, bytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    const [first, end] = [Math.floor(from / PAGE_BYTES), Math.ceil((from + bytes) / PAGE_BYTES)];
    for (let number = first; number < end; number += PARALLEL_PAGES) {
      const numbers = Array.from({ length: Math.min(PARALLEL_PAGES, end - number) }, (_, at) => number + at);
      const pages = await Promise.all(numbers.map((one) => this.#page(place, name, one)));
      parts.push(...pages.map((page, at) => inRange(page, { from, bytes }, (number + at) * PAGE_BYTES)));
      if (pages.some((page) => page.length < PAGE_BYTES)) break;
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  }

  #page({ holder, stintId }: StintPlace, name: string, number: number): Promise<Uint8Array> {
    const key = `${stintId}/${name} ${number}`;
    const known = this.#pages.get(key);
    if (known !== undefined) {
      this.#pages.delete(key);
      this.#pages.set(key, known);
      return known;
    }
    const asked = { stintId, name, from: number * PAGE_BYTES, bytes: PAGE_BYTES };
    const page = this.#peers.read(holder, Object.assign(asked, this.#recording));
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= PAGES_MAX && oldest !== undefined) this.#pages.delete(oldest);
    this.#pages.set(key, page);
    page.catch(() => {
      if (this.#pages.get(key) === page) this.#pages.delete(key);
    });
    return page;
  }
}

function inRange(page: Uint8Array, { from, bytes }: { readonly from: number; readonly bytes: number }, offset: number) {
  return page.subarray(Math.max(0, from - offset), Math.max(0, from + bytes - offset));
}
