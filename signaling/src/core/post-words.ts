// Finds words that a room refuses (RoomPolicy.postWords) in a text: in any case and width, with blanks and invisible
// characters between the letters. A word of a script with word borders ("ass") is found only as a whole word, also
// spelled out with blanks, but not inside "class". A word with Chinese, Japanese, Thai or similar letters, which have
// no borders, is found anywhere.

const scriptsWithoutBorders = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u;
const invisible = /[\p{Cf}\p{DI}]/gu;
const blank = /[\s\p{Z}]/u;
const blanks = /[\s\p{Z}]/gu;
const wordCharacter = /[\p{L}\p{N}]/u;

/** Normalizes width and case (upper, for sigma and ß), and drops invisible characters. */
const folded = (text: string): string => text.normalize('NFKC').replace(invisible, '').toLowerCase().toUpperCase();

export interface PostWords {
  /** Returns the first of the words that the text contains; undefined if none. */
  found(text: string): string | undefined;
}

/** Makes the search for these words; words without visible characters are ignored. */
export function postWords(words: readonly string[]): PostWords {
  const searchTerms = words.flatMap((word) => {
    const dense = folded(word).replace(blanks, '');
    return dense === '' ? [] : [{ word, dense, hasBorders: !scriptsWithoutBorders.test(dense) }];
  });
  return {
    found: (text) => {
      if (searchTerms.length === 0) return undefined;
      const spaced = folded(text);
      const dense = spaced.replace(blanks, '');
      const positions = positionsOf(spaced);
      return searchTerms.find((one) =>
        one.hasBorders ? isWholeWord(one.dense, dense, spaced, positions) : dense.includes(one.dense),
      )?.word;
    },
  };
}

/** Returns, for each character of the text without blanks (dense), its index in the text with them (spaced). */
function positionsOf(spaced: string): number[] {
  const positions: number[] = [];
  for (let at = 0; at < spaced.length; at += 1) if (!blank.test(spaced.charAt(at))) positions.push(at);
  return positions;
}

function isWholeWord(word: string, dense: string, spaced: string, positions: readonly number[]): boolean {
  for (let at = dense.indexOf(word); at >= 0; at = dense.indexOf(word, at + 1)) {
    const before = spaced.slice(0, positions[at] ?? 0);
    const after = spaced.slice((positions[at + word.length - 1] ?? 0) + 1);
    if (!wordCharacter.test(lastOf(before)) && !wordCharacter.test(firstOf(after))) return true;
  }
  return false;
}

/** Returns the last character, with both code units of a surrogate pair. */
const lastOf = (text: string): string => /[\s\S]$/u.exec(text)?.[0] ?? '';
const firstOf = (text: string): string => {
  const point = text.codePointAt(0);
  return point === undefined ? '' : String.fromCodePoint(point);
};
