// Break-out rooms over two signaling nodes, one of which owns the main room and dies.
import { rpc, type wire } from '@meridian/protocol';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { joinMessage, TestClient, type TokenOptions } from './rig/client.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let [owner, other]: Instance[] = [];
beforeEach(async () => {
  rig = await Rig.start();
  await rig.node('sfu-1');
  for (const id of ['sig-1', 'sig-2']) await rig.instance(id);
  [owner, other] = rig.instances;
  await until(() => owner?.centre.fleet.has('sig-2') === true, 'both know each other');
});
afterEach(() => rig.close());

const join = (at: Instance | undefined, identity: string, o: TokenOptions = {}) =>
  TestClient.join(at?.url ?? '', { identity, ...o });
/** At the owner, and counts as a host. */
const ann = () => join(owner, 'ann', { video: { roomAdmin: true } });
const bob = () => join(other, 'bob', { video: { canPublish: false } });
const set = (client: TestClient, breakOuts: wire.BreakOut.$Properties[], message = '') =>
  client.outcome({ act: { breakOuts: { breakOuts, set: true, message } } });
const red = { name: 'Red', identities: ['bob'] };
const blue = { name: 'Blue', identities: ['cid'] };
const listOf = (client: TestClient): wire.BreakOut.$Properties[] => {
  const changed = client.events().flatMap(({ roomChanged }) => roomChanged?.info ?? []);
  return (changed.at(-1) ?? client.joined?.roomInfo)?.breakOuts ?? [];
};
const idOf = (client: TestClient, name: string) =>
  listOf(client).find((one) => one.name === name)?.breakOutId ?? 'BO_000000000000';
const sees = (client: TestClient, names: string[]) =>
  until(
    () =>
      listOf(client)
        .map(({ name }) => name)
        .join() === names.join(),
    `the list is ${names.join()}`,
  );
const ask = async (client: TestClient, breakOutId: string) => {
  const { breakOutToken, error } = await client.request({ askBreakOutToken: { breakOutId } });
  return { code: error?.code, token: breakOutToken?.token ?? '', room: breakOutToken?.room ?? '' };
};
const enter = async (at: Instance | undefined, token: string) => {
  const client = await TestClient.open(at?.url ?? '');
  const { error } = await client.request({ join: joinMessage(token) });
  return { client, code: error?.code };
};

it('who belongs there gets in with its rights, hosts get in anywhere as hosts, and others nowhere', async () => {
  const [a, b] = [await ann(), await bob()];
  expect(await set(b, [red])).toBe('NOT_PERMITTED');
  expect(await set(a, [red, blue])).toBe('ack');
  await sees(b, ['Red', 'Blue']);
  await sees(a, ['Red', 'Blue']);
  const own = await ask(b, idOf(b, 'Red'));
  expect(own).toMatchObject({ code: undefined, room: `lobby~${idOf(b, 'Red')}` });
  expect((await ask(b, idOf(b, 'Blue'))).code).toBe('NOT_PERMITTED');
  const mark = (breakout: string) => b.outcome({ updateSelf: { attributes: { breakout } } });
  expect([await mark('Red'), await mark('Blue')]).toEqual(['ack', 'NOT_PERMITTED']);
  expect((await ask(b, 'BO_000000000000')).code).toBe('BREAK_OUT_CLOSED');
  const inRed = await enter(owner, own.token);
  expect(inRed.code).toBeUndefined();
  expect(inRed.client.joined?.self).toMatchObject({ identity: 'bob', name: 'name of bob', canPublish: false });
  expect(inRed.client.joined?.participants?.map(({ identity }) => identity) ?? []).not.toContain('ann');
  const host = await ask(a, idOf(a, 'Red'));
  const inRedToo = await enter(other, host.token);
  expect(inRedToo.client.joined?.self).toMatchObject({ identity: 'ann', admin: true });
  expect(b.closed ?? a.closed).toBeUndefined();
});

it('a token of a break-out opens that one alone, not for longer, and its room opens by no other token', async () => {
  const [a, b] = [await ann(), await bob()];
  const endsWallMs = Date.now() + 120_000;
  await set(a, [{ ...red, endsWallMs }]);
  await sees(b, ['Red']);
  const { token, room } = await ask(b, idOf(b, 'Red'));
  const claims = decodeJwt(token) as { exp: number; video: Record<string, unknown> };
  expect(claims.video).toMatchObject({ room, breakOut: true, canPublish: false });
  expect(claims.video['roomAdmin']).toBeUndefined();
  expect(claims.exp * 1000).toBeLessThanOrEqual(endsWallMs + 1000);
  await expect(join(owner, 'eve', { room })).rejects.toThrow('TOKEN_ROOM_MISMATCH');
});

