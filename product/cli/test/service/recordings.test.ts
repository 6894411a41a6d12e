// `meridian recordings` against a server that answers as the api does.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { run } from '../../src/program.ts';
import { JsonServer } from '../support/json-server.ts';

const recording = {
  id: 're_1',
  room: 'lobby',
  state: 'finished',
  startedAt: '2026-11-27T05:00:00Z',
  endedAt: '2026-11-27T06:00:00Z',
  durationMs: 3_600_000,
  bytes: 1_000_000,
  outputs: [{ name: 'composed' }],
  failure: null,
};
let server: JsonServer;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = await JsonServer.listen(async ({ method, url = '' }) => {
    const { pathname, searchParams } = new URL(url, 'http://api');
    const where = `${method} ${pathname.replace('/api/v1', '')}`;
    asked.push(searchParams.get('trashed') === 'true' ? `${where} trashed` : where);
    return where === 'GET /recordings' ? [200, { data: [recording] }] : [204, undefined];
  });
});
afterEach(() => server.close());

async function meridian(words: string) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(['recordings', ...words.split(' ')], {
    env: {
      MERIDIAN_URL: `http://127.0.0.1:${server.port}`,
      MERIDIAN_API_KEY: 'key',
      MERIDIAN_API_SECRET: 's'.repeat(32),
    },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    line: (text) => out.push(text),
    signal: new AbortController().signal,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

it.each([
  ['trash re_1', 'POST /recordings/re_1/trash', 're_1 is in the trash'],
  ['restore re_1', 'POST /recordings/re_1/restore', 're_1 is restored'],
  ['delete re_1', 'DELETE /recordings/re_1', 're_1 is deleted'],
  ['list --trashed', 'GET /recordings trashed', 're_1'],
  ['list --all', 'GET /recordings', 're_1'],
])('%s asks for %s', async (words, request, says) => {
  const { code, out } = await meridian(words);
  expect([code, asked]).toEqual([0, [request]]);
  expect(out).toContain(says);
});

it.each([
  ['list', 'name a room or give --all or --trashed'],
  ['list --all --trashed', 'give --all or --trashed'],
])('%s is refused', async (words, says) => {
  expect(await meridian(words)).toEqual({ code: 2, out: '', err: expect.stringContaining(says) });
});
