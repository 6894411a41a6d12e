// Tests the life of a token by a given clock; other faults are tested over sockets (service/bad-input).
import { createHmac, createSecretKey } from 'node:crypto';
import { limits, MeridianError } from '@meridian/protocol';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { claimRows, claimsWith, timeRows } from '../../../protocol/test/vectors/claim-rows.ts';
import { FixedKeys } from '../../src/api-keys.ts';
import type { TokenOrigin } from '../../src/core/revocation-list.ts';
import { Tokens, tokenEndWallMs, type VerifyOptions } from '../../src/tokens.ts';

const secret = 'a secret of this test that is long enough';
const endS = 1_800_000_000;
/** Returns the answer at `atS` seconds to a token that ends at `endS`: a code, or whether it counts as expired. */
async function answer(
  atS: number,
  o: Partial<VerifyOptions> = {},
  video: object = { room: 'lobby', roomJoin: true },
): Promise<string | boolean> {
  const tokens = new Tokens(new FixedKeys([{ key: 'key', secret, tenant: 'dev' }]), () => atS * 1000);
  const token = await new SignJWT({ video })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('key')
    .setSubject('ann')
    .setNotBefore(endS - 3600)
    .setExpirationTime(endS)
    .sign(new TextEncoder().encode(secret));
  try {
    return (await tokens.verify(token, { allowExpired: false, ...o })).expired;
  } catch (error) {
    return error instanceof MeridianError ? error.code : String(error);
  }
}

describe('a token', () => {
  it.each([
    ['long before its beginning', endS - 3600 - 61, 'TOKEN_NOT_YET_VALID'],
    ['within the leeway before its beginning', endS - 3600 - 60, false],
    ['in its life', endS - 1, false],
    ['within the leeway after its end', endS + 59, false],
    ['at the end of the leeway', endS + 60, 'TOKEN_EXPIRED'],
    ['long after its end', endS + 3600, 'TOKEN_EXPIRED'],
  ])('%s (at %s s) is answered %s', async (_when, atS, expected) => {
    expect(await answer(atS)).toBe(expected);
  });

  it('that has expired is accepted only on request, and reported as expired', async () => {
    expect(await answer(endS + 60)).toBe('TOKEN_EXPIRED');
    expect(await answer(endS + 60, { allowExpired: true })).toBe(true);
    expect(await answer(endS - 60, { allowExpired: true })).toBe(false);
  });
});

describe('a token to check the connection', () => {
  const video = { room: 'check', check: true };
  it('opens a check, and is refused for any other use', async () => {
    expect(await answer(endS - 1, { forCheck: true }, video)).toBe(false);
    expect(await answer(endS - 1, { forCheck: false }, video)).toBe('NOT_PERMITTED');
    expect(await answer(endS - 1, {}, video)).toBe('NOT_PERMITTED');
  });
});

describe('a token that a node mints', () => {
  it.each(['', 'frankfurt', 'frankfurt,singapore'])('is fenced by the claims: %j', async (fence) => {
    const tokens = new Tokens(new FixedKeys([{ key: 'key', secret, tenant: 'dev' }]), () => endS * 1000);
    const claims = {
      identity: 'ann',
      name: 'Ann',
      room: 'lobby',
      canPublish: true,
      canSubscribe: false,
      hidden: false,
    };
    const token = await tokens.mint('key', { ...claims, fence, lifetimeMs: 60_000 });
    const { access } = await tokens.verify(token, { allowExpired: false });
    expect([access.fence, access.identity, access.rights.canSubscribe]).toEqual([fence, 'ann', false]);
  });
});

/** Returns the api's key with these scopes. */
const keyWith = (scopes: readonly string[]) => ({
  get: async (key: string) => ({ key, secret: createSecretKey(Buffer.from(secret)), tenant: 'dev', fence: '', scopes }),
});
const codeOf = (verifying: Promise<unknown>) =>
  verifying.then(
    () => 'taken',
    (error: unknown) => (error instanceof MeridianError ? error.code : String(error)),
  );

