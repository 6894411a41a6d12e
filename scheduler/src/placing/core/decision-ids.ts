// Ids of decisions: a prefix that no other process has, and a count. The ids need to be unique, not secret: a decision
// is released only by the signaling node that asked for it.
import { assert } from '@meridian/protocol';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PAIRS = Array.from(ALPHABET).flatMap((high) => Array.from(ALPHABET, (low) => high + low));
/** Random characters after `DE_`: 47 bits a term, so no two terms with known decisions share a prefix. */
export const PREFIX_CHARS = 8;
/** 62^8 decisions: thirty years at two hundred thousand a second; every term has another prefix. */
const COUNT_CHARS = 8;

/** Returns the count of an id; for other text, any other number or -1. */
export function countOf(decisionId: string): number {
  let count = 0;
  for (let at = COUNT_AT; at < COUNT_AT + COUNT_CHARS; at += 1) {
    const value = VALUES[decisionId.charCodeAt(at)] ?? -1;
    if (value < 0) return -1;
    count = count * 62 + value;
  }
  return count;
}

const COUNT_AT = 'DE_'.length + PREFIX_CHARS;
const VALUES = Int8Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)));

export class DecisionIds {
  readonly #prefix: string;
  readonly #suffix: string;
  #head = '';
  #high = 0;
  #low = PAIRS.length;

  /** `prefix`: `DE_` and `PREFIX_CHARS` characters, of a process and term. `suffix`: end of every id. */
  constructor(prefix: string, suffix = '') {
    assert(prefix.length === COUNT_AT, `ids begin with ${COUNT_AT} characters, not ${prefix}`);
    this.#prefix = prefix;
    this.#suffix = suffix;
  }

  next(): string {
    if (this.#low === PAIRS.length) this.#advanceHead();
    const id = this.#head + (PAIRS[this.#low] as string);
    this.#low += 1;
    return this.#suffix === '' ? id : id + this.#suffix;
  }

  #advanceHead(): void {
    let rest = this.#high;
    let digits = '';
    while (digits.length < COUNT_CHARS - 2) {
      digits = (ALPHABET[rest % 62] as string) + digits;
      rest = Math.floor(rest / 62);
    }
    this.#head = this.#prefix + digits;
    this.#high += 1;
    this.#low = 0;
  }
}
