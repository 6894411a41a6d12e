import { MeridianError } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantableScopes } from '../../../src/access/core/scopes.ts';
import { GONE_MS } from '../../../src/live/gateways.ts';
import { transact } from '../../../src/store/transaction.ts';
import type { ScriptedGateway } from '../../support/scripted-gateways.ts';
import { type Ask, operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await api.ask('POST', '/rooms', { body: { name: 'lobby' } });
});
afterEach(() => api.close());

const HOUR_MS = 3_600_000;
const SECRET = 'secret-key';
const target = (name = SECRET) => `rtmp://live.example/app/${name}`;
async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, o: Ask = {}) {
  const answer = await api.ask(method, `/rooms/lobby/${path}`, o);
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const push = (body: object = {}, o: Ask = {}) => ask('POST', 'pushes', { body: { url: target(), ...body }, ...o });
async function administrator(id: string) {
  await api.user({ id, email: `${id}@example.org`, role: 'admin' });
  const user = await api.users.users.get('acme', id);
  return { kind: 'user', id, tenant: 'acme', scopes: new Set(grantableScopes), user } as const;
}
const sweep = () => api.live.roomStreams.sweep();
const listed = async (kind = 'pushes') => (await ask('GET', kind)).body.data;
function gatewaysOf(id: string): [ScriptedGateway, ScriptedGateway] {
  const { fra, sgp } = api.nodes;
  expect([fra.streams.has(id), sgp.streams.has(id)].filter(Boolean)).toHaveLength(1);
  return fra.streams.has(id) ? [fra, sgp] : [sgp, fra];
}

describe('a push', () => {
  it('runs at one gateway, is shown without its secret and with its state, and is stored sealed', async () => {
    const { status, body } = await push({ picture: 'ann' });
    const [at] = gatewaysOf(body.id);
    const shownPush = {
      url: target('***'),
      picture: 'ann',
      room: 'lobby',
      createdBy: 'key:acmekey',
      gateway: at.nodeId,
    };
    const endsAt = new Date(api.clock.wallMs() + 24 * HOUR_MS).toISOString();
    expect([status, body]).toMatchObject([201, { ...shownPush, state: 'connecting', attempts: 1, endsAt }]);
    const stream = at.streams.get(body.id);
    expect({ ...stream?.order }).toMatchObject({ kind: 'push', apiKey: 'acmekey', url: target(), picture: 'ann' });
    Object.assign(stream?.state ?? {}, {
      state: 'waiting',
      code: 'REFUSED',
      reason: 'no answer of 10.0.0.7:1935',
      bitrateKbps: 7,
      droppedPictures: 3,
    });
    const reportedState = {
      state: 'waiting',
      lastError: { code: 'REFUSED', reason: 'no answer of (address)' },
      bitrateKbps: 7,
      droppedPictures: 3,
    };
    expect(await listed()).toMatchObject([{ ...shownPush, ...reportedState }]);
    at.link = 'mute';
    expect(await listed()).toMatchObject([{ ...shownPush, state: 'unknown' }]);
    const rows = await api.store.db.selectFrom('room_streams').selectAll().execute();
    expect(JSON.stringify([rows, body])).not.toContain(SECRET);
  });

  it('is made once under an Idempotency-Key, and only once for a target', async () => {
    const o = { headers: { 'idempotency-key': 'k' } };
    const [one, two] = [await push({}, o), await push({}, o)];
    expect(two.body).toEqual(one.body);
    expect(await push()).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } });
    for (let at = 1; at < 10; at += 1) expect((await push({ url: target(`${at}`) })).status).toBe(201);
    expect(await push({ url: target('11') })).toMatchObject({ status: 429, body: { code: 'QUOTA_EXCEEDED' } });
    expect(api.nodes.fra.streams.size + api.nodes.sgp.streams.size).toBe(10);
  });

  it('is refused with the gateway’s code, and leaves nothing', async () => {
    for (const [code, status] of [
      ['TARGET_REFUSED', 403],
      ['REQUEST_INVALID', 400],
      ['FENCED_OUT', 403],
      ['OVERLOADED', 503],
    ] as const) {
      api.nodes.fra.refusal = api.nodes.sgp.refusal = new MeridianError(code);
      expect(await push()).toMatchObject({ status, body: { code } });
      api.nodes.fra.refusal = api.nodes.sgp.refusal = undefined;
    }
    for (const endsAt of ['2000-01-01T00:00:00Z', '2100-01-01T00:00:00Z'])
      expect(await push({ endsAt })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/endsAt' }] } });
    expect(await listed()).toEqual([]);
    expect(api.nodes.fra.streams.size + api.nodes.sgp.streams.size).toBe(0);
    api.nodes.fra.refusal = new MeridianError('OVERLOADED');
    const { body } = await push();
    expect(gatewaysOf(body.id)[0]).toBe(api.nodes.sgp);
  });

  it('ends when it is deleted', async () => {
    const { body } = await push();
    const path = `pushes/${body.id}`;
    expect((await ask('DELETE', `pulls/${body.id}`)).status).toBe(404);
    expect((await ask('DELETE', path)).status).toBe(204);
    expect([api.nodes.fra.streams.size, api.nodes.sgp.streams.size, await listed()]).toEqual([0, 0, []]);
    expect((await ask('DELETE', path)).status).toBe(404);
  });
});

