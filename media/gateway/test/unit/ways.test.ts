import { createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { FixedKeys, noOrigin, type TokenOrigin, Tokens } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import type { Lack } from '@meridian/room-media/core';
import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import type { PlacedClient, PlacedProgramme, PlacedRoom } from '../../src/placing/placing.ts';
import { type Ways, type WaysRequest, waysOf } from '../../src/ways.ts';

const secret = 'a secret of this test that is long enough';
const nowMs = 1_800_000_000_000;
const wallMs = (): number => nowMs;
const apiKeys = [{ key: 'one', secret, tenant: 'dev' }];
const asker = { clientIp: '192.0.2.1', from: '' };
const keys = new StreamKeys(new FixedKeys(apiKeys), { rng: seededRng('ways'), wallMs });
const options = {
  tokens: new Tokens(new FixedKeys(apiKeys), wallMs),
  keys,
  placing: {
    nearest: async ({ clientIp }: PlacedClient, { room }: PlacedRoom) =>
      clientIp === asker.clientIp && room === 'lobby'
        ? { rtmpUrl: 'rtmp://host:1935', publicUrl: 'https://host' }
        : Promise.reject(new Error('another asker or room')),
    otherGateway: async () => ({ rtmpUrl: 'rtmp://other:1935', publicUrl: 'https://other' }),
    origin: ({ room, picture, without, fence }: PlacedProgramme) => ({
      publicUrl: `https://${[room, picture, without, fence].filter((one) => one !== '').join('-')}`,
    }),
  },
  wallMs,
};

/** Returns a token as a company's server signs it; `signedWith` replaces the known secret. */
function tokenOf(
  o: { video?: object; identity?: string; name?: string; expiresS?: number; signedWith?: string; claims?: object } = {},
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const video = { room: 'lobby', roomJoin: true, ...o.video };
  const claims = {
    iss: 'one',
    sub: o.identity ?? 'ann',
    name: o.name ?? 'Ann',
    exp: o.expiresS ?? nowMs / 1000 + 60,
    video,
    ...o.claims,
  };
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${body}.${createHmac('sha256', o.signedWith ?? secret)
    .update(body)
    .digest('base64url')}`;
}
const codeOf = async (token: string, request: WaysRequest = {}): Promise<string> =>
  waysOf(options, token, request, asker).then(
    () => 'fine',
    (error: unknown) => (error instanceof MeridianError ? error.code : String(error)),
  );
const keyIn = (url: string | undefined): string => /([A-Za-z0-9_-]+)(?:\.flv|\.ts)?$/.exec(url ?? '')?.[1] ?? '';

const renames = { canUpdateOwnMetadata: true };

describe('ways are refused', () => {
  it.each([
    ['without a token', '', {}, 'TOKEN_MISSING'],
    ['for a malformed token', 'abc.def', {}, 'TOKEN_INVALID'],
    ['for a token of another secret', tokenOf({ signedWith: `${secret}!` }), {}, 'TOKEN_INVALID'],
    ['for a token that has expired', tokenOf({ expiresS: nowMs / 1000 - 60 }), {}, 'TOKEN_EXPIRED'],
    ['for a token without a room', tokenOf({ video: { room: '' } }), {}, 'TOKEN_INVALID'],
    ['for a token that may not join', tokenOf({ video: { roomJoin: false } }), {}, 'NOT_PERMITTED'],
    ['for another identity', tokenOf(), { identity: 'bob' }, 'NOT_PERMITTED'],
    ["for one's own identity, which a browser has", tokenOf(), { identity: 'ann' }, 'NOT_PERMITTED'],
    ['for an invalid identity', tokenOf({ video: { roomAdmin: true } }), { identity: 'a\u200bb' }, 'REQUEST_INVALID'],
    ['for the picture of an invalid identity', tokenOf(), { picture: 'a\u200bb' }, 'REQUEST_INVALID'],
    ["for a name other than the token's", tokenOf(), { name: 'The teacher' }, 'NOT_PERMITTED'],
    ['for an invalid name', tokenOf({ video: renames }), { name: 'x'.repeat(129) }, 'REQUEST_INVALID'],
    [
      'for names too long for a stream key',
      tokenOf({ video: { ...renames, room: '房'.repeat(128) }, identity: '人'.repeat(100) }),
      { name: '名'.repeat(100) },
      'REQUEST_INVALID',
    ],
  ])('%s', async (_what, token, request, code) => expect(await codeOf(token, request)).toBe(code));
});

describe('ways for a stream key', () => {
  const sealed = {
    apiKey: 'one',
    room: 'lobby',
    identity: 'ann',
    name: 'Ann',
    protocol: '',
    fence: '',
    origin: noOrigin,
  };
  const play = { ...sealed, use: 'play', expiresWallMs: nowMs + 1000, picture: 'bob', without: '' } as const;
  const key = keys.seal(play);
  it.each([
    ['that is malformed are refused', 'A'.repeat(80), {}, 'TOKEN_INVALID'],
    ['that has expired are refused', keys.seal({ ...play, expiresWallMs: nowMs - 60_000 }), {}, 'TOKEN_EXPIRED'],
    ['to publish are refused', keys.seal({ ...play, use: 'publish' }), {}, 'NOT_PERMITTED'],
    ['are refused for another identity', key, { identity: 'bob' }, 'REQUEST_INVALID'],
    ['are refused for another picture', key, { picture: 'ann' }, 'REQUEST_INVALID'],
  ])('%s', async (_what, bearer, request, code) => expect(await codeOf(bearer, request)).toBe(code));
  it('are addresses to play by the same key until the key expires', async () => {
    const { play, ...rest } = await waysOf(options, key, {}, asker);
    expect(rest).toEqual({ room: 'lobby', expiresWallMs: nowMs + 1000 });
    expect(play).toEqual({
      rtmp: `rtmp://host:1935/live/${key}`,
      flv: `https://host/live/${key}.flv`,
      wsFlv: `wss://host/live/${key}.flv`,
      h5: `wss://host/live/${key}.ts`,
      hls: `https://lobby-bob/hls/${key}/index.m3u8`,
    });
  });
});

