// Bounds of transcripts and chosen covers, which the database keeps.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRANSCRIPTS_BYTES_MAX } from '../../../src/library/item-operations.ts';
import { WRITTEN_BYTES_OF_USER_MAX, writtenMost } from '../../../src/library/item-texts.ts';
import { makeItem } from '../../support/items.ts';
import { type Ask, operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const cue = 'WEBVTT\n\n00:00.000 --> 00:01.000\n';
/** Makes a transcript of so many bytes. */
const vttOf = (bytes: number): string => cue + 'a'.repeat(bytes - cue.length);
const put = async (item: string, language: string, bytes: number, o: Ask = {}) => {
  const body = { vtt: vttOf(bytes) };
  const { statusCode, json } = await api.ask('PUT', `/library/items/${item}/transcripts/${language}`, { ...o, body });
  return statusCode === 204 ? '' : json().code;
};
const usage = async (o: Ask = {}): Promise<number> => (await api.ask('GET', '/library/usage', o)).json().bytes;
const limit = (libraryBytes: number) =>
  api.ask('PATCH', '/tenants/acme', {
    signer: operatorKey,
    body: { limits: { libraryBytes } },
    headers: { 'if-match': '*' },
  });
const PNG = `data:image/png;base64,${Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex').toString('base64')}`;
/** Bytes of the file of each item that `makeItem` makes. */
const FILE_BYTES = 1000;

it('transcripts and chosen covers count in the usage of the tenant and of their owner', async () => {
  const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
  const { id } = await makeItem(api, { owner: ann.user.id });
  await put(id, 'en', 300, { as: ann });
  await put(id, 'zh', 200, { as: ann });
  expect([await usage(), await usage({ as: ann }), await usage({ as: bob })]).toEqual([1500, 1500, 0]);
  const cover = await api.ask('PUT', `/library/items/${id}/cover`, { as: ann, body: { image: PNG } });
  expect(cover.statusCode).toBe(200);
  expect([await usage(), await usage({ as: ann })]).toEqual([1500 + PNG.length, 1500 + PNG.length]);
  await api.ask('DELETE', `/library/items/${id}/transcripts/zh`, { as: ann });
  expect(await usage()).toBe(1300 + PNG.length);
});

describe('beyond the storage of a tenant', () => {
  it('neither a transcript nor a cover is added, and what is there may become smaller', async () => {
    const { id } = await makeItem(api, {});
    await limit(FILE_BYTES + 500);
    expect([await put(id, 'en', 501), await put(id, 'en', 500), await put(id, 'zh', 40)]).toEqual([
      'QUOTA_EXCEEDED',
      '',
      'QUOTA_EXCEEDED',
    ]);
    const cover = () => api.ask('PUT', `/library/items/${id}/cover`, { body: { image: PNG } });
    expect((await cover()).json().code).toBe('QUOTA_EXCEEDED');
    await limit(FILE_BYTES);
    expect(await put(id, 'en', 400)).toBe('');
    expect(await usage()).toBe(FILE_BYTES + 400);
    await limit(FILE_BYTES + 400 + PNG.length);
    expect((await cover()).statusCode).toBe(200);
  });

  it('a user has at most half of what others leave, and leaves room for others', async () => {
    const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
    const [{ id: annItem }, { id: bobItem }] = [
      await makeItem(api, { owner: ann.user.id }),
      await makeItem(api, { owner: bob.user.id }),
    ];
    await limit(6400);
    // Bob's file counts as 10 steps of 100, Ann's own as it is.
    expect(await put(annItem, 'en', 2201, { as: ann })).toBe('QUOTA_EXCEEDED');
    expect(await put(annItem, 'en', 2200, { as: ann })).toBe('');
    expect(await put(annItem, 'zh', 40, { as: ann })).toBe('QUOTA_EXCEEDED');
    expect(await put(bobItem, 'en', 1100, { as: bob })).toBe('');
  });
});

it.each([
  ['no limit', { bytesMax: 0, used: 5e12, own: 3e12, written: 5 }, WRITTEN_BYTES_OF_USER_MAX],
  ['an empty library', { bytesMax: 6400, used: 0, own: 0, written: 0 }, 3200],
  ['own files', { bytesMax: 6400, used: 1050, own: 1050, written: 50 }, 2700],
  ['files of others, in steps', { bytesMax: 6400, used: 2001, own: 1000, written: 0 }, 2150],
])('with %s a user may write so many bytes', (_, of, most) => {
  expect(writtenMost(of)).toBe(most);
});

it('transcripts of an item have at most 16 MB together', async () => {
  const { id } = await makeItem(api, {});
  const row = { tenant: 'acme', item: id, language: 'en-x-1', vtt: vttOf(TRANSCRIPTS_BYTES_MAX - 100) };
  await api.store.db.insertInto('library_transcripts').values(row).execute();
  expect([await put(id, 'en', 101), await put(id, 'en', 100), await put(id, 'zh', 40)]).toEqual([
    'CONFLICT',
    '',
    'CONFLICT',
  ]);
  expect(await put(id, 'en', 90)).toBe('');
});
