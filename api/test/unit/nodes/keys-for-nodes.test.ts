import { type ControlLink, call, MeridianError, note, rpc, wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveKeys, tellRevoked } from '../../../src/nodes/keys-for-nodes.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let link: ControlLink;
beforeEach(async () => {
  api = await testApi();
  link = ownLink();
  serveKeys(link, api);
});
afterEach(() => api.close());

/** A link whose other end is itself. */
function ownLink(): ControlLink {
  const handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>();
  return {
    request: async (type, payload) => {
      const handler = handlers.get(type);
      if (handler === undefined) throw new MeridianError('FRAME_UNKNOWN');
      return handler(payload);
    },
    onRequest: (type, handler) => void handlers.set(type, handler),
    send: () => true,
    onMessage: () => undefined,
  };
}

describe('what nodes ask', () => {
  it('is answered with the keys that count, their fence and limits', async () => {
    await api.ask('PATCH', '/tenants/acme', {
      signer: operatorKey,
      body: { limits: { seats: 5, publishBps: 3e9, apiPerSecond: 9 } },
      headers: { 'if-match': '"1"' },
    });
    const made = (await api.ask('POST', '/keys', { body: { name: 'eu', scopes: [], regions: ['eu', 'as'] } })).json();
    const { keys } = await call(link, rpc.apiKeys, { keys: ['acmekey', made.id, 'nobody', 'operator'] });
    const limits = { seats: 5, rooms: 0, publishBps: 3e9 };
    expect(
      keys.toSorted((a, b) => String(a.key).localeCompare(String(b.key))).map((key) => ({ ...key })),
    ).toMatchObject(
      [
        { key: made.id, secret: made.secret, tenant: 'acme', regions: ['as', 'eu'], limits },
        { key: 'acmekey', tenant: 'acme', limits },
      ].toSorted((a, b) => String(a.key).localeCompare(String(b.key))),
    );
    await api.ask('DELETE', `/keys/${made.id}`);
    expect((await call(link, rpc.apiKeys, { keys: [made.id] })).keys).toEqual([]);
    expect((await call(link, rpc.apiKeys, { keys: [] })).keys).toEqual([]);
  });

  it.each([[Array.from({ length: 101 }, () => 'a')], [['a'.repeat(129)]]])(
    'is refused beyond its bounds',
    async (keys) => {
      await expect(call(link, rpc.apiKeys, { keys })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    },
  );

  it('is what was revoked after the version that they hold', async () => {
    for (const tokenId of ['t1', 't2']) await api.ask('POST', '/revocations', { body: { tokenId } });
    const after = async (version: number) => {
      const list = await call(link, rpc.revocations, { version });
      return [Number(list.since), Number(list.version), list.revoked.map(({ id }) => id)];
    };
    expect(await after(0)).toEqual([0, 2, ['t1', 't2']]);
    expect(await after(1)).toEqual([1, 2, ['t2']]);
    expect(await after(7)).toEqual([0, 2, ['t1', 't2']]);
  });

  it('is told to signaling nodes and gateways', () => {
    const told: [string, number, unknown][] = [];
    const nodes = {
      tell: (kind: string, { number }: { number: number }, message: unknown) => void told.push([kind, number, message]),
    };
    tellRevoked(nodes, { version: 2, since: 1, entries: [{ tenant: 'acme', id: 't1', beforeMs: 5, untilMs: 9 }] });
    const message = {
      version: 2,
      since: 1,
      revoked: [{ tenant: 'acme', id: 't1', beforeWallMs: 5, untilWallMs: 9 }],
    };
    expect(told).toEqual([
      ['signaling', note.revoked.number, message],
      ['gateway', note.revoked.number, message],
    ]);
    const { revoked } = wire.Revocations.decode(wire.Revocations.encode(message).finish());
    expect(revoked[0]).toMatchObject(message.revoked[0] ?? {});
  });
});
