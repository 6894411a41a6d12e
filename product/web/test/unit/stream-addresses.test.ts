import { describe, expect, it, vi } from 'vitest';
import { texts } from '../../src/core/messages/texts.ts';
import { translatorOf } from '../../src/core/messages/translate.ts';
import { protocolName } from '../../src/core/protocol-name.ts';
import { groupsOf, masked, readAddresses, type StreamAddresses } from '../../src/core/stream-addresses.ts';
import { fetchAddresses } from '../../src/room/gateway.ts';

const answer = (key = 'KEY') => ({
  room: 'a room',
  expiresWallMs: 1000,
  publish: {
    identity: 'ann-encoder',
    rtmp: { server: 'rtmp://g/live', key, url: `rtmp://g/live/${key}` },
    h5: 'ws://g/live/KEY.ts',
    whip: { url: 'http://g/whip', key },
  },
  play: {
    rtmp: 'rtmp://g/live/PLAY',
    flv: 'http://g/live/PLAY.flv',
    wsFlv: 'ws://g/live/PLAY.flv',
    h5: 'ws://g/live/PLAY.ts',
    hls: 'http://g/hls/PLAY/index.m3u8',
  },
});
const addressesOf = (value: unknown): StreamAddresses => {
  const addresses = readAddresses(value);
  if (addresses === undefined) throw new Error('it is none');
  return addresses;
};

describe('readAddresses', () => {
  const { publish, play, ...rest } = answer();
  const malformed: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a text', 'addresses'],
    ['an empty object', {}],
    ['no expiry', { ...rest, expiresWallMs: '1000' }],
    ['addresses to publish without RTMP', { ...rest, publish: { ...publish, rtmp: undefined } }],
    ['a key that is no text', { ...rest, publish: { ...publish, whip: { url: 'x', key: 7 } } }],
    ['a key that is empty', { ...rest, publish: { ...publish, rtmp: { ...publish.rtmp, key: '' } } }],
    ['addresses to play without HLS', { ...rest, play: { ...play, hls: undefined } }],
    ['null as the addresses to publish', { ...rest, publish: null }],
  ];
  it.each(malformed)('refuses %s', (_name, value) => expect(readAddresses(value)).toBeUndefined());
  it('accepts missing optional fields, and keeps only those that are shown', () => {
    expect(readAddresses(rest)).toEqual(rest);
    expect(readAddresses(answer())?.play).toEqual({ rtmp: play.rtmp, flv: play.flv, hls: play.hls });
  });
});

describe('groupsOf', () => {
  const { publish: _publish, ...viewing } = answer();
  const { play: _play, ...publishing } = answer();
  const groupsFor = (value: unknown, takesPlace = false) => {
    const addresses = addressesOf(value);
    return groupsOf({ encoder: addresses, miniprogram: addresses, takesPlace }, 'http://page');
  };
  it('returns only the groups that the token allows', () => {
    expect(groupsFor(answer()).map(({ id }) => id)).toEqual(['obs', 'ffmpeg', 'whip', 'miniprogram', 'players']);
    expect(groupsFor(viewing).map(({ id }) => id)).toEqual(['miniprogram', 'players']);
    expect(groupsFor(publishing).map(({ id }) => id)).toEqual(['obs', 'ffmpeg', 'whip', 'miniprogram']);
    expect(groupsFor({ room: 'a', expiresWallMs: 1 })).toEqual([]);
  });
  it('shows RTMP over TLS only where the gateway has it', () => {
    const { publish, play, ...rest } = answer();
    const tls = { server: 'rtmps://g:443/live', key: 'KEY', url: 'rtmps://g:443/live/KEY' };
    const secure = {
      ...rest,
      publish: { ...publish, rtmps: tls },
      play: { ...play, rtmps: 'rtmps://g:443/live/PLAY' },
    };
    const ids = (value: unknown) => groupsFor(value).flatMap(({ fields }) => fields.map(({ id }) => id));
    expect(ids(secure).filter((id) => !ids(answer()).includes(id))).toEqual(['obs-server-tls', 'play-rtmps']);
    const fields = groupsFor(secure).flatMap((group) => group.fields);
    expect(fields.find(({ id }) => id === 'obs-server-tls')?.value).toBe('rtmps://g:443/live');
    expect(fields.map(masked).join()).not.toMatch(/KEY|PLAY/);
    const half = { ...rest, publish: { ...publish, rtmps: { server: 'rtmps://g' } }, play: { ...play, rtmps: 7 } };
    expect(ids(half)).toEqual(ids(answer()));
  });
  it('hides every key until it is revealed', () => {
    const fields = groupsFor(answer()).flatMap((group) => group.fields);
    for (const field of fields) expect(masked(field)).not.toMatch(/KEY|PLAY/);
    const keys = fields.filter(({ secret }) => secret !== '').map(({ id }) => id);
    expect(keys).toContain('ffmpeg-line');
    expect(fields.find(({ id }) => id === 'play-page')?.value).toBe('http://page/play/a%20room#key=PLAY');
  });
  it('warns when a mini-program replaces the person’s page', () => {
    const textOf = (takesPlace: boolean) =>
      groupsFor(answer(), takesPlace).find(({ id }) => id === 'miniprogram')?.text;
    expect([textOf(false), textOf(true)]).toEqual(['streaming.miniprogram.text', 'streaming.miniprogram.textInstead']);
  });
});

