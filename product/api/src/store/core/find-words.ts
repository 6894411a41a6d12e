// What a person is found by: beginnings of words of its name, in an order that people type, and of its address.

interface Named {
  readonly name: string;
  readonly email: string;
}

/** A name of more words is one for its first ones. */
const WORDS_MAX = 6;
/** Longer beginnings are the same: rows stay small. */
const CHARACTERS_MAX = 64;
/** Family names are one character or two, and names have no gaps: 王小明 is found by 小明. */
const HAN_NAME = /^\p{Script=Han}{3,6}$/u;
const ACCENTS = /[\u0300-\u036f]/g;

/** Without regard to case, accents, width of letters and punctuation. */
const wordsIn = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replaceAll(ACCENTS, '')
    .toLowerCase()
    .normalize('NFKC')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');

const joined = (words: readonly string[]): string => [...words.join(' ')].slice(0, CHARACTERS_MAX).join('');

/** What a user types, to be compared with beginnings of `findWordsOf`; '': nothing that names have. */
export const asked = (text: string): string => joined(wordsIn(text));

/**
 * From each word of the name on to its end and round, so that "ann be" and "berg ann" find Ann Berg, and from each word
 * to later ones, so that "ann be" finds Ann Marie Berg; the address.
 */
export function findWordsOf({ name, email }: Named): string[] {
  const words = wordsIn(name).slice(0, WORDS_MAX);
  const ways = words.flatMap((word, at) => [
    [...words.slice(at), ...words.slice(0, at)],
    ...words.flatMap((_, later) => (later > at + 1 ? [[word, ...words.slice(later)]] : [])),
  ]);
  const given = words
    .filter((word) => HAN_NAME.test(word))
    .flatMap((word) => [...word].slice(1, -1).map((_, at) => [[...word].slice(at + 1).join('')]));
  return [...new Set([...ways, ...given, wordsIn(email)].map(joined))].filter((one) => one !== '');
}
