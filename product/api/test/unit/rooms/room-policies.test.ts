import { emptyPolicy, policyFromWire, policyToWire, type RoomPolicy, rpc, wire } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const policy = (version: number, changes: Partial<RoomPolicy> = {}): RoomPolicy => ({
  ...emptyPolicy,
  version,
  ...changes,
});

const act = (setRoom: wire.ActSetRoom.$Properties, o: { tenant?: string; expectedVersion?: number } = {}) => {
  const { tenant = 'acme', expectedVersion } = o;
  return api.policies.act(tenant, 'demo', { actor: { kind: 'key', id: 'k' }, acts: [{ setRoom }], expectedVersion });
};

describe('policies of rooms', () => {
  it('belong to one tenant', async () => {
    await api.policies.take('acme', 'demo', policy(1));
    expect(await api.policies.get('globex', 'demo')).toBeUndefined();
    expect(await api.policies.forget('globex', 'demo')).toBe(false);
    await expect(act({ locked: true }, { tenant: 'globex' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await api.policies.get('acme', 'demo'))?.policy).toEqual(policy(1));
  });

  it('are taken from an owner only if they are newer', async () => {
    await api.policies.take('acme', 'demo', policy(2, { locked: true }));
    await api.policies.take('acme', 'demo', policy(2));
    await api.policies.take('acme', 'demo', policy(1));
    expect((await api.policies.get('acme', 'demo'))?.policy).toEqual(policy(2, { locked: true }));
    await api.policies.take('acme', 'demo', policy(5));
    expect((await api.policies.get('acme', 'demo'))?.policy.version).toBe(5);
  });

  it('get a new version with every change', async () => {
    await api.policies.create('acme', 'demo', { idleMsMax: 0 });
    await Promise.all([act({ locked: true }), act({ lobby: true })]);
    expect((await act({ lobby: true })).policy).toEqual(policy(2, { locked: true, lobby: true }));
    await expect(act({ locked: false }, { expectedVersion: 1 })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  });

  it('are changed by their owner, so that both its changes and the requested ones stay', async () => {
    await api.policies.take('acme', 'demo', policy(5));
    api.owners.open('acme/demo', { policy: policy(6, { locked: true }) }); // and its report is on the way
    expect((await act({ lobby: true })).policy).toMatchObject({ version: 7, locked: true, lobby: true });
    await api.policies.take('acme', 'demo', policy(6, { locked: true }));
    const both = { policy: { version: 7, locked: true, lobby: true } };
    expect(await api.policies.get('acme', 'demo')).toMatchObject(both);
    await expect(act({ lobby: false }, { expectedVersion: 6 })).rejects.toMatchObject({ code: 'VERSION_CONFLICT' });
  });

  it('are sent to a node that became the owner just before a change was stored', async () => {
    await api.policies.take('acme', 'demo', policy(5));
    api.owners.onCommand = () => {
      api.owners.onCommand = () => api.owners.open('acme/demo', { policy: policy(6, { locked: true }) });
    };
    expect((await act({ lobby: true })).policy).toMatchObject({ version: 7, locked: true, lobby: true });
    expect((await api.policies.get('acme', 'demo'))?.policy).toMatchObject({ version: 7, locked: true, lobby: true });
  });

  it('are not replaced by an owner that does not know them yet', async () => {
    await api.policies.take('acme', 'demo', policy(5, { lobby: true }));
    api.owners.open('acme/demo');
    api.owners.extraAnswer = { policy: emptyPolicy };
    await act({ locked: true });
    expect((await api.policies.get('acme', 'demo'))?.policy).toEqual(policy(5, { lobby: true }));
  });

  it('stay when their room is created, which succeeds once', async () => {
    await api.policies.take('acme', 'demo', policy(4, { lobby: true }));
    expect(await api.policies.create('acme', 'demo', { idleMsMax: 0 })).toBe(true);
    expect(await api.policies.create('acme', 'demo', { idleMsMax: 5 })).toBe(false);
    expect(await api.policies.get('acme', 'demo')).toMatchObject({ policy: { version: 4, lobby: true }, idleMsMax: 0 });
  });

  it('are forgotten when a room was unused for its idle time', async () => {
    await api.policies.create('acme', 'kept', { idleMsMax: 0 });
    await api.policies.create('acme', 'used', { idleMsMax: 1000 });
    await api.policies.create('acme', 'idle', { idleMsMax: 1000 });
    api.clock.advance(999);
    await api.policies.take('acme', 'kept', policy(1));
    await api.policies.take('acme', 'used', policy(1));
    await api.policies.sweep();
    expect(await api.policies.get('acme', 'idle')).toBeDefined();
    api.clock.advance(1);
    expect(await api.policies.get('acme', 'idle')).toBeUndefined();
    expect((await api.policies.created('acme', { rows: 9 })).map(({ name }) => name)).toEqual(['kept', 'used']);
    await api.policies.sweep();
    expect(await api.store.db.selectFrom('rooms').select('name').where('name', '=', 'idle').execute()).toEqual([]);
    expect(await api.policies.get('acme', 'used')).toBeDefined();
    api.clock.advance(1e9);
    await api.policies.sweep();
    expect(await api.policies.get('acme', 'used')).toBeUndefined();
    expect(await api.policies.get('acme', 'kept')).toBeDefined();
  });

  it('of a forgotten room do not return when the room opens anew', async () => {
    await api.policies.create('acme', 'demo', { idleMsMax: 1000 });
    await api.policies.take('acme', 'demo', policy(7, { locked: true }));
    api.clock.advance(1000);
    await api.policies.take('acme', 'demo', policy(1));
    expect((await api.policies.get('acme', 'demo'))?.policy).toEqual(policy(1));
  });
});

describe('an owner', () => {
  const ask = async (number: number, payload: Uint8Array): Promise<Uint8Array> => {
    const handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>();
    const onRequest: Link['onRequest'] = (type, handler) => void handlers.set(type, handler as never);
    api.policies.attach({ onRequest } as Link);
    return (await handlers.get(number)?.(payload)) ?? new Uint8Array();
  };
  const exchanged = async (roomKey: string, said?: RoomPolicy) => {
    const message = { roomKey, policy: said ? policyToWire(said) : null };
    const answer = await ask(rpc.policyExchange.number, wire.PolicyExchange.encode(message).finish());
    return policyFromWire(wire.PolicyStored.decode(answer).policy);
  };

  it('gets the policy of its room, or learns that there is none', async () => {
    await api.policies.take('acme', 'demo', policy(3, { locked: true }));
    expect(await exchanged('acme/demo')).toEqual(policy(3, { locked: true }));
    for (const roomKey of ['acme/other', 'globex/demo', 'no key', ''])
      expect((await exchanged(roomKey)).version).toBe(0);
  });

  it('has its policy stored, unless the api’s is newer: then it gets that', async () => {
    await exchanged('no key', policy(7));
    expect(await exchanged('acme/demo', policy(7, { lobby: true }))).toEqual(policy(7, { lobby: true }));
    expect(await exchanged('acme/demo', policy(6))).toEqual(policy(7, { lobby: true }));
    expect((await api.policies.get('acme', 'demo'))?.policy).toEqual(policy(7, { lobby: true }));
  });

  it('keeps a stored room from being forgotten by opening it', async () => {
    await api.policies.create('acme', 'demo', { idleMsMax: 1000 });
    api.clock.advance(999);
    await exchanged('acme/demo');
    api.clock.advance(999);
    await api.policies.sweep();
    expect(await api.policies.get('acme', 'demo')).toBeDefined();
  });
});
