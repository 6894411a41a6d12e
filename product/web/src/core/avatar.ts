// Initials and colour of a participant without a picture, the same in every browser.

/** Hues that are easy to tell apart and avoid the red of danger (0–20°) and the teal of speaking (160–185°). */
const HUES = [28, 48, 92, 140, 200, 218, 238, 260, 282, 305, 328] as const;

/** FNV-1a, 32 bit (Fowler, Noll, Vo): spreads short similar identities well enough for eleven colours. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 16; // fmix32 of MurmurHash3: without it similar identities end in similar bits
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}

export function hueOf(identity: string): number {
  return HUES[hashOf(identity) % HUES.length] ?? HUES[0];
}

const ideographic = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Returns one or two characters: first letters of the first and last word, or the last two characters of an ideographic
 * name.
 */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean);
  const [first] = words;
  if (first === undefined) return '?';
  if (ideographic.test(first)) return Array.from(first).slice(-2).join('');
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [first, last]
    .map((word) => (word === undefined ? '' : (Array.from(word)[0] ?? '')))
    .join('')
    .toLocaleUpperCase();
}
