// Tests the mini-program example: its back end over a real socket, and its page in a simulated phone.
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runInNewContext } from 'node:vm';
import { FixedKeys, Tokens } from '@meridian/node-shell';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
// @ts-expect-error a sample is no module of ours: it has no types
import { backend } from '../../../../examples/mini-program/backend.mjs';

const folder = '../../../../examples/mini-program/';
const read = (path: string) => readFile(new URL(folder + path, import.meta.url), 'utf8');
const apiKey = { key: 'one', secret: 'a secret of this test that is long enough', tenant: 'dev' };

describe('the back end', () => {
  let server: Server;
  let requestedUrls: URL[];
  beforeEach(async () => {
    requestedUrls = [];
    const fetch = async (url: URL) => {
      requestedUrls.push(url);
      const isKnown = url.searchParams.get('js_code') === 'good';
      return { json: async () => (isKnown ? { openid: 'oABC-123_x' } : { errcode: 40029 }) };
    };
    const mayJoin = (_openId: string, room: string) => room !== 'closed';
    server = backend({ apiKey: apiKey.key, apiSecret: apiKey.secret, appId: 'wx1', appSecret: 's', fetch, mayJoin });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const ask = async (body: string, path = '/token', method = 'POST') => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const response = await fetch(url, { method, ...(method === 'POST' && { body }) });
    return { status: response.status, body: (await response.json()) as { code?: string; token?: string } };
  };

  it.each([
    ['no JSON', 'room', 400, 'REQUEST_INVALID'],
    ['null', 'null', 400, 'REQUEST_INVALID'],
    ['no room', '{"code":"good"}', 400, 'REQUEST_INVALID'],
    ['a code that is no text', '{"room":"r","code":7}', 400, 'REQUEST_INVALID'],
    ['a request that is too long', `{"room":"${'r'.repeat(5000)}","code":"good"}`, 400, 'REQUEST_INVALID'],
    ['a code that WeChat does not know', '{"room":"r","code":"bad"}', 401, 'LOGIN'],
    ['a room that the person may not enter', '{"room":"closed","code":"good"}', 403, 'NOT_PERMITTED'],
  ])('refuses %s', async (_what, body, status, code) => {
    expect(await ask(body)).toEqual({ status, body: { code } });
  });
  it('has one call', async () => {
    expect((await ask('{}', '/other')).status).toBe(404);
    expect((await ask('', '/token', 'GET')).status).toBe(404);
  });
  it('signs a token that gateways accept, for the person whom WeChat names', async () => {
    const { status, body } = await ask('{"room":"lobby","code":"good"}');
    expect([status, requestedUrls[0]?.host]).toEqual([200, 'api.weixin.qq.com']);
    const tokens = new Tokens(new FixedKeys([apiKey]), () => Date.now());
    const { access } = await tokens.verify(body.token ?? '', { allowExpired: false });
    expect(access).toMatchObject({ identity: 'wx-oABC-123_x', room: 'lobby' });
    expect(access.rights).toMatchObject({ canPublish: true, canSubscribe: true, admin: false });
  });
});

type Detail = { code?: number; message?: string; errCode?: number; errMsg?: string };
interface Room {
  data: { push: string; play: string; people: string; viewers: number; problem: string; isMuted: boolean };
  setData(change: Partial<Room['data']>): void;
  onLoad(query: { room: string }): void;
  onUnload(): void;
  onPusher(event: { detail: Detail }): void;
  onPlayer(event: { detail: Detail }): void;
  onRefused(event: { detail: Detail }): void;
}
interface WxRequest {
  url: string;
  header?: Record<string, string>;
  data?: unknown;
  success(answer: { statusCode: number; data: unknown }): void;
}

describe('the page', () => {
  let page: Room;
  let requests: WxRequest[];
  beforeEach(async () => {
    vi.useFakeTimers();
    requests = [];
    const wx = {
      request: (one: WxRequest) => requests.push(one),
      login: ({ success }: { success(o: { code: string }): void }) => success({ code: 'good' }),
    };
    const setData = (change: object) => Object.assign(page.data, change);
    const Page = (made: Room) => {
      page = Object.assign(made, { setData });
    };
    runInNewContext(await read('pages/room/room.js'), { wx, Page, setTimeout, clearTimeout });
    page.onLoad({ room: 'lobby' });
  });
  afterEach(() => {
    page.onUnload();
    vi.useRealTimers();
  });

  const answer = async (path: string, data: unknown, statusCode = 200): Promise<WxRequest> => {
    await vi.advanceTimersByTimeAsync(0);
    const [one] = requests.splice(0, 1);
    expect(one?.url).toMatch(new RegExp(`^https://[a-z.]+${path}$`));
    one?.success({ statusCode, data });
    await vi.advanceTimersByTimeAsync(0);
    return one as WxRequest;
  };
  const ways = { publish: { rtmp: { url: 'rtmp://g/live/PUSH' } }, play: { rtmp: 'rtmp://g/live/PLAY' } };
  const begin = async (): Promise<void> => {
    await answer('/token', { token: 'T' });
    await answer('/v1/addresses', ways);
  };

  it('requests a token and ways, passes them to the components, and shows the participants and viewers', async () => {
    expect((await answer('/token', { token: 'T' })).data).toEqual({ room: 'lobby', code: 'good' });
    const asking = await answer('/v1/addresses', ways);
    expect([asking.data, asking.header?.['authorization']]).toEqual([{ client: 'miniprogram' }, 'Bearer T']);
    expect(page.data).toMatchObject({ push: 'rtmp://g/live/PUSH', play: 'rtmp://g/live/PLAY', problem: '' });
    const participants = [
      { name: '李娜', identity: 'li' },
      { name: '', identity: 'bo' },
    ];
    await answer('/v1/room', { version: 7, participants, viewers: { hls: 800, flv: 1 } });
    expect(page.data).toMatchObject({ people: '李娜、bo', viewers: 801 });
    expect(requests.map(({ url }) => url)).toEqual(['https://gateway.example.org/v1/room?after=7']);
  });
  it.each([
    ['pusher', -1307],
    ['player', -2301],
    ['player', -2302],
    ['player', 2006],
  ] as const)('gets new keys when the %s ends with %i, with longer pauses until it works', async (of, code) => {
    const ends = () =>
      (of === 'pusher' ? page.onPusher : page.onPlayer).call(page, { detail: { code, message: 'over' } });
    await begin();
    for (const pauseMs of [3000, 6000, 12_000]) {
      requests.length = 0;
      ends();
      expect(page.data).toMatchObject({ push: '', play: '', problem: 'over' });
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(requests).toEqual([]);
      await vi.advanceTimersByTimeAsync(1);
      await begin();
    }
    page.onPusher({ detail: { code: 1002 } });
    requests.length = 0;
    ends();
    await vi.advanceTimersByTimeAsync(3000);
    await begin();
    expect(page.data.push).toBe('rtmp://g/live/PUSH');
  });
  it('shows problems, and leaves the components to their own retries', async () => {
    await begin();
    const said = (): string => page.data.problem;
    page.onPusher({ detail: { code: -1301, message: 'open camera fail' } });
    expect(said()).toBe('无法打开摄像头');
    page.onRefused({ detail: { errCode: 10002, errMsg: 'no' } });
    expect(said()).toBe('请允许使用麦克风');
    page.onRefused({ detail: { errCode: 10004, errMsg: 'waiting image' } });
    expect(said()).toBe('waiting image');
    for (const event of ['onPusher', 'onPlayer'] as const) {
      page[event]({ detail: { code: event === 'onPusher' ? 1102 : 2103 } });
      expect(said()).toBe('网络不稳定，正在重新连接');
      page[event]({ detail: { code: event === 'onPusher' ? 1002 : 2004 } });
      expect(said()).toBe('');
    }
    expect(page.data.push).toBe('rtmp://g/live/PUSH');
  });
  it('continues without the roster when its token has expired, and gets another token', async () => {
    await begin();
    await answer('/v1/room', { code: 'TOKEN_EXPIRED' }, 401);
    await vi.advanceTimersByTimeAsync(3000);
    await answer('/token', { token: 'T2' });
    expect((await answer('/v1/room', { version: 1, participants: [], viewers: {} })).header?.['authorization']).toBe(
      'Bearer T2',
    );
    expect(page.data.push).toBe('rtmp://g/live/PUSH');
  });
  it('shows the code of a refused call, and is silent after it is closed', async () => {
    await answer('/token', { code: 'NOT_PERMITTED' }, 403);
    expect(page.data.problem).toBe('NOT_PERMITTED');
    page.onUnload();
    await vi.advanceTimersByTimeAsync(100_000);
    expect(requests).toEqual([]);
  });
});

it('implements the calls of the components', async () => {
  const called = [...(await read('pages/room/room.wxml')).matchAll(/bind\w+="(\w+)"/g)].map(([, name]) => name);
  const code = await read('pages/room/room.js');
  expect(called.length).toBeGreaterThan(3);
  for (const name of called) expect(code).toContain(`  ${name}(`);
});
