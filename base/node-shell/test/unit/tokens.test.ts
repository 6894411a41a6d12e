// Tests the life of a token by a given clock; other faults are tested over sockets (service/bad-input).
import { createHmac, createSecretKey } from 'node:crypto';
import { limits, MeridianError, tokenScopes } from '@meridian/protocol';
import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
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
    ['long before its beginning', endS - 3600 - 60, 'TOKEN_NOT_YET_VALID'],
    ['within the tolerance before its beginning', endS - 3600 - 2, false],
    ['in its life', endS - 1, false],
    ['within the tolerance after its end', endS + 1, false],
    ['at the end of the tolerance', endS + 2, 'TOKEN_EXPIRED'],
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

describe('a claim of another type than its own', () => {
  const values: unknown[] = [['key'], { key: 'key' }, 7, true, null, { toString: 'key' }, '', 'x'.repeat(129)];
  it.each(['iss', 'sub', 'jti', 'via', 'exp', 'nbf', 'iat'])('%s is TOKEN_INVALID', async (claim) => {
    const requestedKeys: unknown[] = [];
    const get = async (key: string) => {
      requestedKeys.push(key);
      if (key !== 'key') throw new MeridianError('TOKEN_INVALID');
      return keyWith(tokenScopes).get(key);
    };
    const tokens = new Tokens({ get }, () => endS * 1000);
    for (const value of values) {
      const whole = {
        iss: 'key',
        exp: endS + 60,
        sub: 'ann',
        video: { room: 'lobby', roomJoin: true },
        [claim]: value,
      };
      // By hand, since jose signs only well-typed claims.
      const parts = [{ alg: 'HS256' }, whole].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
      const signed = createHmac('sha256', secret).update(parts.join('.')).digest('base64url');
      const code = await codeOf(tokens.verify(`${parts.join('.')}.${signed}`, { allowExpired: false }));
      const isFine =
        (value === '' && ['jti', 'via'].includes(claim)) || (value === 7 && ['nbf', 'iat'].includes(claim));
      const expired = claim === 'exp' && value === 7 ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID';
      expect([claim, value, code]).toEqual([claim, value, isFine ? 'taken' : expired]);
    }
    expect(requestedKeys.every((key) => typeof key === 'string' && key.length <= 128)).toBe(true);
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

  it('is checked before anything else, also for an expired token', async () => {
    expect(await verify({}, { isRevoked: true })).toBe('TOKEN_REVOKED');
    expect(await verify({ exp: endS - 60 }, { isRevoked: true, allowExpired: true })).toBe('TOKEN_REVOKED');
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
