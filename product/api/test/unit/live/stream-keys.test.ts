import { MeridianError } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantableScopes } from '../../../src/access/core/scopes.ts';
import { STREAM_KEYS_MAX } from '../../../src/live/stream-keys.ts';
import { transact } from '../../../src/store/transaction.ts';
import { type Ask, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
  await api.ask('POST', '/rooms', { body: { name: 'lobby' } });
});
afterEach(() => api.close());

const DAY_MS = 86_400_000;
const KEYS = '/rooms/lobby/stream-keys';
async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, o: Ask = {}) {
  const answer = await api.ask(method, path, o);
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}
const make = (body: object = {}, o: Ask = {}) => ask('POST', KEYS, { body, ...o });

describe('a stream key', () => {
  it('is sealed by a gateway for its request, shown once, and listed without secrets', async () => {
    const clientIp = '192.0.2.7';
    const participantFields = { identity: 'stage', name: 'The stage', picture: 'ann', clientIp };
    const made = await make({ ...participantFields, client: 'h5' });
    const expiresMs = api.clock.wallMs() + DAY_MS;
    const shownKey = { id: expect.stringMatching(/^SK_\w{20}$/), room: 'lobby', identity: 'stage', name: 'The stage' };
    const listed = { ...shownKey, use: 'both', createdBy: 'key:acmekey', expiresAt: new Date(expiresMs).toISOString() };
    expect(made).toMatchObject({
      status: 201,
      body: { ...listed, publish: { identity: 'stage', rtmp: { key: 'sealed' } }, play: { hls: expect.any(String) } },
    });
    const [wanted] = [...api.nodes.fra.keyRequests, ...api.nodes.sgp.keyRequests];
    expect({ ...wanted }).toMatchObject({
      ...participantFields,
      id: made.body.id,
      apiKey: 'acmekey',
      room: 'lobby',
      client: 'h5',
      expiresWallMs: expiresMs,
      canPublish: true,
      canPlay: true,
    });
    const list = await ask('GET', KEYS);
    expect(list.body.data).toMatchObject([listed]);
    expect(JSON.stringify(list.body)).not.toContain('sealed');
    const playOnly = await make({ use: 'play' });
    expect([playOnly.body.publish, playOnly.body.identity]).toEqual([undefined, playOnly.body.id]);
  });

  it('is refused for invalid names and times', async () => {
    for (const [body, pointer] of [
      [{ identity: 'a\u200bb' }, '/identity'],
      [{ name: 'x'.repeat(129) }, '/name'],
      [{ picture: 'a\u200bb' }, '/picture'],
      [{ expiresAt: '2000-01-01T00:00:00Z' }, '/expiresAt'],
      [{ expiresAt: '2100-01-01T00:00:00Z' }, '/expiresAt'],
    ] as const)
      expect(await make(body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('is made once under an Idempotency-Key', async () => {
    const o = { headers: { 'idempotency-key': 'k' } };
    const [one, two] = [await make({}, o), await make({}, o)];
    expect(two.body).toEqual(one.body);
    expect((await ask('GET', KEYS)).body.data).toHaveLength(1);
  });

  it.each([
    ['disabled', { active: false }],
    ['no administrator any more', { role: 'member' }],
  ])('ends when its maker is %s', async (_what, body) => {
    const ann = await api.user({ id: 'ann', email: 'ann@example.org', role: 'admin' });
    await api.user({ id: 'boss', email: 'boss@example.org', role: 'admin' });
    const [ofAnn, ofKey] = [await make({}, { as: ann }), await make()];
    const { etag = '' } = (await api.ask('GET', '/users/ann')).headers;
    await api.ask('PATCH', '/users/ann', { body, headers: { 'if-match': etag } });
    const ends = api.revoked.flatMap(({ entries }) => entries).map(({ id }) => id);
    expect([ends.includes(ofAnn.body.id), ends.includes(ofKey.body.id)]).toEqual([true, false]);
    expect((await ask('GET', KEYS)).body.data.map(({ id }: { id: string }) => id)).toEqual([ofKey.body.id]);
  });

  it('is not made for a user who is disabled meanwhile', async () => {
    await api.user({ id: 'ann', email: 'ann@example.org', role: 'admin' });
    await api.user({ id: 'boss', email: 'boss@example.org', role: 'admin' });
    const user = await api.users.users.get('acme', 'ann');
    const ann = { kind: 'user', id: 'ann', tenant: 'acme', scopes: new Set(grantableScopes), user } as const;
    const newKey = { room: 'lobby', client: 'encoder', use: 'both', expiresMs: api.clock.wallMs() + DAY_MS } as const;
    const made = await api.live.streamKeys.make(ann, { ...newKey, regions: [] });
    await api.ask('PATCH', '/users/ann', { body: { active: false }, headers: { 'if-match': '*' } });
    const saved = transact(api.store.db, (db) => made.save(db));
    await expect(saved).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect((await ask('GET', KEYS)).body.data).toEqual([]);
  });

  it('that is revoked is deleted, nodes are notified, and other keys stay', async () => {
    const { body } = await make();
    const path = `${KEYS}/${body.id}`;
    expect((await ask('DELETE', path, { signer: tenants[1] })).status).toBe(404);
    expect((await ask('DELETE', `/rooms/other/stream-keys/${body.id}`)).status).toBe(404);
    expect((await ask('DELETE', path)).status).toBe(204);
    const entries = api.revoked.flatMap((list) => list.entries);
    expect(entries).toMatchObject([{ tenant: 'acme', id: body.id, beforeMs: 0 }]);
    expect(entries[0]?.untilMs).toBeGreaterThan(Date.parse(body.expiresAt));
    expect((await ask('DELETE', path)).status).toBe(404);
    expect((await ask('GET', KEYS)).body.data).toEqual([]);
  });

  it('is hidden after its expiry, and deleted later', async () => {
    await make();
    api.clock.advance(DAY_MS);
    expect((await ask('GET', KEYS)).body.data).toEqual([]);
    await api.live.streamKeys.job.run({}, { tenant: '', pool: '', attempt: 1, signal: new AbortController().signal });
    expect(await api.store.db.selectFrom('stream_keys').selectAll().execute()).toEqual([]);
  });

  it('is sealed with the tenant’s signing key if a user makes it, whatever API keys there are', async () => {
    const ann = await api.user({
      id: 'ann',
      email: 'ann@example.org',
      name: 'Ann',
      password: 'geheim geheim',
      role: 'admin',
    });
    await make({}, { as: ann });
    const sealedBy = () => [...api.nodes.fra.keyRequests, ...api.nodes.sgp.keyRequests].map(({ apiKey }) => apiKey);
    const signingKeyId = (await api.keys.signing('acme'))?.id;
    expect(sealedBy()).toEqual([signingKeyId]);
    await api.keys.revoke({ tenant: 'acme', id: 'acmekey' }, api.revocations);
    expect(await make({}, { as: ann })).toMatchObject({ status: 201 });
    expect(sealedBy()).toEqual([signingKeyId, signingKeyId]);
  });

  it('is limited in number by tenant', async () => {
    const { body } = await make();
    const row = await api.store.db.selectFrom('stream_keys').selectAll().executeTakeFirstOrThrow();
    for (let at = 1; at < STREAM_KEYS_MAX; at += 1000) {
      const rows = Array.from({ length: Math.min(1000, STREAM_KEYS_MAX - at) }, (_, i) => ({
        ...row,
        id: `SK_${at + i}`,
      }));
      await api.store.db.insertInto('stream_keys').values(rows).execute();
    }
    expect(await make()).toMatchObject({ status: 429, body: { code: 'QUOTA_EXCEEDED' } });
    await ask('DELETE', `${KEYS}/${body.id}`);
    expect((await make()).status).toBe(201);
  });
});

describe('the gateway of a stream key', () => {
  it('is inside the regions of API key and meeting', async () => {
    await api.store.db.updateTable('api_keys').set({ regions: 'singapore' }).where('id', '=', 'acmekey').execute();
    for (const room of ['r1', 'r2', 'r3', 'r4']) {
      await api.ask('POST', '/rooms', { body: { name: room } });
      expect((await ask('POST', `/rooms/${room}/stream-keys`, { body: {} })).status).toBe(201);
    }
    expect([api.nodes.fra.keyRequests.length, api.nodes.sgp.keyRequests.map(({ fence }) => fence)]).toEqual([
      0,
      Array(4).fill('singapore'),
    ]);
    api.nodes.planned = [api.nodes.fra];
    api.nodes.plan();
    expect(await make()).toMatchObject({ status: 403, body: { code: 'FENCED_OUT' } });
  });

  it('is the next one if the first does not answer, but a refusal is final', async () => {
    api.nodes.fra.link = 'mute';
    expect((await make()).status).toBe(201);
    api.nodes.sgp.refusal = new MeridianError('REQUEST_INVALID', 'too long for a stream key');
    expect(await make()).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    api.nodes.sgp.link = 'cut';
    expect(await make()).toMatchObject({ status: 503, body: { code: 'NODE_UNREACHABLE' } });
    expect((await ask('GET', KEYS)).body.data).toHaveLength(1);
  });
});

describe('the live state of a room', () => {
  it('combines all gateways, and names the silent ones', async () => {
    const { fra, sgp } = api.nodes;
    const video = { codec: 'h264', width: 640, height: 360, fps: 25, bitrateKbps: 800 };
    const ann = { identity: 'ann', protocol: 'rtmp', sinceWallMs: 1000, video, warnings: ['KEYFRAME_INTERVAL'] };
    const bob = { identity: 'bob', protocol: 'whip', sinceWallMs: 2000, audio: { codec: 'opus', bitrateKbps: 32 } };
    const hls = { protocol: 'hls', viewers: 2, bitrateKbps: 900 };
    fra.live.set('acme/lobby', { publishers: [bob], outputs: [hls] });
    sgp.live.set('acme/lobby', { publishers: [ann], outputs: [hls, { protocol: 'flv', viewers: 1, bitrateKbps: 5 }] });
    const live = await ask('GET', '/rooms/lobby/live');
    expect(live.body).toEqual({
      publishers: [
        {
          identity: 'ann',
          protocol: 'rtmp',
          since: '1970-01-01T00:00:01.000Z',
          video,
          warnings: ['KEYFRAME_INTERVAL'],
          gateway: 'gw-sgp',
          region: 'singapore',
        },
        expect.objectContaining({ identity: 'bob', gateway: 'gw-fra', audio: { codec: 'opus', bitrateKbps: 32 } }),
      ],
      outputs: [
        { protocol: 'flv', viewers: 1, bitrateKbps: 5 },
        { protocol: 'hls', viewers: 4, bitrateKbps: 1800 },
      ],
      gatewaysSilent: [],
    });
    fra.link = 'mute';
    sgp.link = 'cut';
    const silentAnswer = { publishers: [], outputs: [], gatewaysSilent: ['gw-fra', 'gw-sgp'] };
    expect(await ask('GET', '/rooms/lobby/live')).toEqual({ status: 200, body: silentAnswer });
    expect((await ask('GET', '/rooms/lobby/live', { signer: tenants[1] })).status).toBe(404);
  });
});