describe('a pull', () => {
  it('names a participant, uses the identity once in a room, and ends when its gateway reports the end', async () => {
    const make = (name: string, identity: string) =>
      ask('POST', 'pulls', { body: { url: target(name), identity, name: 'The stage' } });
    const { status, body } = await make('a', 'stage');
    expect([status, body]).toMatchObject([201, { identity: 'stage', name: 'The stage', url: target('***') }]);
    expect(await make('b', 'stage')).toMatchObject({ status: 409, body: { code: 'ALREADY_EXISTS' } });
    expect(await listed('pulls')).toHaveLength(1);
    expect(await listed('pushes')).toEqual([]);
    const [at] = gatewaysOf(body.id);
    Object.assign(at.streams.get(body.id)?.state ?? {}, { state: 'over', code: 'KICKED' });
    await sweep();
    expect([await listed('pulls'), api.nodes.fra.streams.size, api.nodes.sgp.streams.size]).toEqual([[], 0, 0]);
  });
});

describe('a stream', () => {
  it('moves to another gateway when its own is gone, and not while its own is only silent', async () => {
    const { body } = await push();
    const [at, other] = gatewaysOf(body.id);
    at.link = 'mute';
    await sweep();
    at.link = 'cut';
    await sweep();
    api.clock.advance(10 * GONE_MS);
    await sweep();
    expect(other.streams.size).toBe(0);
    at.state = 'dead';
    api.nodes.plan();
    await sweep();
    expect(other.streams.size).toBe(0); // the gateway may be back with the next plan
    api.clock.advance(GONE_MS);
    await sweep();
    expect({ ...other.streams.get(body.id)?.order }).toMatchObject({ url: target(), keep: true });
    expect(await listed()).toMatchObject([{ id: body.id, gateway: other.nodeId, state: 'connecting' }]);
    // The gateway was only cut off, and comes back with the stream.
    Object.assign(at, { state: 'alive', link: 'up' });
    api.nodes.plan();
    await sweep();
    expect(gatewaysOf(body.id)[0]).toBe(other);
  });

  it('is started again by its restarted gateway, or by another gateway with room', async () => {
    const { body } = await push();
    const [at, other] = gatewaysOf(body.id);
    at.streams.clear();
    await sweep();
    expect(gatewaysOf(body.id)[0]).toBe(at);
    at.streams.clear();
    at.refusal = new MeridianError('OVERLOADED');
    await sweep();
    expect(gatewaysOf(body.id)[0]).toBe(other);
  });

  it('leaves a draining gateway, if there is another inside the fence', async () => {
    const { body } = await push();
    const [at, other] = gatewaysOf(body.id);
    at.state = 'draining';
    other.link = 'mute';
    api.nodes.plan();
    await sweep();
    expect(gatewaysOf(body.id)[0]).toBe(at);
    other.link = 'up';
    await api.store.db.updateTable('room_streams').set({ fence: at.region }).execute();
    await sweep();
    expect(gatewaysOf(body.id)[0]).toBe(at);
    await api.store.db.updateTable('room_streams').set({ fence: '' }).execute();
    await sweep();
    expect(gatewaysOf(body.id)[0]).toBe(other);
  });

  it('ends at its time or with its API key, and is ended at gateways if it is orphaned', async () => {
    const { body } = await push({ endsAt: new Date(api.clock.wallMs() + HOUR_MS).toISOString() });
    const [at] = gatewaysOf(body.id);
    const order = at.streams.get(body.id)?.order;
    const orphan = (id: string, ageMs: number) => order && at.streams.set(id, { order, state: { id, ageMs } });
    orphan('RS_young', 29_000);
    orphan('RS_old', 31_000);
    await sweep();
    expect([...at.streams.keys()].sort()).toEqual([body.id, 'RS_young'].sort());
    api.clock.advance(HOUR_MS);
    await sweep();
    expect([[...at.streams.keys()], await listed()]).toEqual([['RS_young'], []]);
    at.streams.clear();
    await push();
    await api.store.db.updateTable('api_keys').set({ revoked_ms: 1 }).where('id', '=', 'acmekey').execute();
    await sweep();
    expect(api.nodes.fra.streams.size + api.nodes.sgp.streams.size).toBe(0);
    expect(await api.store.db.selectFrom('room_streams').selectAll().execute()).toEqual([]);
  });

  describe('whose API key is revoked', () => {
    const revoke = (id: string) =>
      api.store.db.updateTable('api_keys').set({ revoked_ms: 1 }).where('id', '=', id).execute();
    const newKey = (
      id: string,
      o: { name?: string; scopes?: string; regions?: string; tenant?: string; revoked_ms?: number } = {},
    ) => {
      const row = {
        id,
        tenant: 'acme',
        name: 'configuration',
        scopes: 'rooms:join live:admin',
        regions: '',
        created_ms: 2,
        revoked_ms: null,
      };
      return api.store.db
        .insertInto('api_keys')
        .values({ ...row, sealed_secret: '', ...o })
        .execute();
    };
    const storedIds = () => api.store.db.selectFrom('room_streams').select('id').execute();
    const keyAt = (id: string) =>
      [api.nodes.fra, api.nodes.sgp].flatMap((at) => at.streams.get(id)?.order.apiKey ?? []);

    it.each([
      ['disabled', (id: string) => change(id, { active: false })],
      ['deleted', (id: string) => api.ask('DELETE', `/users/${id}`)],
      ['no administrator any more', (id: string) => change(id, { role: 'member' })],
    ])('ends at once when the user who ordered it is %s', async (_what, end) => {
      const ann = await api.user({ id: 'ann', email: 'ann@example.org', role: 'admin' });
      const boss = await api.user({ id: 'boss', email: 'boss@example.org', role: 'admin' });
      const ofAnn = (await push({}, { as: ann })).body.id;
      const ofBoss = (await push({ url: target('boss') }, { as: boss })).body.id;
      const ofKey = (await push({ url: target('key') })).body.id;
      expect((await end('ann')).statusCode).toBeLessThan(300);
      const stored = (await storedIds()).map(({ id }) => id);
      expect([stored.includes(ofAnn), keyAt(ofAnn)]).toEqual([false, []]);
      expect(stored.toSorted()).toEqual([ofBoss, ofKey].toSorted());
    });
    const change = (id: string, body: object) =>
      api.ask('PATCH', `/users/${id}`, { body, headers: { 'if-match': '*' } });

    it('is not kept for a user who is disabled while it starts', async () => {
      await api.user({ id: 'boss', email: 'boss@example.org', role: 'admin' });
      const ann = await administrator('ann');
      const newPush = { kind: 'push', room: 'lobby', url: target(), endsMs: api.clock.wallMs() + HOUR_MS } as const;
      const started = await api.live.roomStreams.start(ann, { ...newPush, regions: [] });
      await change('ann', { active: false });
      const saved = transact(api.store.db, (db) => started.save(db));
      await expect(saved).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
      expect(await storedIds()).toEqual([]);
    });

    it('continues with the valid key of the same name', async () => {
      const { body } = await push();
      await newKey('acmekey2');
      await revoke('acmekey');
      await sweep();
      expect([keyAt(body.id), (await storedIds()).length]).toEqual([['acmekey2'], 1]);
      await sweep();
      expect(keyAt(body.id)).toEqual(['acmekey2']);
    });

    it('keeps its old key until its gateway answers, since the stream may still be live', async () => {
      const { body } = await push();
      const [at] = gatewaysOf(body.id);
      await newKey('acmekey2');
      await revoke('acmekey');
      at.link = 'mute';
      await sweep();
      at.link = 'up';
      expect(keyAt(body.id)).toEqual(['acmekey']);
      await sweep();
      expect(keyAt(body.id)).toEqual(['acmekey2']);
    });

    it.each([
      ['has another name', { name: 'other' }],
      ['is another tenant’s', { tenant: 'globex' }],
      ['is revoked too', { revoked_ms: 1 }],
      ['may not order streams', { scopes: 'rooms:join rooms:admin' }],
      ['has other regions', { regions: 'mars' }],
    ])('ends when the other key %s', async (_what, o) => {
      const { body } = await push();
      await newKey('acmekey2', o);
      await revoke('acmekey');
      await sweep();
      expect([keyAt(body.id), await storedIds()]).toEqual([[], []]);
    });

    describe('by REST', () => {
      const signer = { key: 'acmekey2', secret: 'acme-secret-2-acme-secret-2-acme-secret-2' };
      const revokeBy = (query: string, by: Ask['signer'] = signer, path = '/keys/acmekey') =>
        api.ask('DELETE', `${path}${query}`, { signer: by, ...(by === operatorKey && { scope: 'operator' }) });
      beforeEach(() => api.keys.seed([{ ...tenants[0], ...signer }], grantableScopes));

      it.each(['', '?streams=keep'])('continues if %j does not say otherwise', async (query) => {
        const { body } = await push();
        expect((await revokeBy(query)).statusCode).toBe(204);
        await sweep();
        expect(keyAt(body.id)).toEqual(['acmekey2']);
      });

      it('ends at once with streams=end, which ends no streams of other keys', async () => {
        await push();
        await ask('POST', 'pulls', { body: { url: target('p'), identity: 'stage' } });
        const ownPush = await push({ url: target('own') }, { signer });
        await api.ask('POST', '/rooms', { body: { name: 'lobby' }, signer: tenants[1] });
        const foreignPush = await push({ url: target('foreign') }, { signer: tenants[1] });
        expect((await revokeBy('?streams=end')).statusCode).toBe(204);
        const left = [foreignPush.body.id, ownPush.body.id].sort();
        const streamsHere = () => [api.nodes.fra, api.nodes.sgp].flatMap((at) => [...at.streams.keys()]).sort();
        expect(streamsHere()).toEqual(left);
        expect((await storedIds()).map(({ id }) => id).sort()).toEqual(left);
        await sweep();
        expect(streamsHere()).toEqual(left);
      });

      it('ends with streams=end even if it continued with another key', async () => {
        const { body } = await push();
        await revokeBy('');
        await sweep();
        expect(keyAt(body.id)).toEqual(['acmekey2']);
        expect((await revokeBy('?streams=end', operatorKey, '/tenants/acme/keys/acmekey')).statusCode).toBe(204);
        expect([keyAt(body.id), await storedIds()]).toEqual([[], []]);
      });

      it('ends at a silent gateway as soon as the gateway answers', async () => {
        const { body } = await push();
        const [at] = gatewaysOf(body.id);
        at.link = 'mute';
        expect((await revokeBy('?streams=end')).statusCode).toBe(204);
        at.link = 'up';
        Object.assign(at.streams.get(body.id)?.state ?? {}, { ageMs: 30_000 });
        await sweep();
        expect([keyAt(body.id), await storedIds()]).toEqual([[], []]);
      });

      it('ends too if it is being started at the same time', async () => {
        const principal = { kind: 'key', id: 'acmekey', tenant: 'acme', scopes: new Set(grantableScopes) } as const;
        const newPush = { kind: 'push', room: 'lobby', url: target(), endsMs: api.clock.wallMs() + HOUR_MS } as const;
        const started = await api.live.roomStreams.start(principal, { ...newPush, regions: [] });
        await revokeBy('?streams=end');
        const saved = transact(api.store.db, (db) => started.save(db));
        await expect(saved).rejects.toMatchObject({ code: 'CONFLICT' });
        expect(await storedIds()).toEqual([]);
      });

      it.each([
        ['continues with the tenant’s new signing key, if a user ordered it', ''],
        ['ends with streams=end for the tenant’s signing key, if a user ordered it', '?streams=end'],
      ])('%s', async (_what, query) => {
        const principal = await administrator('ann');
        const wanted = { kind: 'push', room: 'lobby', url: target(), endsMs: api.clock.wallMs() + HOUR_MS } as const;
        const started = await api.live.roomStreams.start(principal, { ...wanted, regions: [] });
        await transact(api.store.db, (db) => started.save(db));
        const own = await api.keys.signing('acme');
        expect(keyAt(started.stream.row.id)).toEqual([own?.id]);
        const path = `/tenants/acme/keys/${own?.id}`;
        expect((await revokeBy(query, operatorKey, path)).statusCode).toBe(204);
        await sweep();
        const next = await api.keys.signing('acme');
        expect(next?.id).not.toBe(own?.id);
        expect(keyAt(started.stream.row.id)).toEqual(query === '' ? [next?.id] : []);
      });

      it('is not affected by an unknown value, which is refused', async () => {
        expect((await revokeBy('?streams=all')).statusCode).toBe(400);
        expect((await api.ask('GET', '/caller')).statusCode).toBe(200);
      });
    });
  });
});
