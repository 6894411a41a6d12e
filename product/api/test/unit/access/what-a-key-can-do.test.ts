// Scopes bound everything that comes from a key (docs/adr/0025-what-a-key-can-do.md): REST tokens, links and
// revocations.
import { createHmac } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

type Signer = { readonly key: string; readonly secret: string };
async function keyWith(scopes: readonly string[], regions?: readonly string[]): Promise<Signer> {
  const name = `${scopes.join(' ')} ${regions ?? ''}`;
  const made = (await api.ask('POST', '/keys', { body: { name, scopes, ...(regions && { regions }) } })).json();
  expect(made.code).toBeUndefined();
  return { key: made.id, secret: made.secret };
}
const codeOf = async (...asked: Parameters<TestApi['ask']>): Promise<string | number> => {
  const answer = await api.ask(...asked);
  return answer.statusCode < 300 ? answer.statusCode : answer.json().code;
};
const signingKeyOf = async () => {
  const key = await api.keys.signing('acme');
  if (key === undefined) throw new Error('acme has none');
  return key;
};

describe('a token', () => {
  const values = [['acmekey'], { key: 'acmekey' }, 7, null, true, '', 'x'.repeat(129)];
  it.each(['iss', 'jti', 'via'])('with a claim %s that is not a text is refused by REST and Twirp', async (claim) => {
    const exp = Math.floor(api.clock.wallMs() / 1000) + 60;
    for (const value of values) {
      const claims = { iss: 'acmekey', exp, scope: 'rooms:list', [claim]: value };
      const parts = [{ alg: 'HS256' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
      const signed = createHmac('sha256', tenants[0].secret).update(parts.join('.')).digest('base64url');
      const headers = { authorization: `Bearer ${parts.join('.')}.${signed}`, 'content-type': 'application/json' };
      const rest = await api.app.inject({ url: '/api/v1/caller', headers });
      const url = '/twirp/livekit.RoomService/ListRooms';
      const twirp = await api.app.inject({ method: 'POST', url, headers, payload: '{}' });
      const isTaken = (value === '' || value === null) && claim !== 'iss';
      expect([claim, value, rest.statusCode, twirp.statusCode]).toEqual([
        claim,
        value,
        ...(isTaken ? [200, 200] : [401, 401]),
      ]);
      if (isTaken) continue;
      expect(rest.json()).toMatchObject({ code: 'TOKEN_INVALID', detail: expect.stringContaining(`claim "${claim}"`) });
      expect(twirp.json()).toMatchObject({ msg: expect.stringContaining(`claim "${claim}"`) });
    }
  });

  it('with such claims counts as a refused proof, and too many of them are rate-limited', async () => {
    await api.close();
    const ampleRates = { perSecond: 1000, burst: 1000 };
    api = await testApi({ rates: { caller: ampleRates, visitor: ampleRates, refused: { perSecond: 1, burst: 3 } } });
    const parts = ['{}', '{"iss":["acmekey"]}', 's'].map((part) => Buffer.from(part).toString('base64url'));
    const headers = { authorization: `Bearer ${parts.join('.')}` };
    const codes = [];
    for (let at = 0; at < 5; at += 1)
      codes.push((await api.app.inject({ url: '/api/v1/caller', headers })).json().code);
    expect(codes).toEqual([...Array(3).fill('TOKEN_INVALID'), ...Array(2).fill('RATE_LIMITED')]);
  });
});

describe('a link', () => {
  const make = (scope: string, body: object) =>
    codeOf('POST', '/join-links', { scope, body: { room: 'demo', ...body } });

  it('needs the scopes that its maker would need to sign the tokens', async () => {
    expect(await make('links:write', { grants: { canUpdateOwnMetadata: true }, lobby: true })).toBe(201);
    const rows: [object, string[]][] = [
      [{ identity: 'mira' }, ['rooms:join']],
      [{ grants: { roomAdmin: true } }, ['rooms:admin']],
      [{ identity: 'mira', grants: { roomAdmin: true } }, ['rooms:join', 'rooms:admin']],
    ];
    for (const [body, needed] of rows) {
      for (const missing of needed) {
        const otherScopes = needed.filter((scope) => scope !== missing);
        expect(await make(['links:write', ...otherScopes].join(' '), body)).toBe('NOT_PERMITTED');
      }
      expect(await make(['links:write', ...needed].join(' '), body)).toBe(201);
    }
  });

  it('is bound to the regions of its maker’s key', async () => {
    const signer = await keyWith(['links:write'], ['eu', 'us']);
    const regionsOf = async (grants: object) =>
      (await api.ask('POST', '/join-links', { signer, body: { room: 'demo', grants } })).json();
    expect((await regionsOf({})).grants.regions).toEqual(['eu', 'us']);
    expect((await regionsOf({ regions: ['as', 'us'] })).grants.regions).toEqual(['us']);
    expect((await regionsOf({ regions: ['as'] })).code).toBe('FENCE_CONFLICT');
  });

  it('from a participant has its rights only, and none that the participant’s key could not give', async () => {
    const video = { room: 'demo', roomJoin: true, roomAdmin: true };
    const invite = async (signer: Signer) => {
      const authorization = `Bearer ${await api.token({ sub: 'ann', video }, signer)}`;
      return (
        await api.app.inject({ method: 'POST', url: '/api/v1/join-links/invite', headers: { authorization } })
      ).json();
    };
    expect((await invite(await keyWith(['rooms:join']))).code).toBe('NOT_PERMITTED');
    const made = await invite(await keyWith(['rooms:join', 'rooms:admin'], ['eu']));
    expect(made.grants).toEqual({ canPublish: true, canSubscribe: true, canPublishData: true, regions: ['eu'] });
  });
});

describe('the tenant’s signing key', () => {
  it('is made once, however many callers need it', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => signingKeyOf()));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const scopes = ['rooms:join', 'rooms:admin', 'recordings:write', 'library:write'];
    expect(made[0]).toMatchObject({ tenant: 'acme', scopes, regions: '' });
    expect((await api.keys.signing('globex'))?.id).not.toBe(made[0]?.id);
  });

  it('has the present scopes, even if an earlier release made it with others', async () => {
    const { id, scopes } = await signingKeyOf();
    await api.store.db.updateTable('api_keys').set({ scopes: 'rooms:join' }).where('id', '=', id).execute();
    expect((await api.keys.findAll([id])).map((key) => key.scopes)).toEqual([scopes]);
  });

  it('exists for a tenant that never had an API key', async () => {
    const made = await api.ask('POST', '/tenants', { signer: operatorKey, body: { id: 'hooli', name: 'Hooli' } });
    expect(made.statusCode).toBe(201);
    expect(await api.keys.signing('hooli')).toMatchObject({ tenant: 'hooli', regions: '' });
  });

  it('is not an API key: the tenant can neither see, revoke nor use it, and it does not count as one', async () => {
    const { id } = await signingKeyOf();
    expect((await api.ask('GET', '/keys')).json().data.map((key: { id: string }) => key.id)).toEqual(['acmekey']);
    expect(await codeOf('DELETE', `/keys/${id}`)).toBe('NOT_FOUND');
    for (const body of [{ tokenId: id }, { via: id }])
      expect(await codeOf('POST', '/revocations', { body })).toBe('NOT_PERMITTED');
    const hook = { url: 'https://example.org/', format: 'livekit', signer: id };
    expect(await codeOf('POST', '/webhooks', { body: hook })).toBe('REQUEST_INVALID');
    for (let at = 0; at < 49; at += 1)
      expect(await codeOf('POST', '/keys', { body: { name: `k${at}`, scopes: [] } })).toBe(201);
    expect((await signingKeyOf()).id).toBe(id);
  });

  it('can be replaced by the operator, which revokes everything made with the old key', async () => {
    const before = await signingKeyOf();
    const path = '/tenants/acme/keys';
    const listed = (await api.ask('GET', path, { signer: operatorKey })).json().data;
    expect(listed.map((key: { id: string }) => key.id).sort()).toEqual(['acmekey', before.id].sort());
    expect(await codeOf('DELETE', `${path}/${before.id}`, { signer: operatorKey })).toBe(204);
    const after = await signingKeyOf();
    expect(after.id).not.toBe(before.id);
    expect(api.revoked.flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual([before.id]);
    expect(await codeOf('DELETE', `${path}/${before.id}`, { signer: operatorKey })).toBe(204);
    expect((await signingKeyOf()).id).toBe(after.id);
  });

  it('binds guests and users to the regions of the valid API keys, or, without these, of the last ones', async () => {
    const regions = async () => (await signingKeyOf()).regions;
    const eu = await keyWith(['rooms:join'], ['eu']);
    const us = await keyWith(['rooms:join'], ['us', 'eu']);
    expect(await regions()).toBe('');
    const revoke = (key: string) => codeOf('DELETE', `/tenants/acme/keys/${key}`, { signer: operatorKey });
    await revoke('acmekey');
    expect(await regions()).toBe('eu,us');
    await revoke(us.key);
    expect(await regions()).toBe('eu');
    await revoke(eu.key);
    expect(await regions()).toBe('');
  });

  it('signs for signed-in users, who stay in their rooms when API keys are revoked', async () => {
    const ann = await api.user({
      id: 'ann',
      email: 'ann@a.example',
      name: 'Ann',
      password: 'geheim geheim',
      role: 'host',
    });
    const narrow = await keyWith(['reports:read']);
    const begun = await api.ask('POST', '/me/meetings/instant', {
      as: ann,
      body: { title: 'Now', durationMinutes: 30 },
    });
    const { iss } = decodeJwt(begun.json().join.token);
    expect(iss).toBe((await signingKeyOf()).id);
    await codeOf('DELETE', `/keys/${narrow.key}`);
    expect(api.revoked.flatMap(({ entries }) => entries.map(({ id }) => id))).not.toContain(iss);
  });
});

