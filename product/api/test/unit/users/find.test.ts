import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findWordsOf, normalisedQuery } from '../../../src/store/core/find-words.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const found = async (q: string, o = {}): Promise<string[]> => {
  const { data } = (await api.ask('GET', `/users/find?q=${encodeURIComponent(q)}`, o)).json();
  return data.map(({ id }: { id: string }) => id).sort();
};

describe('a colleague', () => {
  const people = [
    { id: 'ann', name: 'Ann Marie Berg', email: 'a.berg@example.org' },
    { id: 'hana', name: 'Hana Nováková', email: 'hn@example.org' },
    { id: 'wang', name: '王小明', email: 'xm.wang@example.com' },
    { id: 'ouyang', name: '欧阳小红', email: 'ou@example.com' },
    { id: 'wide', name: 'Ｌｉ Wei-Ling', email: 'lwl@example.com' },
    { id: 'off', name: 'Ann Off', email: 'off@example.org', isActive: false },
    { id: 'else', tenant: 'globex', name: 'Ann Else', email: 'else@example.org' },
  ];
  const rows: readonly (readonly [q: string, ...ids: string[]])[] = [
    ['an', 'ann'],
    ['BERG', 'ann'],
    ['ann be', 'ann'],
    ['berg, ann', 'ann'],
    ['marie b', 'ann'],
    ['a.berg@ex', 'ann'],
    ['erg'],
    ['rie'],
    ['novak', 'hana'],
    ['NOVÁK', 'hana'],
    ['王小', 'wang'],
    ['小明', 'wang'],
    ['明王'],
    ['小红', 'ouyang'],
    ['欧阳', 'ouyang'],
    ['li', 'wide'],
    ['ling', 'wide'],
    ['xm.wang@example.com', 'wang'],
    ['%%'],
    ['a%'],
    ['off'],
    ['els'],
  ];
  it('is found by the beginnings of words of name or address, if active and of the same tenant', async () => {
    for (const person of people) await api.user(person);
    const { headers } = await api.user({ id: 'me', name: 'Zoë', email: 'zoe@example.org' });
    for (const [q, ...ids] of rows) expect([q, await found(q, { as: { headers } })]).toEqual([q, ids]);
    expect(await found('ann', { signer: tenants[1] })).toEqual(['else']);
    const { data } = (await api.ask('GET', '/users/find?q=hana')).json();
    expect(data).toEqual([{ id: 'hana', name: 'Hana Nováková', email: 'hn@example.org' }]);
  });

  it('is found by the current name, and not after the account is closed', async () => {
    await api.user({ id: 'ann', name: 'Ann Berg' });
    const change = (body: object) => api.ask('PATCH', '/users/ann', { body, headers: { 'if-match': '*' } });
    await change({ name: 'Ann Lund' });
    expect([await found('berg'), await found('lund')]).toEqual([[], ['ann']]);
    await change({ active: false });
    expect(await found('lund')).toEqual([]);
    await change({ active: true });
    expect(await found('lund')).toEqual(['ann']);
    await api.ask('DELETE', '/users/ann');
    expect(await found('lund')).toEqual([]);
  });

  it('is listed once, among at most twenty', async () => {
    const users = Array.from({ length: 25 }, (_, at) => ({ email: `ann${at}@example.org`, name: 'Ann Annson' }));
    await api.ask('POST', '/users/bulk', { body: { users } });
    const ids = await found('ann');
    expect([ids.length, new Set(ids).size]).toEqual([20, 20]);
    for (const q of ['', 'a'])
      expect((await api.ask('GET', `/users/find?q=${q}`)).json()).toMatchObject({ status: 400 });
  });
});

it('the words by which a user is found are limited, whatever the name', () => {
  const name = Array.from({ length: 60 }, (_, at) => `n${at}`).join(' ');
  expect(findWordsOf({ name, email: `${'e'.repeat(64)}@example.org` }).length).toBeLessThan(20);
  expect(normalisedQuery('\u{20000}'.repeat(128))).toBe('\u{20000}'.repeat(64));
});