describe('a token with odd claims', () => {
  // By hand, since jose signs only well-typed claims.
  const signed = (claims: object, header: object = { alg: 'HS256' }): string => {
    const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    return `${parts.join('.')}.${createHmac('sha256', secret).update(parts.join('.')).digest('base64url')}`;
  };
  const valid = { iss: 'key', exp: endS + 60, sub: 'ann', video: { room: 'lobby', roomJoin: true } };
  const tokens = new Tokens(new FixedKeys([{ key: 'key', secret, tenant: 'dev' }]), () => endS * 1000);
  const refusalOf = (token: string): Promise<string> =>
    tokens.verify(token, { allowExpired: false }).then(
      ({ access }) => `taken as ${access.identity}`,
      (error: unknown) => (error instanceof MeridianError ? `${error.code}: ${error.message}` : String(error)),
    );

  it('is answered as the table of claims says, and outside of rooms too', async () => {
    for (const row of [...claimRows, ...timeRows(endS)]) {
      const answer = await refusalOf(signed(claimsWith(valid, row)));
      const expected = row.answer === 'taken' ? /^taken as / : new RegExp(`^${row.answer}: .*claim "${row.claim}"`);
      expect([row.claim, row.what, answer]).toEqual([row.claim, row.what, expect.stringMatching(expected)]);
      if (!['jti', 'via', 'exp', 'nbf', 'iat'].includes(row.claim)) continue;
      const outside = await codeOf(tokens.signed(signed(claimsWith(valid, row))));
      expect([row.claim, row.what, outside]).toEqual([row.claim, row.what, row.answer]);
    }
  });

  it('names its API key by a text of at most 128 characters', async () => {
    for (const iss of [undefined, null, 7, true, ['key'], { toString: 'key' }, '', 'x'.repeat(129)])
      expect([iss, await refusalOf(signed({ ...valid, iss }))]).toEqual([
        iss,
        expect.stringMatching(/^TOKEN_INVALID: claim "iss": the name of an API key, .*; it is /),
      ]);
    expect(await refusalOf(signed({ ...valid, iss: 'k' }))).toBe(
      'TOKEN_INVALID: claim "iss": there is no API key of this name',
    );
  });

  it('is refused with the fault of its form', async () => {
    const good = signed(valid);
    const [head = '', body = ''] = good.split('.');
    const rows: [token: string, text: string][] = [
      ['a.b.c', 'the token is no JWT'],
      ['abc', 'the token is no JWT'],
      [`${head}.${body}.`, 'the signature was not made with the secret of the API key in claim "iss"'],
      [`${good}x`, 'the signature was not made with the secret of the API key in claim "iss"'],
      [signed(valid, { alg: 'none' }), 'header "alg": HS256; it is another'],
      [signed(valid, { alg: 'HS512' }), 'header "alg": HS256; it is another'],
      [signed(valid, { alg: 'HS256', crit: ['x'], x: 1 }), 'the token is no JWT'],
      ['x'.repeat(limits.tokenBytesMax + 1), 'the token: at most 8192 bytes; it has 8193'],
    ];
    for (const [token, text] of rows)
      expect([text, await refusalOf(token)]).toEqual([text, expect.stringContaining(`TOKEN_INVALID: ${text}`)]);
    expect(await refusalOf('')).toBe('TOKEN_MISSING: No token was given.');
  });

  it('of null is renewed with its rights', async () => {
    const nulls = { nbf: null, iat: null, jti: null, via: null, name: null, attributes: null };
    const token = await tokens.renew(signed({ ...valid, ...nulls }), { name: 'Ana' }, 600_000);
    expect(await tokens.verify(token, { allowExpired: false })).toMatchObject({
      access: { identity: 'ann', name: 'Ana' },
      origin: { tokenId: '', via: '', issuedWallMs: undefined },
    });
  });
});

describe('a token of a key that may only admit people', () => {
  const narrow = new Tokens(keyWith(['rooms:join']), () => endS * 1000);
  const signed = (video: object) =>
    new SignJWT({ video: { room: 'lobby', roomJoin: true, ...video }, sub: 'ann', exp: endS + 60 })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('key')
      .sign(new TextEncoder().encode(secret));

  it('is refused for an administrator, and otherwise grants what its key may', async () => {
    expect(await codeOf(narrow.verify(await signed({ roomAdmin: true }), { allowExpired: false }))).toBe(
      'NOT_PERMITTED',
    );
    expect((await narrow.verify(await signed({}), { allowExpired: false })).scopes).toEqual(['rooms:join']);
    const none = new Tokens(keyWith([]), () => endS * 1000);
    expect(await codeOf(none.verify(await signed({}), { allowExpired: true }))).toBe('NOT_PERMITTED');
  });

  it('minted by a node is not bounded by the scopes when a node shows it', async () => {
    const claims = { identity: 'programme', name: '', room: 'lobby', canPublish: false, canSubscribe: true };
    const token = await narrow.mint('key', { ...claims, hidden: true, admin: true, lifetimeMs: 60_000 });
    const { access } = await narrow.verify(token, { allowExpired: false, byNode: true });
    expect(access.rights).toMatchObject({ hidden: true, admin: true });
    expect(await codeOf(narrow.verify(token, { allowExpired: false }))).toBe('NOT_PERMITTED');
  });
});

