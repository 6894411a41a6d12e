import { describe, expect, it } from 'vitest';
import { SEARCH_CHARACTERS_MAX, searchQueryOf, searchTextOf } from '../../../src/library/core/search-text.ts';

const textOf = (title: string) => searchTextOf({ title, description: '', tags: [], name: '', transcripts: [] });

describe('a search text', () => {
  const rows: [what: string, text: string, found: string][] = [
    ['is empty for an empty text', '', ''],
    ['has no punctuation', '"a" * : - \\ \' (b) NEAR ^c {d} + e_f;--', 'a b near c d e f'],
    ['has no emoji, and none of their parts', 'hi 😀 👩‍👩‍👧 1️⃣', 'hi 1'],
    ['has no unpaired surrogates', 'a\ud800b \udc00', 'a b'],
    ['has no control characters', 'a\u0000b\u202ec', 'a b c'],
    ['has no marks', 'Žluťoučký Ångström İstanbul', 'zlutoucky angstrom istanbul'],
    ['has plain letters for letters with strokes', 'Łódź Ørsted Straße Æon', 'lodz orsted strasse aeon'],
    ['has one form of compatible characters', 'ﬁle Ａ１ ㍿ Ⅷ', 'file a1 株 式 会 社 viii'],
    ['has each Chinese character as a word', '2026年安全培训video', '2026 年 安 全 培 训 video'],
    ['has each Japanese and Korean character as a word', 'ガイド 한국', 'カ イ ト 한 국'],
    ['keeps rare characters whole', '𠮷野家', '𠮷 野 家'],
    ['has one form of sigma', 'ΟΔΟΣ', 'οδοσ'],
  ];
  it.each(rows)('%s', (_, text, found) => {
    expect(textOf(text)).toBe(found);
  });

  it('has all texts, those written by people first', () => {
    const texts = { title: 'One', tags: ['two'], name: 'three.mp4', description: 'Four', transcripts: ['five', 'six'] };
    expect(searchTextOf(texts)).toBe('one two three mp4 four five six');
  });

  it('is cut at a whole word, even if characters expand into several', () => {
    for (const text of ['word '.repeat(50_000), '学'.repeat(210_000), '\ufdfa'.repeat(50_000), 'a'.repeat(210_000)]) {
      const found = textOf(text);
      expect(found.length).toBeLessThanOrEqual(SEARCH_CHARACTERS_MAX);
      expect(found).not.toMatch(/ $/);
      expect(found.isWellFormed()).toBe(true);
    }
    expect(textOf(`${'a'.repeat(63)}𐐀b`)).toBe('a'.repeat(63));
  });
});

describe('a query', () => {
  it.each(['', ' ', '"', '*', '😀', '--', '\u0000', '¿?'])('without a word does not exist: %j', (text) => {
    expect(searchQueryOf(text)).toBeUndefined();
  });

  it.each([
    ['Safe', '"safe"*', "'safe':*", []],
    ['safe mach', '"safe"* "mach"*', "'safe':* & 'mach':*", []],
    ['培训', '"培 训"', "'培' & '训'", [' 培 训 ']],
    ['训', '"训"', "'训'", []],
    ['3D打印 v', '"3d"* "打 印" "v"*', "'3d':* & '打' & '印' & 'v':*", [' 打 印 ']],
  ])('%s consists of prefixes, and of phrases in scripts without blanks', (text, fts5, tsquery, phrases) => {
    expect(searchQueryOf(text)).toEqual({ fts5, tsquery, phrases });
  });

  it.each(['a" OR "b', 'title:a', "a'); drop table tenants;--", 'NEAR(a b, 2)', 'a* AND NOT b', '\\\\a', '{a}:^b'])(
    'passes on no query syntax: %s',
    (text) => {
      const { fts5 = '', tsquery = '' } = searchQueryOf(text) ?? {};
      expect(fts5).toMatch(/^"[a-z0-9]+"\*(?: "[a-z0-9]+"\*)*$/);
      expect(tsquery).toMatch(/^'[a-z0-9]+':\*(?: & '[a-z0-9]+':\*)*$/);
    },
  );

  it('is limited in length', () => {
    expect(searchQueryOf('a b '.repeat(2500))?.fts5.split(' ')).toHaveLength(32);
    expect(searchQueryOf('学'.repeat(10_000))?.fts5).toHaveLength(65);
    expect(searchQueryOf('a'.repeat(10_000))?.fts5).toHaveLength(67);
  });
});
