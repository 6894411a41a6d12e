import { describe, expect, it } from 'vitest';
import { accessOf, tokenScopes } from '../../src/access.ts';
import { limits } from '../../src/limits.ts';
import vectors from '../vectors/access.json' with { type: 'json' };

const tenant = { tenant: 'acme', scopes: tokenScopes };
const validClaims = {
  sub: 'ann',
  exp: 2000,
  name: 'Ann',
  metadata: '{}',
  jti: 'token-1',
  video: { room: 'lobby', roomJoin: true },
};

describe('claims', () => {
  it.each(vectors.refused.map((row) => [row.name, row] as const))('with %s are refused', (_name, row) => {
    expect(accessOf(row.claims, tenant)).toMatchObject({ ok: false, code: row.code });
  });

  it.each(vectors.granted.map((row) => [row.name, row] as const))('grant %s', (_name, row) => {
    const result = accessOf({ ...validClaims, video: { ...validClaims.video, ...row.video } }, tenant);
    expect(result.ok && result.access.rights).toEqual(row.rights);
  });

  const all = ['rooms:join', 'rooms:admin'];
  it.each([
    ['to join', {}, ['rooms:join'], all],
    ['to lead', { video: { roomAdmin: true } }, all, all],
    ['to be hidden', { video: { hidden: true } }, all, all],
    ['to be a recorder', { kind: 'recorder' }, all, all],
    ['to be an agent', { kind: 'agent' }, all, all],
    ['to publish and change the own name', { video: { canUpdateOwnMetadata: true } }, ['rooms:join'], all],
  ])('%s are refused if their key lacks a scope for it', (_what, claims, needed, from) => {
    const { video, ...rest } = { video: {}, ...claims };
    const whole = { ...validClaims, ...rest, video: { ...validClaims.video, ...video } };
    for (const mask of [0, 1, 2, 3]) {
      const scopes = ['reports:read', ...from.filter((_scope, at) => (mask >> at) % 2 === 1)];
      const isEnough = needed.every((scope) => scopes.includes(scope));
      const expected = isEnough ? { ok: true } : { ok: false, code: 'NOT_PERMITTED' };
      expect([scopes, accessOf(whole, { tenant: 'acme', scopes })]).toMatchObject([scopes, expected]);
    }
  });

  const check = { ...validClaims, video: { room: 'check', check: true } };
  it.each([
    ['to check the connection', check, 'NOT_PERMITTED', true],
    ['to check, as text', { ...check, video: { ...check.video, check: 'true' } }, 'TOKEN_INVALID', 'TOKEN_INVALID'],
    ['neither to join nor to check', { ...validClaims, video: { room: 'lobby' } }, 'NOT_PERMITTED', 'NOT_PERMITTED'],
    ['to join', validClaims, true, true],
  ])('%s grant their rights, and open a room only with roomJoin', (_what, claims, toJoin, toCheck) => {
    const answers = [false, true].map((forCheck) => accessOf(claims, { ...tenant, forCheck }));
    expect(answers.map((one) => one.ok || one.code)).toEqual([toJoin, toCheck]);
    expect(accessOf(claims, tenant)).toEqual(answers[0]);
  });

  it.each([8.64e12 + 1, Number.POSITIVE_INFINITY, -1e300])('with an invalid end time (%s s) are refused', (exp) => {
    expect(accessOf({ ...validClaims, exp }, tenant)).toMatchObject({ ok: false, code: 'TOKEN_INVALID' });
  });

  it('name the room within the tenant, the person and the token', () => {
    expect(accessOf(validClaims, tenant)).toMatchObject({
      ok: true,
      access: {
        roomKey: 'acme/lobby',
        tenant: 'acme',
        room: 'lobby',
        identity: 'ann',
        name: 'Ann',
        metadata: '{}',
        tokenId: 'token-1',
        via: '',
        lobby: false,
        expiresWallMs: 2_000_000,
      },
    });
  });

  it('name the origin of the token, and whether its bearer waits for a host', () => {
    const access = (claims: object) => accessOf({ ...validClaims, ...claims }, tenant);
    const id = 'x'.repeat(limits.revocableIdMax);
    expect(access({ via: id, jti: id, lobby: true })).toMatchObject({
      access: { via: id, tokenId: id, lobby: true },
    });
    for (const claims of [{ via: `${id}x` }, { via: 7 }, { jti: `${id}x` }, { jti: ['a'] }])
      expect(access(claims), JSON.stringify(claims).slice(0, 20)).toMatchObject({ ok: false, code: 'TOKEN_INVALID' });
  });

  it('give a participant attributes and a kind, which defaults to a person', () => {
    const access = (claims: object) => accessOf({ ...validClaims, ...claims }, tenant);
    expect(access({})).toMatchObject({ access: { attributes: {}, kind: 'standard' } });
    const given = { attributes: { seat: '4' }, kind: 'agent' };
    expect(access(given)).toMatchObject({ access: given });
    for (const claims of [
      { attributes: { seat: 4 } },
      { attributes: ['4'] },
      { attributes: { seat: 'x'.repeat(limits.attributesBytesMax) } },
      { kind: 'robot' },
    ])
      expect(access(claims), JSON.stringify(claims).slice(0, 40)).toMatchObject({ ok: false, code: 'TOKEN_INVALID' });
  });

  it('let a hidden gateway publish if they let it publish at all', () => {
    const canPublish = (kind: string, video: object) => {
      const result = accessOf(
        { ...validClaims, kind, video: { ...validClaims.video, hidden: true, ...video } },
        tenant,
      );
      return result.ok && result.access.rights.canPublish;
    };
    expect(canPublish('gateway', {})).toBe(true);
    expect(canPublish('gateway', { canPublish: false })).toBe(false);
    expect(canPublish('agent', { canPublish: true })).toBe(false);
  });

  it.each([
    ['of the token', '', ['us', 'eu'], 'eu,us'],
    ['of the tenant', 'eu,us', undefined, 'eu,us'],
    ['of both: what both allow', 'ap,eu', ['us', 'eu'], 'eu'],
    ['of neither, which allows all', '', undefined, ''],
  ])('bind the room to the regions %s', (_name, tenantFence, list, fence) => {
    const video = { ...validClaims.video, ...(list === undefined ? {} : { regions: list }) };
    expect(accessOf({ ...validClaims, video }, { ...tenant, tenantFence })).toMatchObject({
      ok: true,
      access: { fence },
    });
  });

  it('with no region of the tenant conflict with it', () => {
    const video = { ...validClaims.video, regions: ['us'] };
    const refused = { ok: false, code: 'FENCE_CONFLICT' };
    expect(accessOf({ ...validClaims, video }, { ...tenant, tenantFence: 'eu' })).toMatchObject(refused);
  });

  it.each([['eu'], [[]], [['eu', 7]], [['a b']], [{}]])('with %j for regions are refused', (list) => {
    const video = { ...validClaims.video, regions: list };
    expect(accessOf({ ...validClaims, video }, tenant)).toMatchObject({ ok: false, code: 'TOKEN_INVALID' });
  });

  it.each(['single', 'direct', 'relay', ''])('give the room the mode %j, an empty one no mode', (mode) => {
    expect(accessOf({ ...validClaims, video: { ...validClaims.video, mode } }, tenant)).toMatchObject({
      access: { mode },
    });
    expect(accessOf(validClaims, tenant)).toMatchObject({ access: { mode: '' } });
  });

  it.each(['mesh', 7, ['relay'], {}, 'toString'])('with %j for a mode are refused', (mode) => {
    const refused = { ok: false, code: 'TOKEN_INVALID' };
    expect(accessOf({ ...validClaims, video: { ...validClaims.video, mode } }, tenant)).toMatchObject(refused);
  });

  it('are refused with a name or metadata over the limit, and accepted at the limit', () => {
    expect(accessOf({ ...validClaims, name: 'x'.repeat(limits.nameLengthMax) }, tenant).ok).toBe(true);
    expect(accessOf({ ...validClaims, name: 'x'.repeat(limits.nameLengthMax + 1) }, tenant)).toMatchObject({
      ok: false,
      code: 'TOKEN_INVALID',
    });
    expect(accessOf({ ...validClaims, metadata: 'é'.repeat(limits.metadataBytesMax / 2) }, tenant).ok).toBe(true);
    expect(accessOf({ ...validClaims, metadata: 'é'.repeat(limits.metadataBytesMax / 2 + 1) }, tenant)).toMatchObject({
      ok: false,
      code: 'TOKEN_INVALID',
    });
  });
});