describe('revoking', () => {
  it('a key requires every scope of the key, and all of its regions', async () => {
    const otherKey = await keyWith(['meetings:read', 'rooms:list'], ['eu']);
    const revoke = (o: object) => codeOf('DELETE', `/keys/${otherKey.key}`, o);
    for (const scope of ['keys:admin', 'keys:admin rooms:list', 'keys:admin meetings:read'])
      expect(await revoke({ scope })).toBe('NOT_PERMITTED');
    expect(await codeOf('DELETE', '/keys/acmekey', { signer: await keyWith(['keys:admin']) })).toBe('NOT_PERMITTED');
    const fencedAdmin = await keyWith(['keys:admin', 'meetings:read', 'rooms:list'], ['us']);
    expect(await revoke({ signer: fencedAdmin })).toBe('NOT_PERMITTED');
    expect(api.revoked).toEqual([]);
    expect(await revoke({ scope: 'keys:admin meetings:read rooms:list' })).toBe(204);
  });

  it('tokens requires the scope to join rooms or to administer users, and never revokes a key', async () => {
    const revoke = (scope: string, body: object) => codeOf('POST', '/revocations', { scope, body });
    for (const body of [{ tokenId: 'TK_1' }, { via: 'LK_1' }]) {
      expect(await revoke('keys:admin', body)).toBe('NOT_PERMITTED');
      expect(await revoke('keys:admin rooms:join', body)).toBe(201);
    }
    expect(await revoke('keys:admin rooms:join', { via: 'user:ann' })).toBe('NOT_PERMITTED');
    expect(await revoke('keys:admin users:admin', { via: 'user:ann' })).toBe(201);
    const other = await keyWith([]);
    for (const body of [{ tokenId: other.key }, { via: 'acmekey' }])
      expect(await codeOf('POST', '/revocations', { body })).toBe('NOT_PERMITTED');
  });
});
