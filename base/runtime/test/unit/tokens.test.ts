import {
  EnrolmentTokens,
  type Identity,
  type KeyValue,
  ManualClock,
  memoryKeyValue,
  secureRng,
} from '@meridian/runtime';
import { beforeEach, describe, expect, it } from 'vitest';

const NODE: Identity = { id: 'node-1', kind: 'leaf', region: 'eu' };
const FINGERPRINT = 'F'.repeat(43);
const MINUTE_MS = 60_000;

let clock: ManualClock;
let kv: KeyValue;
let tokens: EnrolmentTokens;
let token: string;
beforeEach(async () => {
  clock = new ManualClock();
  kv = memoryKeyValue({ clock, maxEntries: 100 });
  tokens = new EnrolmentTokens({ kv, rng: secureRng(), clock, fingerprint: FINGERPRINT });
  token = await tokens.mint(NODE, MINUTE_MS);
});

/** Returns the token with one of its four parts replaced. */
function withPart(at: number, part: string): string {
  const parts = token.split('.');
  parts[at] = part;
  return parts.join('.');
}

describe('an enrolment token', () => {
  it.each<[string, () => string]>([
    ['nothing', () => ''],
    ['garbage', () => 'met1'],
    ['a very long text', () => 'met1.'.repeat(100_000)],
    ['another version', () => withPart(0, 'met2')],
    ['an unknown id', () => withPart(1, 'A'.repeat(16))],
    ['an id of another length', () => withPart(1, 'A'.repeat(15))],
    ['a wrong secret', () => withPart(2, 'A'.repeat(43))],
    ['a cut secret', () => withPart(2, (token.split('.')[2] ?? '').slice(1))],
    ['another authority', () => withPart(3, 'G'.repeat(43))],
    ['a part too many', () => `${token}.x`],
    ['a space at the end', () => `${token} `],
  ])('with %s is refused, and the good one still works afterwards', async (_what, text) => {
    expect(await tokens.redeem(text())).toBeUndefined();
    expect(await tokens.redeem(token)).toEqual(NODE);
  });

  it('works once', async () => {
    expect(await tokens.redeem(token)).toEqual(NODE);
    expect(await tokens.redeem(token)).toBeUndefined();
  });

  it('works for one of many callers that present it at once', async () => {
    const redeemed = await Promise.all(Array.from({ length: 20 }, () => tokens.redeem(token)));
    expect(redeemed.filter((identity) => identity !== undefined)).toEqual([NODE]);
  });

  it('works until the instant it expires', async () => {
    const otherToken = await tokens.mint(NODE, MINUTE_MS);
    clock.advance(MINUTE_MS - 1);
    expect(await tokens.redeem(otherToken)).toEqual(NODE);
    clock.advance(1);
    expect(await tokens.redeem(token)).toBeUndefined();
  });

  it('expires by its own date even when the store keeps it', async () => {
    const keepingKv: KeyValue = { ...kv, set: (key, value) => kv.set(key, value) };
    const keptTokens = new EnrolmentTokens({ kv: keepingKv, rng: secureRng(), clock, fingerprint: FINGERPRINT });
    const late = await keptTokens.mint(NODE, MINUTE_MS);
    clock.advance(MINUTE_MS);
    expect(await keptTokens.redeem(late)).toBeUndefined();
  });

  it('does not work at another authority that shares the store', async () => {
    const other = new EnrolmentTokens({ kv, rng: secureRng(), clock, fingerprint: 'G'.repeat(43) });
    expect(await other.redeem(token)).toBeUndefined();
  });

  it('does not work any more after the authority was replaced; a token minted then does', async () => {
    let fingerprint = FINGERPRINT;
    const replaced = new EnrolmentTokens({ kv, rng: secureRng(), clock, fingerprint: () => fingerprint });
    expect((await replaced.mint(NODE, MINUTE_MS)).endsWith(`.${FINGERPRINT}`)).toBe(true);
    fingerprint = 'G'.repeat(43);
    const later = await replaced.mint(NODE, MINUTE_MS);
    expect(await replaced.redeem(token)).toBeUndefined();
    expect(await replaced.redeem(later)).toEqual(NODE);
  });

  it('is not in the store in a form that could be used', async () => {
    const secret = token.split('.')[2] ?? '';
    const stored = JSON.stringify(await kv.entries('', { limit: 10 }));
    expect(stored).toContain('node-1');
    expect(stored).not.toContain(secret);
  });

  it.each([0, -1, 1.5, Number.NaN, 7 * 86_400_000 + 1])('is not minted for %d ms', async (ttlMs) => {
    await expect(tokens.mint(NODE, ttlMs)).rejects.toThrow(RangeError);
  });

  it('is not minted for an identity of the wrong form', async () => {
    await expect(tokens.mint({ ...NODE, id: 'a/b' }, MINUTE_MS)).rejects.toMatchObject({ code: 'PKI_BAD_IDENTITY' });
  });

  it('keeps of an identity only its three fields', async () => {
    const wide = { ...NODE, isAdmin: true };
    expect(await tokens.redeem(await tokens.mint(wide, MINUTE_MS))).toEqual(NODE);
  });
});
