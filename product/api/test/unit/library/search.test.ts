import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { searchTextOf } from '../../../src/library/core/search-text.ts';
import { transact } from '../../../src/store/transaction.ts';
import { makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
const ids: Record<string, string> = {};
beforeAll(async () => {
  api = await testApi();
  const titles: [tenant: string, title: string][] = [
    ['acme', 'Safety at the machine'],
    ['acme', '2026年新员工安全培训 video'],
    ['acme', '培养与训练'],
    ['acme', 'Ångström measures near 3D打印 devices'],
    ['globex', 'Safety of 安全培训 at Globex'],
  ];
  for (const [tenant, title] of titles) ids[title.slice(0, 6)] = (await makeItem(api, { tenant, title })).id;
});
afterAll(() => api.close());

const found = async (text: string, signer: (typeof tenants)[number] = tenants[0]): Promise<string[]> => {
  const answer = await api.ask('GET', `/library/items?text=${encodeURIComponent(text)}`, { signer });
  expect([text, answer.statusCode]).toEqual([text, 200]);
  return answer.json().data.map(({ title }: { title: string }) => title.slice(0, 6));
};
const indexed = async (): Promise<number> => {
  if (api.store.kind === 'postgres')
    return (await api.store.db.selectFrom('library_items').select('id').execute()).length;
  const { rows } = await sql`select rowid from library_search`.execute(api.store.db);
  return rows.length;
};

describe('a search', () => {
  const hostile = [
    ...['"', '""', '*', ':', '-', '\\', "'", "''", '^', '(', ')', '{}', '!', '&', '|', '<->', '%', '_', '😀', '\u202e'],
    ...['NEAR', 'NEAR(a b)', 'AND', 'OR NOT', 'search_text:x', 'rowid', "zz'; drop table library_items;--", 'zz"*'],
    '\ud800'.toWellFormed(),
  ];
  it.each(hostile)('does not interpret query syntax: %s', async (text) => {
    // `near` is a word of a title.
    expect((await found(text)).filter((title) => !(/near$/i.test(text) && title === 'Ångstr'))).toEqual([]);
  });

  it('accepts 256 characters, and no more', async () => {
    expect(await found('a'.repeat(256))).toEqual([]);
    expect(await found('学'.repeat(256))).toEqual([]);
    const long = encodeURIComponent('a'.repeat(10_000));
    expect((await api.ask('GET', `/library/items?text=${long}`)).statusCode).toBe(400);
  });

  it.each([
    ['SAFE', ['Safety']],
    ['mach safety', ['Safety']],
    ['machines', []],
    ['afety', []],
    ['培训', ['2026年新']],
    ['安全培训', ['2026年新']],
    ['全安', []],
    ['培', ['培养与训练', '2026年新']],
    ['3d打印', ['Ångstr']],
    ['angstrom 印', ['Ångstr']],
    ['video 员工', ['2026年新']],
    ['lesson', []],
    ['a.mp4', ['Ångstr', '培养与训练', '2026年新', 'Safety']],
    [' ', ['Ångstr', '培养与训练', '2026年新', 'Safety']],
  ])('for %s finds %j', async (text, titles) => {
    expect((await found(text)).toSorted()).toEqual(titles.map((title) => title.slice(0, 6)).toSorted());
  });

  it('never finds items of another tenant', async () => {
    expect(await found('globex')).toEqual([]);
    expect(await found('安全', tenants[1])).toEqual(['Safety']);
  });

  it('finds words of transcripts, and phrases in the right order only', async () => {
    const { id } = await makeItem(api, { title: 'Talk' });
    const many = Array.from({ length: 900 }, (_, at) => `的确第${at}句话都在这里`.repeat(3)).join(' ');
    const vtt = `WEBVTT\n\n00:00.000 --> 00:01.000\n${many} 最后一句 unheard\n`;
    const path = `/library/items/${id}/transcripts/zh`;
    expect((await api.ask('PUT', path, { body: { vtt } })).statusCode).toBe(204);
    expect([await found('unhe'), await found('最后一句'), await found('句一后')]).toEqual([['Talk'], ['Talk'], []]);
    await api.ask('DELETE', path);
    expect(await found('最后一句')).toEqual([]);
    await api.ask('DELETE', `/library/items/${id}`);
  });

  it('finds a changed title by its new words only', async () => {
    const { id } = await makeItem(api, { title: 'Before' });
    await api.ask('PATCH', `/library/items/${id}`, { body: { title: 'Afterwards' } });
    expect([await found('before'), await found('after')]).toEqual([[], ['Afterw']]);
    await api.ask('PATCH', `/library/items/${id}`, { body: { tags: ['Zebra'], description: 'stripes' } });
    expect([await found('zebra after stripes'), await found('talk')]).toEqual([['Afterw'], []]);
    await api.ask('DELETE', `/library/items/${id}`);
  });

  it('never finds a deleted item, and the index shrinks with the rows', async () => {
    const before = await indexed();
    const one = await makeItem(api, { title: 'Vanishing' });
    const other = await makeItem(api, { title: 'Vanishing too', state: 'waiting' });
    expect([await indexed(), (await found('vanish')).length]).toEqual([before + 2, 2]);
    await api.ask('DELETE', `/library/items/${one.id}`);
    await transact(api.store.db, (trx) => api.items.drop(trx, 'acme', other.id));
    expect([await indexed(), await found('vanish')]).toEqual([before, []]);
  });

  it('uses the full-text index', async () => {
    const plan = await transact(api.store.db, async (trx) => {
      if (api.store.kind === 'sqlite')
        return sql`explain query plan select id from library_items where tenant = 'acme' and search_id in
          (select rowid from library_search where library_search match '"a"*')`.execute(trx);
      await sql`set local enable_seqscan = off`.execute(trx);
      return sql`explain select id from library_items where
        to_tsvector('simple', search_text) @@ to_tsquery('simple', '''a'':*')`.execute(trx);
    });
    expect(JSON.stringify(plan.rows)).toMatch(/VIRTUAL TABLE INDEX|library_items_search/);
  });
});

it('both databases split a search text into its own words', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32);
  let state = seed;
  const next = (max: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * max);
  };
  const alphabets = [
    'abcXYZ',
    '0123456789',
    'äøßÉñ',
    'жДя',
    'αΣς',
    '学校あアー한',
    'אבג',
    'عربي',
    '.:-/@_#&\'"\\',
    ' \t\n',
    '😀',
    'e3',
  ];
  const char = (): string => {
    const alphabet = [...(alphabets[next(alphabets.length)] ?? '')];
    return alphabet[next(alphabet.length)] ?? '';
  };
  const texts = Array.from({ length: 100 }, () => Array.from({ length: 40 }, char).join(''));
  for (const title of texts) {
    const text = searchTextOf({ title, description: '', tags: [], name: '', transcripts: [] });
    const words = [...new Set(text.split(' ').filter((word) => word !== ''))].toSorted();
    expect([seed, title, await seenWords(text)]).toEqual([seed, title, words]);
  }
});

async function seenWords(text: string): Promise<string[]> {
  if (api.store.kind === 'postgres') {
    const { rows } = await sql<{ lexeme: string }>`
      select lexeme from unnest(to_tsvector('simple', ${text}))`.execute(api.store.db);
    return rows.map(({ lexeme }) => lexeme).toSorted();
  }
  return transact(api.store.db, async (trx) => {
    await sql`create virtual table temp.words using fts5(t)`.execute(trx);
    await sql`create virtual table temp.vocabulary using fts5vocab(temp, words, row)`.execute(trx);
    await sql`insert into temp.words(t) values (${text})`.execute(trx);
    const { rows } = await sql<{ term: string }>`select term from temp.vocabulary`.execute(trx);
    await sql`drop table temp.vocabulary`.execute(trx);
    await sql`drop table temp.words`.execute(trx);
    return rows.map(({ term }) => term).toSorted();
  });
}