describe('the revocation of a token', () => {
  const judgedOrigins: TokenOrigin[] = [];
  const keys = new FixedKeys([{ key: 'key', secret, tenant: 'dev' }]);
  const verify = async (claims: object, o: { isRevoked?: boolean; allowExpired?: boolean } = {}) => {
    const tokens = new Tokens(
      keys,
      () => endS * 1000,
      (origin) => {
        judgedOrigins.push(origin);
        return o.isRevoked ?? false;
      },
    );
    const token = await new SignJWT({ exp: endS + 60, sub: 'ann', video: { room: 'lobby', roomJoin: true }, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('key')
      .sign(new TextEncoder().encode(secret));
    return tokens.verify(token, { allowExpired: o.allowExpired ?? false }).then(
      ({ origin }) => origin,
      (error: unknown) => (error instanceof MeridianError ? error.code : String(error)),
    );
  };
  const bare = { tenant: 'dev', apiKey: 'key', tokenId: '', via: '', issuedWallMs: undefined };

  it.each([
    ['nothing but its key', {}, bare],
    ['its id and what it was made from', { jti: 'j', via: 'link' }, { ...bare, tokenId: 'j', via: 'link' }],
    ['its age, by iat before nbf', { iat: 7, nbf: 8 }, { ...bare, issuedWallMs: 7000 }],
    ['its age, by nbf', { nbf: 8 }, { ...bare, issuedWallMs: 8000 }],
  ])('is %s', async (_what, claims, origin) => {
    expect(await verify(claims)).toEqual(origin);
    expect(judgedOrigins.at(-1)).toEqual(origin);
  });

  it('of a token outside any room applies to each of its sources', async () => {
    const signed = async (claims: object, isRevoked = (_origin: TokenOrigin): boolean => false) => {
      const token = await new SignJWT({ exp: endS + 60, ...claims })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('key')
        .sign(new TextEncoder().encode(secret));
      return new Tokens(keys, () => endS * 1000, isRevoked).signed(token);
    };
    const sources = ['item', 'maker'];
    expect((await signed({ sources })).origin).toEqual({ ...bare, sources });
    expect((await signed({})).origin.sources).toEqual([]);
    const revoked = signed({ sources }, (origin) => origin.sources?.includes('maker') === true);
    expect(await codeOf(revoked)).toBe('TOKEN_REVOKED');
    for (const odd of ['maker', [7], ['x'.repeat(129)], Array(9).fill('maker')])
      expect([odd, await codeOf(signed({ sources: odd }))]).toEqual([odd, 'TOKEN_INVALID']);
  });

  it('is checked before anything else, also for an expired token', async () => {
    expect(await verify({}, { isRevoked: true })).toBe('TOKEN_REVOKED');
    expect(await verify({ exp: endS - 61 }, { isRevoked: true, allowExpired: true })).toBe('TOKEN_REVOKED');
  });

  it("applies to a renewed token, which keeps its rights and has its bearer's present metadata", async () => {
    const tokens = new Tokens(keys, () => endS * 1000);
    const claims = {
      identity: 'ann',
      name: 'Ann',
      room: 'lobby',
      canPublish: false,
      canSubscribe: true,
      hidden: false,
    };
    const origin = { tokenId: 'j', via: 'link', issuedWallMs: 5000 };
    const first = await tokens.mint('key', { ...claims, kind: 'standard', fence: 'fra', origin, lifetimeMs: -60_000 });
    const token = await tokens.renew(first, { name: 'Ana', metadata: 'm', attributes: { hand: 'up' } }, 60_000);
    const renewed = await tokens.verify(token, { allowExpired: false });
    expect(renewed.origin).toEqual({ ...bare, ...origin });
    expect(renewed.access).toMatchObject({ identity: 'ann', name: 'Ana', metadata: 'm', attributes: { hand: 'up' } });
    expect([renewed.access.fence, renewed.access.rights.canPublish]).toEqual(['fra', false]);
    expect(tokenEndWallMs(token)).toBe((endS + 60) * 1000);
    const large = await tokens.renew(first, { name: 'Ana', metadata: 'm'.repeat(limits.tokenBytesMax) }, 60_000);
    expect((await tokens.verify(large, { allowExpired: false })).access.name).toBe('Ann');
  });

  it('is checked before a token is renewed', async () => {
    const claims = { identity: 'ann', name: '', room: 'lobby', canPublish: true, canSubscribe: true, hidden: false };
    const token = await new Tokens(keys, () => endS * 1000).mint('key', { ...claims, lifetimeMs: 60_000 });
    const revoked = new Tokens(
      keys,
      () => endS * 1000,
      () => true,
    );
    expect(await codeOf(revoked.renew(token, { name: '' }, 60_000))).toBe('TOKEN_REVOKED');
  });

  it('applies to tokens minted for its bearer', async () => {
    const tokens = new Tokens(keys, () => endS * 1000);
    const claims = { identity: 'ann', name: '', room: 'lobby', canPublish: true, canSubscribe: true, hidden: false };
    const origin = { tokenId: 'j', via: 'link', issuedWallMs: 5000 };
    const token = await tokens.mint('key', { ...claims, origin, lifetimeMs: 60_000 });
    expect((await tokens.verify(token, { allowExpired: false })).origin).toEqual({ ...bare, ...origin });
  });
});
