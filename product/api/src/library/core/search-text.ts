// SQLite and PostgreSQL split words differently, so both get only letters, digits and blanks: then FTS5's unicode61 and
// to_tsvector('simple') agree.

/**
 * PostgreSQL accepts no tsvector above 1 MiB; this many characters make at most 0.8 MB. Enough for some hours of
 * speech.
 */
export const SEARCH_CHARACTERS_MAX = 200_000;
/** PostgreSQL drops words above 2 kB. */
const WORD_CHARACTERS_MAX = 64;
/** Each word costs a lookup in the index. */
const QUERY_WORDS_MAX = 32;

export interface SearchedTexts {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly name: string;
  /** Texts of the transcripts. */
  readonly transcripts: readonly string[];
}

/** Scripts without blanks between words, where each character is treated as a word. */
const CHARACTER = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]/u;
const CHARACTERS = new RegExp(CHARACTER, 'gu');
const WORDS = /[\p{L}\p{Nd}〇]+/gu;
const NUMBER = /^[0-9]+e[0-9]+(?=[^0-9])/;
/** Letters that Unicode does not decompose into a base letter and marks. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
  ς: 'σ',
};
const LETTERS = new RegExp(`[${Object.keys(letters).join('')}]`, 'g');

/** Returns text with single blanks, in lower case, without marks; at most `SEARCH_CHARACTERS_MAX` characters. */
export function searchTextOf({ title, description, tags, name, transcripts }: SearchedTexts): string {
  const words: string[] = [];
  let characters = 0;
  for (const text of [title, ...tags, name, description, ...transcripts])
    for (const word of wordsOf(text.slice(0, SEARCH_CHARACTERS_MAX))) {
      characters += word.length + 1;
      if (characters > SEARCH_CHARACTERS_MAX) return words.join(' ');
      words.push(word);
    }
  return words.join(' ');
}

export interface SearchQuery {
  /** For `match` of FTS5. */
  readonly fts5: string;
  /** For to_tsquery('simple', …). */
  readonly tsquery: string;
  /** PostgreSQL stores no word positions beyond 16,383, so the order of characters is checked in the text itself. */
  readonly phrases: readonly string[];
}

/** Returns a query that requires all words: as prefixes, or in their order for scripts without blanks. */
export function searchQueryOf(text: string): SearchQuery | undefined {
  const runs = runsOf(wordsOf(text.slice(0, SEARCH_CHARACTERS_MAX)).slice(0, QUERY_WORDS_MAX));
  if (runs.length === 0) return undefined;
  return {
    fts5: runs.map(({ words, isPrefix }) => (isPrefix ? `"${words[0]}"*` : `"${words.join(' ')}"`)).join(' '),
    tsquery: runs
      .flatMap(({ words, isPrefix }) => words.map((word) => (isPrefix ? `'${word}':*` : `'${word}'`)))
      .join(' & '),
    phrases: runs.filter(({ words }) => words.length > 1).map(({ words }) => ` ${words.join(' ')} `),
  };
}

interface Run {
  readonly words: string[];
  readonly isPrefix: boolean;
}

function runsOf(words: readonly string[]): Run[] {
  const runs: Run[] = [];
  for (const word of words) {
    const isPrefix = !CHARACTER.test(word);
    const last = runs.at(-1);
    if (isPrefix || last === undefined || last.isPrefix) runs.push({ words: [word], isPrefix });
    else last.words.push(word);
  }
  return runs;
}

const wordsOf = (text: string): string[] =>
  (foldedText(text).replace(CHARACTERS, ' $& ').match(WORDS) ?? [])
    .flatMap(wordParts)
    .map((word) => (word.length <= WORD_CHARACTERS_MAX ? word : cutWord(word)));

/** Splits `48e9` as PostgreSQL does, which takes it for a number, so that both databases agree. */
function wordParts(word: string): string[] {
  const [number = ''] = NUMBER.exec(word) ?? [];
  return number === '' ? [word] : [number, word.slice(number.length)];
}

/** Keeps surrogate pairs whole. */
const cutWord = (word: string): string => word.slice(0, WORD_CHARACTERS_MAX).replace(/[\ud800-\udbff]$/, '');

/** Normalises as NFKC, without marks. */
const foldedText = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .normalize('NFC')
    .replace(LETTERS, (letter) => letters[letter] ?? letter);
