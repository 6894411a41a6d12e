import { FixedKeys, noOrigin } from '@meridian/node-shell';
import { MeridianError } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { STREAM_KEY_CHARACTERS_MAX, type StreamKey, StreamKeys } from '../../src/adapters/stream-keys.ts';

const secret = 'a secret of this test that is long enough';
const expiresWallMs = 1_800_000_000_000;
const key: StreamKey = {
  apiKey: 'one',
  room: 'lobby',
  use: 'publish',
  identity: 'ann-encoder',
  name: 'Ann',
  expiresWallMs,
  protocol: 'miniprogram',
  picture: '',
  without: '',
  fence: 'fra,sgp',
  origin: noOrigin,
};
const keysOf = (apiKeys: readonly { key: string; secret: string }[], atMs = expiresWallMs - 1): StreamKeys =>
  new StreamKeys(new FixedKeys(apiKeys.map((one) => ({ ...one, tenant: 'dev' }))), {
    rng: seededRng('stream keys'),
    wallMs: () => atMs,
  });
const one = { key: 'one', secret };
const keys = keysOf([one]);
const codeOf = async (act: () => unknown): Promise<string> => {
  try {
    await act();
    return 'fine';
  } catch (error) {
    if (error instanceof MeridianError) return error.code;
    throw error;
  }
};

describe('a stream key is refused', () => {
  const text = keys.seal(key);
  const bytes = Buffer.from(text, 'base64url');

  it('when any of its bytes differs', async () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const forged = Buffer.from(bytes);
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(await codeOf(() => keys.open(forged.toString('base64url')))).toBe('TOKEN_INVALID');
    }
  });
  it('when it is cut anywhere, or longer', async () => {
    for (let length = 1; length < bytes.length; length += 1)
      expect(await codeOf(() => keys.open(bytes.subarray(0, length).toString('base64url')))).toBe('TOKEN_INVALID');
    expect(await codeOf(() => keys.open(`${text}AAAA`))).toBe('TOKEN_INVALID');
  });
  it.each([
    ['that is empty', '', 'TOKEN_MISSING'],
    ['that is no base64url', '%%%/..', 'TOKEN_INVALID'],
    ['that is longer than the bound', 'A'.repeat(STREAM_KEY_CHARACTERS_MAX + 1), 'TOKEN_INVALID'],
    ['of another version', Buffer.from([1, ...bytes.subarray(1)]).toString('base64url'), 'TOKEN_INVALID'],
  ])('%s', async (_what, bad, code) => expect(await codeOf(() => keys.open(bad))).toBe(code));

  it.each([
    ["another secret of the same API key's name", [{ key: 'one', secret: `${secret}!` }]],
    ["another API key's secret", [{ key: 'two', secret }]],
    ['an unknown API key', []],
  ])('when it was sealed with %s', async (_what, others) => {
    expect(await codeOf(() => keysOf(others).open(text))).toBe('TOKEN_INVALID');
  });
  it('from the millisecond of its expiry on', async () => {
    expect(await codeOf(() => keysOf([one], expiresWallMs - 1).open(text))).toBe('fine');
    expect(await codeOf(() => keysOf([one], expiresWallMs + 59_999).open(text))).toBe('fine');
    expect(await codeOf(() => keysOf([one], expiresWallMs + 60_000).open(text))).toBe('TOKEN_EXPIRED');
  });
});

describe('a stream key', () => {
  it('expires with the second of its end, never earlier', async () => {
    const late = { ...key, expiresWallMs: expiresWallMs - 999 };
    expect((await keys.open(keys.seal(late))).expiresWallMs).toBe(expiresWallMs);
  });
  it('reveals neither room nor identity, and differs each time', () => {
    const [a, b] = [keys.seal(key), keys.seal(key)];
    expect(a).not.toBe(b);
    expect(Buffer.from(a, 'base64url').toString('latin1')).not.toMatch(/lobby|ann/i);
  });
  it('names the token whose revocation ends it, to publish and to play', async () => {
    const origin = { tokenId: 'token-1', via: 'link-1', issuedWallMs: 1_700_000_000_000 };
    const plays = { ...key, use: 'play', protocol: '', picture: 'bob', without: '', fence: '', origin } as const;
    for (const one of [{ ...key, origin }, plays, { ...plays, origin: { ...noOrigin, via: 'link-1' } }])
      expect(await keys.open(keys.seal(one))).toEqual(one);
  });
  it('of ordinary names stays below the 256 characters at which other servers cut', () => {
    expect(keys.seal({ ...key, room: 'r'.repeat(40), identity: 'i'.repeat(40) }).length).toBeLessThan(256);
  });
  it('holds the longest names of one byte a character, and is refused when they do not fit', async () => {
    const longest = { ...key, room: 'r'.repeat(128), identity: 'i'.repeat(128), name: 'n'.repeat(128) };
    expect(await keys.open(keys.seal(longest))).toEqual(longest);
    const wide = { ...longest, room: '房'.repeat(128), identity: '人'.repeat(128), name: '名'.repeat(128) };
    expect(await codeOf(() => keys.seal(wide))).toBe('REQUEST_INVALID');
  });
  it('is not made for an unknown API key', async () => {
    expect(await codeOf(() => keys.seal({ ...key, apiKey: 'two' }))).toBe('REQUEST_INVALID');
  });
});