describe('ways', () => {
  const waysFor = (o: Parameters<typeof tokenOf>[0], request: WaysRequest = {}): Promise<Ways> =>
    waysOf(options, tokenOf(o), request, asker);

  it('state the key to publish apart and within a URL, and end with the token', async () => {
    const ways = await waysFor({});
    const { publish, play, ...rest } = ways;
    expect(rest).toEqual({ room: 'lobby', expiresWallMs: nowMs + 60_000 });
    expect(publish?.identity).toBe('ann-encoder');
    expect(publish?.rtmp.server).toBe('rtmp://host:1935/live');
    expect(publish?.rtmp.url).toBe(`${publish?.rtmp.server}/${publish?.rtmp.key}`);
    const base = { apiKey: 'one', room: 'lobby', name: 'Ann', expiresWallMs: nowMs + 60_000 };
    const none = { protocol: '', picture: '', without: '', fence: '', origin: noOrigin };
    const encoder = { identity: 'ann-encoder', name: 'Ann (encoder)' };
    expect(await keys.open(publish?.rtmp.key ?? '')).toEqual({ ...base, use: 'publish', ...encoder, ...none });
    expect(await keys.open(keyIn(play?.flv))).toEqual({ ...base, use: 'play', identity: 'ann', ...none });
    expect([play?.rtmp, play?.flv, play?.wsFlv, play?.h5].map(keyIn)).toEqual(Array(4).fill(keyIn(play?.flv)));
    expect(keyIn(publish?.h5)).toBe(publish?.rtmp.key);
    expect(publish?.whip).toEqual({ url: 'https://host/whip', key: publish?.rtmp.key });
    expect(play?.hls).toBe(`https://lobby/hls/${keyIn(play?.flv)}/index.m3u8`);
    expect(play?.wsFlv).toMatch(/^wss:\/\/host\/live\//);
  });
  it('are revoked with the token for which they were made', async () => {
    const { publish, play } = await waysFor({ claims: { jti: 'token-1', via: 'link-1', iat: 1000 } });
    const origin = { tokenId: 'token-1', via: 'link-1', issuedWallMs: 1_000_000 };
    for (const text of [publish?.rtmp.key ?? '', keyIn(play?.flv)]) {
      expect((await keys.open(text)).origin).toEqual(origin);
      const isRevoked = (one: TokenOrigin) => isDeepStrictEqual(one, { tenant: 'dev', apiKey: 'one', ...origin });
      const there = new StreamKeys(new FixedKeys(apiKeys), { rng: seededRng('ways'), wallMs, isRevoked });
      await expect(there.open(text)).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
    }
  });
  it.each(['miniprogram', 'h5'] as const)(
    "of a client by %s have the person's identity, and a programme without that person",
    async (client) => {
      const { publish, play } = await waysFor({}, { client });
      expect(publish?.identity).toBe('ann');
      expect(await keys.open(publish?.rtmp.key ?? '')).toMatchObject({ identity: 'ann', protocol: client });
      expect(await keys.open(keyIn(play?.flv))).toMatchObject({ identity: 'ann', without: 'ann', picture: '' });
    },
  );
  it('have the name that the token lets its holder choose', async () => {
    const { publish } = await waysFor({ video: renames }, { name: 'Ann on stage' });
    expect((await keys.open(publish?.rtmp.key ?? '')).name).toBe('Ann on stage');
  });
  it('for a long name have the name unchanged', async () => {
    const { publish } = await waysFor({ video: renames, name: 'n'.repeat(128) });
    expect((await keys.open(publish?.rtmp.key ?? '')).name).toBe('n'.repeat(128));
  });
  it('for long identities that begin alike have different encoder identities', async () => {
    const long = 'a'.repeat(127);
    const [one, other] = await Promise.all([waysFor({ identity: `${long}1` }), waysFor({ identity: `${long}2` })]);
    const identities = (await Promise.all([one, other].map(({ publish }) => keys.open(publish?.rtmp.key ?? '')))).map(
      ({ identity }) => identity,
    );
    expect(identities).toEqual([expect.stringMatching(/^a+-.+-encoder$/), expect.stringMatching(/^a+-.+-encoder$/)]);
    expect(identities[0]).not.toBe(identities[1]);
  });
  it('bind media to the regions of the token', async () => {
    const { publish, play } = await waysFor({ video: { regions: ['sgp', 'fra'] } });
    expect((await keys.open(publish?.rtmp.key ?? '')).fence).toBe('fra,sgp');
    expect((await keys.open(keyIn(play?.flv))).fence).toBe('fra,sgp');
    expect(play?.hls).toMatch(/^https:\/\/lobby-fra,sgp\//);
  });
  it('show one picture on request', async () => {
    const { play } = await waysFor({}, { picture: 'bob' });
    expect(await keys.open(keyIn(play?.flv))).toMatchObject({ picture: 'bob', without: '' });
  });
  it('of a token that may not publish are for playing only', async () => {
    expect(Object.keys(await waysFor({ video: { canPublish: false } }))).toEqual(['room', 'expiresWallMs', 'play']);
  });
  it('of a token that may not publish both a camera and a microphone are for playing only', async () => {
    const publishing = async (canPublishSources: string[]) => (await waysFor({ video: { canPublishSources } })).publish;
    expect(await publishing(['microphone', 'screen_share'])).toBeUndefined();
    expect(await publishing(['camera', 'microphone'])).toBeDefined();
  });
  it('of a token that may not subscribe are for publishing only', async () => {
    expect(Object.keys(await waysFor({ video: { canSubscribe: false } }))).toEqual([
      'room',
      'expiresWallMs',
      'publish',
    ]);
  });
  it('by the token of an administrator are for the named identity, and last a day', async () => {
    const ways = await waysFor({ video: { roomAdmin: true } }, { identity: 'stage', name: 'Stage' });
    expect(ways.expiresWallMs).toBe(nowMs + 24 * 3_600_000);
    expect(await keys.open(ways.publish?.rtmp.key ?? '')).toMatchObject({ identity: 'stage', name: 'Stage' });
  });
});

it('ways of a gateway without capacity lead to another gateway, except the way by HLS', async () => {
  const { publish, play } = await waysOf({ ...options, isFull: () => true }, tokenOf(), {}, asker);
  expect(publish?.rtmp.server).toBe('rtmp://other:1935/live');
  expect([publish?.h5, play?.h5, play?.flv, publish?.whip.url].map((url) => new URL(url ?? '').host)).toEqual(
    Array(4).fill('other'),
  );
  expect(new URL(play?.hls ?? '').host).toBe('lobby');
});

describe('ways to a composed picture', () => {
  const waysFor = (o: object) => waysOf({ ...options, ...o }, tokenOf(), { picture: 'composed:speaker' }, asker);

  it('have keys that name its layout', async () => {
    const { play } = await waysFor({});
    expect(await keys.open(keyIn(play?.flv))).toMatchObject({ picture: 'composed:speaker' });
  });
  it('are refused for an unknown layout', async () => {
    expect(await codeOf(tokenOf(), { picture: 'composed:mosaic' })).toBe('REQUEST_INVALID');
  });
  it('lead to another gateway if this gateway has the capacity for other ways, but not for composing', async () => {
    const isFull = (millicores: number): boolean => millicores > 500;
    expect((await waysFor({ isFull })).publish?.rtmp.server).toBe('rtmp://other:1935/live');
    const { publish } = await waysOf({ ...options, isFull }, tokenOf(), {}, asker);
    expect(publish?.rtmp.server).toBe('rtmp://host:1935/live');
  });
});

describe('ways of a gateway that lacks', () => {
  const listedWays = async (lacks: readonly Lack[]): Promise<[string[], string[]]> => {
    const nearest = async () => ({ rtmpUrl: 'rtmp://host:1935', publicUrl: 'https://host', lacks });
    const { publish, play } = await waysOf(
      { ...options, placing: { ...options.placing, nearest } },
      tokenOf(),
      {},
      asker,
    );
    return [Object.keys(publish ?? {}), Object.keys(play ?? {})];
  };
  const publish = ['identity', 'rtmp', 'whip'];
  it.each<[string, readonly Lack[], string[]]>([
    ['sound include no way to play', ['sound'], []],
    ['pictures include no way to play by MPEG-1', ['picture'], ['rtmp', 'flv', 'wsFlv', 'hls']],
    ['both include no way to play', ['sound', 'picture'], []],
  ])('%s', async (_what, lacks, play) => expect(await listedWays(lacks)).toEqual([publish, play]));
});

describe('RTMP by TLS', () => {
  const waysFor = async (rtmpsUrl?: string): Promise<Ways> => {
    const nearest = async () => ({ rtmpUrl: 'rtmp://host:1935', publicUrl: 'https://host', rtmpsUrl });
    return waysOf({ ...options, placing: { ...options.placing, nearest } }, tokenOf(), {}, asker);
  };
  it('is listed with the same keys if the gateway has an address for it', async () => {
    const { publish, play } = await waysFor('rtmps://host:1936');
    const key = publish?.rtmp.key ?? '';
    const server = 'rtmps://host:1936/live';
    expect(publish?.rtmps).toEqual({ server, key, url: `${server}/${key}` });
    expect(play?.rtmps).toBe(`${server}/${keyIn(play?.rtmp)}`);
  });
});