describe('protocolName', () => {
  it('returns the usual name in both languages; an unknown protocol stays unchanged', () => {
    const names = (language: 'en' | 'zh') =>
      ['rtmp', 'h5', 'udp', 'whip', 'cdn', 'flv', 'miniprogram', 'later'].map((one) =>
        protocolName(one, translatorOf(language)),
      );
    const same = ['RTMP', 'H5', 'UDP', 'WHIP', 'CDN', 'FLV'];
    expect(names('en')).toEqual([...same, texts.en['protocol.miniprogram'], 'later']);
    expect(names('zh')).toEqual([...same, '小程序', 'later']);
  });
});

describe('fetchAddresses', () => {
  type Asked = { url: string; body: unknown; authorization: unknown };
  /** Each gateway's answer by its host: [status, body], or an error that fetch throws. */
  async function ask(hosts: Record<string, [number, unknown] | Error>, admin = true) {
    const asked: Asked[] = [];
    vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
      const { authorization } = init.headers as Record<string, string>;
      asked.push({ url, body: JSON.parse(String(init.body)), authorization });
      const response = hosts[new URL(url).hostname];
      if (response === undefined || response instanceof Error) throw response ?? new TypeError('Failed to fetch');
      return { ok: response[0] < 400, status: response[0], json: async () => response[1] };
    });
    const gatewayUrls = Object.keys(hosts).map((host) => `http://${host}`);
    const o = { gatewayUrls, token: 'a.b.c', identity: 'ann', admin, fromCity: 'Berlin' };
    const outcome = await fetchAddresses(o).catch((error: { code: string }) => error.code);
    vi.unstubAllGlobals();
    return { outcome, asked };
  }
  it('asks for an encoder and for a mini-program, which has an identity of its own if the token is an administrator’s', async () => {
    const { outcome, asked } = await ask({ one: [200, answer()] });
    expect(outcome).toMatchObject({ encoder: { room: 'a room' }, takesPlace: false });
    const url = 'http://one/v1/addresses?from=Berlin';
    const authorization = 'Bearer a.b.c';
    expect(asked).toEqual([
      { url, authorization, body: { client: 'encoder' } },
      { url, authorization, body: { client: 'miniprogram', identity: 'ann-miniprogram' } },
    ]);
    const plain = await ask({ one: [200, answer()] }, false);
    expect([plain.outcome, plain.asked[1]?.body]).toMatchObject([{ takesPlace: true }, { client: 'miniprogram' }]);
    expect(plain.asked[1]?.body).not.toHaveProperty('identity');
  });
  it('asks the next gateway when one is unreachable, and no other gateway after a refusal', async () => {
    const away = await ask({ one: new TypeError('Failed to fetch'), two: [200, answer()] });
    expect(away.outcome).toMatchObject({ encoder: { room: 'a room' } });
    const refused = await ask({ one: [401, { code: 'TOKEN_EXPIRED' }], two: [200, answer()] });
    expect([refused.outcome, refused.asked.length]).toEqual(['TOKEN_EXPIRED', 2]);
  });
  it.each([
    ['no gateway answers', { one: new TypeError('Failed to fetch') }, 'GATEWAY_UNREACHABLE'],
    ['there is no gateway', {}, 'GATEWAY_UNREACHABLE'],
    ['the answer is malformed', { one: [200, { room: 7 }] }, 'GATEWAY_INVALID'],
    ['a gateway refuses without a code', { one: [502, null] }, 'GATEWAY_INVALID'],
  ] as [string, Record<string, [number, unknown] | Error>, string][])(
    'rejects with a code when %s',
    async (_name, hosts, code) => {
      expect((await ask(hosts)).outcome).toBe(code);
    },
  );
});
