// Search keys of a person: prefixes of name words, in the orders that people type them, and of the address.

interface NamedPerson {
  readonly name: string;
  readonly email: string;
}

const WORDS_MAX = 6;
const CHARACTERS_MAX = 64;
/** Family names have one or two characters, and no space follows, so 王小明 must be found by 小明. */
const HAN_NAME = /^\p{Script=Han}{3,6}$/u;
const ACCENTS = /[\u0300-\u036f]/g;

/** Splits text into words, ignoring case, accents, letter width and punctuation. */
const wordsIn = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replaceAll(ACCENTS, '')
    .toLowerCase()
    .normalize('NFKC')
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');

const joinedWords = (words: readonly string[]): string => [...words.join(' ')].slice(0, CHARACTERS_MAX).join('');

/** Normalises a user's query, for comparison with prefixes of `findWordsOf`; '' if nothing in it can be searched. */
export const normalisedQuery = (text: string): string => joinedWords(wordsIn(text));

/**
 * Returns keys that start at each word and wrap around, or skip to a later word ("ann be" and "berg ann" find Ann Marie
 * Berg), and the address.
 */
export function findWordsOf({ name, email }: NamedPerson): string[] {
  const words = wordsIn(name).slice(0, WORDS_MAX);
  const wordOrders = words.flatMap((word, at) => [
    [...words.slice(at), ...words.slice(0, at)],
    ...words.flatMap((_, later) => (later > at + 1 ? [[word, ...words.slice(later)]] : [])),
  ]);
  const givenNames = words
    .filter((word) => HAN_NAME.test(word))
    .flatMap((word) => [...word].slice(1, -1).map((_, at) => [[...word].slice(at + 1).join('')]));
  return [...new Set([...wordOrders, ...givenNames, wordsIn(email)].map(joinedWords))].filter((one) => one !== '');
}
