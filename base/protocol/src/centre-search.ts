// Chooses the scheduling centre that a node dials next. The node knows several; one leads, the others name the leader.
//
// - The leader died: its link ends, the next centre still names it, and since the leader has just failed, the node
//   waits there with its link open until that centre leads.
// - A centre names the leader: the leader is dialled next, even when it is not on the list.
// - No centre answers: the list goes round.
// - All centres died: a centre that failed a moment ago may lead again when another names it. An epoch higher than any
//   that the node has obeyed proves that the hint is not from an ended term.
import { limits } from './limits.ts';

/** Time for which hints of a failed centre are ignored. Its lease lapses sooner (2 s), so they are out of date. */
export const centreFailedMs = 3000;
/** The leader of a new term still waits for its nodes, so a node with that hint dials soon. */
const toNewTermMs = { first: 200, max: 200 };
export const centresMax = 16;

export class CentreSearch {
  readonly #urls: readonly string[];
  readonly #nowMs: () => number;
  #at = -1;
  #hint: { url: string; isNewTerm: boolean } | undefined;
  #triedUrl: string | undefined;
  #failed: { url: string; atMs: number } | undefined;
  #newTerm = 0;

  /** `urls`: one or several, separated by commas. Throws RangeError for none or too many. */
  constructor(urls: string, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#urls = [...new Set(urls.split(',').map((url) => url.trim()))].filter((url) => url !== '');
    if (this.#urls.length === 0 || this.#urls.length > centresMax)
      throw new RangeError(`a node needs 1 … ${centresMax} addresses of centres`);
  }

  /** Returns the URL for the next dial: the hint, or the next in the list, since the last dialled centre has failed. */
  next(): string {
    const hint = this.#hint?.url;
    this.#hint = undefined;
    if (hint === undefined && this.#triedUrl !== undefined) this.#failed = { url: this.#triedUrl, atMs: this.#nowMs() };
    const listed = hint === undefined ? -1 : this.#urls.indexOf(hint);
    if (hint === undefined) this.#at = (this.#at + 1) % this.#urls.length;
    else if (listed >= 0) this.#at = listed;
    this.#triedUrl = hint ?? this.#urls[this.#at] ?? '';
    return this.#triedUrl;
  }

  /**
   * Takes a hint of the leader. `newEpoch` is its epoch if higher than any that this node has obeyed, otherwise 0.
   * Returns true when the caller must end its link, since the named leader is dialled next; false when the URL is
   * unsound or already dialled, or that centre failed just now and leads no new term.
   */
  leaderIs(url: string, newEpoch = 0): boolean {
    if (!isCentreUrl(url) || url === this.#triedUrl) return false;
    const isNewTerm = newEpoch > this.#newTerm; // only once per term, since its leader may have died too
    if (!isNewTerm && this.#failed?.url === url && this.#nowMs() - this.#failed.atMs < centreFailedMs) return false;
    if (isNewTerm) this.#newTerm = newEpoch;
    this.#hint = { url, isNewTerm };
    return true;
  }

  get backoffMs(): { readonly first: number; readonly max: number } {
    return this.#hint?.isNewTerm === true ? toNewTermMs : limits.centreBackoffMs;
  }
}

function isCentreUrl(url: string): boolean {
  return url.length <= 512 && /^wss:\/\/[^\s/,@]+\/?$/.test(url);
}