it('a participant that is limited to sources is so in a break-out too', async () => {
  const a = await ann();
  const b = await join(other, 'bob', { video: { canPublishSources: ['microphone'] } });
  await set(a, [red]);
  await sees(b, ['Red']);
  const { client } = await enter(owner, (await ask(b, idOf(b, 'Red'))).token);
  expect(await client.publish('TR_bobcamera1234', { kind: 2, source: 1 })).toBe('NOT_PERMITTED');
  expect(await client.publish('TR_bobmicrophone1')).toBe('published');
});

it('closed, over or set anew: no token of before opens what comes later under the name', async () => {
  const [a, b] = [await ann(), await bob()];
  await set(a, [red]);
  await sees(b, ['Red']);
  const before = await ask(b, idOf(b, 'Red'));
  await set(a, [blue, { ...red, identities: ['bob', 'dan'] }]);
  await sees(b, ['Blue', 'Red']);
  expect((await ask(b, idOf(b, 'Red'))).room).toBe(before.room); // it is the same one
  const id = idOf(b, 'Red');
  await set(a, []);
  await sees(b, []);
  expect((await ask(b, id)).code).toBe('BREAK_OUT_CLOSED');
  await set(a, [red]);
  await sees(b, ['Red']);
  expect((await ask(b, idOf(b, 'Red'))).room).not.toBe(before.room);
  await set(a, [{ ...red, endsWallMs: Date.now() - 1 }]);
  await until(() => (listOf(b)[0]?.endsWallMs ?? 0) > 0, 'its time is over');
  expect((await ask(b, idOf(b, 'Red'))).code).toBe('BREAK_OUT_CLOSED');
  expect((await ask(a, idOf(b, 'Red'))).code).toBe('BREAK_OUT_CLOSED');
});

it('its owner dies: the list stands, and lets in as before; a message reaches all that are in the main room', async () => {
  const [a, b] = [await ann(), await bob()];
  expect(await set(a, [red, blue], 'to your groups')).toBe('ack');
  await sees(b, ['Red', 'Blue']);
  const said = (client: TestClient) => client.heard.flatMap(({ posts }) => posts?.posts ?? []);
  await until(() => said(b).length > 0, 'bob reads the message');
  expect(said(b)).toMatchObject([{ kind: 'announcement', text: 'to your groups', identity: 'ann' }]);
  const { room } = await ask(b, idOf(b, 'Red'));
  await owner?.kill();
  const cid = await join(other, 'cid');
  await sees(cid, ['Red', 'Blue']);
  expect((await ask(b, idOf(cid, 'Red'))).room).toBe(room);
  expect((await ask(cid, idOf(cid, 'Red'))).code).toBe('NOT_PERMITTED');
  expect((await ask(cid, idOf(cid, 'Blue'))).code).toBeUndefined();
}, 30_000);

it('those that were prepared while the room was empty are open when it begins, and a company changes them', async () => {
  const api = new TestApi(rig);
  const prepared = { ...red, breakOutId: 'BO_0123456789ab' };
  api.policies.set('acme/lobby', { version: 4, breakOuts: [prepared] });
  await api.dial(owner as Instance);
  const [, b] = [await ann(), await bob()];
  await sees(b, ['Red']);
  expect(await ask(b, prepared.breakOutId)).toMatchObject({ code: undefined, room: 'lobby~BO_0123456789ab' });
  const command = (commandId: string, breakOuts: wire.ActBreakOuts.$Properties) =>
    api.ask('sig-1', rpc.roomCommand, { roomKey: 'acme/lobby', commandId, act: { breakOuts } });
  const done = await command('c1', { set: true, breakOuts: [blue, { name: 'Red', identities: [] }], message: 'move' });
  expect(done.policy?.breakOuts).toMatchObject([{ name: 'Blue' }, { name: 'Red', breakOutId: prepared.breakOutId }]);
  expect(done.info?.breakOuts).toEqual(done.policy?.breakOuts);
  await sees(b, ['Blue', 'Red']);
  expect((await ask(b, prepared.breakOutId)).code).toBe('NOT_PERMITTED');
  const said = await b.hears('the announcement', ({ posts }) => (posts?.posts?.length ?? 0) > 0);
  expect(said.posts?.posts).toMatchObject([{ kind: 'announcement', text: 'move', identity: '' }]);
  await expect(command('c2', { set: true, breakOuts: [red, red] })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  await command('c3', { set: true });
  await sees(b, []);
  await until(() => api.policies.get('acme/lobby')?.breakOuts?.length === 0, 'the api has it');
  api.close();
});

it('a break-out has none itself, and a list that is none changes nothing', async () => {
  const a = await ann();
  expect(await set(a, [red, red])).toBe('REQUEST_INVALID');
  expect(await set(a, [red])).toBe('ack');
  await sees(a, ['Red']);
  const { client } = await enter(owner, (await ask(a, idOf(a, 'Red'))).token);
  expect(await set(client, [blue])).toBe('REQUEST_INVALID');
});
