// Which scheduling centre a node dials next. It knows several; one of them leads, the others say which does. No IO; the
// clock is given.
//
// Case 1, the leader died: its link ends, the next centre is dialled, says "that one leads", which has just failed: the
//         node waits there, with its link open, until that centre leads. Case 2, a centre names the leader: that one is
//         dialled next, also when it is not on the list.
// Case 3, no centre answers: the list goes round.
// Case 4, all centres died: one that was found dead a moment ago may lead again when another says so. That it leads
//         under an epoch that the node has not obeyed yet shows that this word is of no term that has ended.
import { limits } from './limits.ts';

/**
 * A centre that failed is not gone back to on another's word for this long: longer than a lease lapses (2 s), so that
 * word is old then.
 */
export const centreFailedMs = 3000;
/** The leader of a new term still waits for its nodes: a node that hears of it comes soon. */
const toNewTermMs = { first: 200, max: 200 };
/** Centres that a node knows. */
export const centresMax = 16;

export class CentreSearch {
  readonly #urls: readonly string[];
  readonly #nowMs: () => number;
  #at = -1;
  /** Where the leader is, as a centre has said. */
  #hint: { url: string; isNewTerm: boolean } | undefined;
  #tried: string | undefined;
  #failed: { url: string; atMs: number } | undefined;
  /** The newest term that was gone to on a word. */
  #newTerm = 0;

  /** `urls`: one or several, with commas between. Throws RangeError for none or too many. */
  constructor(urls: string, nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#urls = [...new Set(urls.split(',').map((url) => url.trim()))].filter((url) => url !== '');
    if (this.#urls.length === 0 || this.#urls.length > centresMax)
      throw new RangeError(`a node needs 1 … ${centresMax} addresses of centres`);
  }

  /** Asked at every dial: whatever was dialled before has failed or was lost, unless it named another. */
  next(): string {
    const hint = this.#hint?.url;
    this.#hint = undefined;
    if (hint === undefined && this.#tried !== undefined) this.#failed = { url: this.#tried, atMs: this.#nowMs() };
    const listed = hint === undefined ? -1 : this.#urls.indexOf(hint);
    if (hint === undefined) this.#at = (this.#at + 1) % this.#urls.length;
    else if (listed >= 0) this.#at = listed;
    this.#tried = hint ?? this.#urls[this.#at] ?? '';
    return this.#tried;
  }

  /**
   * A centre names the leader. `newEpoch`: under which it leads, if that is above every one that this node has obeyed;
   * 0: it is not. True: end the link, that one is dialled next. False: stay, it is not known, not sound, or failed just
   * now and has not led anew since, as far as is known.
   */
  leaderIs(url: string, newEpoch = 0): boolean {
    if (!isCentreUrl(url) || url === this.#tried) return false;
    const isNewTerm = newEpoch > this.#newTerm; // of one term once: it may have died too
    if (!isNewTerm && this.#failed?.url === url && this.#nowMs() - this.#failed.atMs < centreFailedMs) return false;
    if (isNewTerm) this.#newTerm = newEpoch;
    this.#hint = { url, isNewTerm };
    return true;
  }

  /** Between dials: `limits.centreBackoffMs`, and short on the way to a new term. */
  get backoffMs(): { readonly first: number; readonly max: number } {
    return this.#hint?.isNewTerm === true ? toNewTermMs : limits.centreBackoffMs;
  }
}

function isCentreUrl(url: string): boolean {
  return url.length <= 512 && /^wss:\/\/[^\s/,@]+\/?$/.test(url);
}
