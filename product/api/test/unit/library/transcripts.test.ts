import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeItem } from '../../support/items.ts';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let id: string;
beforeAll(async () => {
  api = await testApi();
  ({ id } = await makeItem(api, {}));
});
afterAll(() => api.close());

const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello';
const at = (language: string) => `/library/items/${id}/transcripts/${language}`;
const put = (language: string, text: string) => api.ask('PUT', at(language), { body: { vtt: text } });
const languages = async () => (await api.ask('GET', `/library/items/${id}`)).json().transcripts;

it.each([
  ['', 'empty'],
  ['WEBVTT', 'without a cue'],
  ['1\n00:00:00,000 --> 00:00:01,000\nA', 'of SubRip'],
  ['<html>', 'a page'],
])('a transcript is refused with its field: %j (%s)', async (text) => {
  expect((await put('en', text)).json()).toMatchObject({ code: 'REQUEST_INVALID', errors: [{ pointer: '/vtt' }] });
});

it('a transcript is refused if it is too large, or in no valid language', async () => {
  expect((await put('en', `${vtt}${'a'.repeat(500_000)}`)).statusCode).toBe(400);
  expect((await put('en', `${vtt}${'学'.repeat(500_000)}`)).statusCode).toBe(413);
  for (const language of ['e', 'en_US', '../en', 'en-', 'a'.repeat(33), 'en-a-b-c-d', 'abcd'])
    expect([language, (await put(encodeURIComponent(language), vtt)).statusCode]).toEqual([language, 400]);
  expect(await languages()).toEqual([]);
});

it('a transcript is stored unchanged, one for each language in any spelling', async () => {
  for (const language of ['zh-cn', 'en', 'ZH-CN']) expect((await put(language, vtt)).statusCode).toBe(204);
  expect((await put('en', `${vtt} again`)).statusCode).toBe(204);
  expect(await languages()).toEqual(['en', 'zh-CN']);
  expect((await api.ask('GET', at('EN'))).json()).toEqual({ vtt: `${vtt} again` });
  expect((await api.ask('GET', at('fr'))).statusCode).toBe(404);
  expect((await api.ask('DELETE', at('zh-cn'))).statusCode).toBe(204);
  expect((await api.ask('DELETE', at('zh-cn'))).statusCode).toBe(404);
  expect(await languages()).toEqual(['en']);
});

it('an item has at most 64 transcripts', async () => {
  const rows = Array.from({ length: 63 }, (_, number) => ({
    tenant: 'acme',
    item: id,
    language: `en-x-${number}`,
    vtt,
  }));
  await api.store.db.insertInto('library_transcripts').values(rows).execute();
  expect((await put('fr', vtt)).json()).toMatchObject({ code: 'CONFLICT' });
  expect((await put('en', vtt)).statusCode).toBe(204);
});
