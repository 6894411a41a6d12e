import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { call, limits, roomEpochFloor, rpc, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startRedis } from '../../../base/runtime/test/support/redis-server.ts';
import { admin, spawnCentre, startCentre, tempDir, until, writeConfig } from './support/centre.ts';
import { FakeNode, frankfurt, newSession, singapore } from './support/fake-node.ts';
import { KillableNode } from './support/killable-node.ts';

let temp: ReturnType<typeof tempDir>;
let centre: Awaited<ReturnType<typeof spawnCentre>>;
let config: string;
const closers: (() => void | Promise<void>)[] = [];

beforeEach(async () => {
  temp = tempDir();
  centre = await spawnCentre(writeConfig(temp.dir, { developmentCities: true, logLevel: 'info' }));
  // After the first start the ports are known, and stay the same over restarts.
  config = writeConfig(temp.dir, { developmentCities: true, logLevel: 'info', ...centre.ports });
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await centre.kill('SIGKILL');
  temp.remove();
});

async function start(options: ConstructorParameters<typeof FakeNode>[0]): Promise<FakeNode> {
  const node = await FakeNode.start(centre, options);
  closers.push(() => node.close());
  return node;
}

async function restartCentre(): Promise<void> {
  await centre.kill('SIGKILL');
  centre = await spawnCentre(config);
}

interface FleetBody {
  nodes: {
    nodeId: string;
    state: string;
    rooms: wire.RoomHeld[];
    charges: { decisionId: string; state: string; sessionId: string }[];
  }[];
  leases: { roomKey: string; ownerId: string; epoch: number; isLive: boolean }[];
}

async function fleet(): Promise<FleetBody> {
  return (await admin(centre, 'GET', '/v1/fleet')).body as FleetBody;
}

/** State that must be equal before and after: sessions, rooms, epochs and charges, of the given decisions and rooms. */
async function holdings(decisionIds: ReadonlySet<string>, roomKeys: ReadonlySet<string>) {
  const { nodes, leases } = await fleet();
  const media = nodes.filter((node) => node.nodeId.startsWith('sfu-'));
  return {
    rooms: media
      .flatMap((node) =>
        node.rooms.filter((room) => roomKeys.has(room.roomKey)).map((room) => ({ nodeId: node.nodeId, ...room })),
      )
      .sort(byText),
    charges: media
      .flatMap((node) =>
        node.charges
          .filter((charge) => decisionIds.has(charge.decisionId))
          .map(({ decisionId, state }) => `${node.nodeId} ${decisionId} ${state}`),
      )
      .sort(),
    leases: leases
      .filter((lease) => roomKeys.has(lease.roomKey))
      .map(({ roomKey, ownerId, epoch }) => `${roomKey} ${ownerId} ${epoch}`)
      .sort(),
  };
}

const confirmedOnly = (found: Awaited<ReturnType<typeof holdings>>) => ({
  ...found,
  charges: found.charges.filter((text) => text.endsWith('confirmed')),
});

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

// Each test starts half a dozen processes, one after another.
describe('kill -9', { timeout: 240_000 }, () => {
  test('of the centre and of a media node loses no session, room, epoch or charge while clients join', async () => {
    const local = await start({ id: 'sfu-fra-1', ...frankfurt });
    const remote = await KillableNode.start(centre, { id: 'sfu-sgp-1', ...singapore });
    closers.push(() => remote.kill());
    const signalingNodes = [
      await start({ id: 'sig-fra', kind: 'signaling', ...frankfurt }),
      await start({ id: 'sig-sgp', kind: 'signaling', ...singapore }),
    ] as const;
    const isServing = async (id: string) =>
      (await fleet()).nodes.some((node) => node.nodeId === id && node.state === 'alive');
    await until(
      'both media nodes serve',
      async () => ((await isServing('sfu-sgp-1')) && (await isServing('sfu-fra-1'))) || undefined,
    );

    const join = async (signaling: FakeNode, roomKey: string, city: string): Promise<wire.PlaceReply> => {
      const sessionId = newSession();
      const placed = await signaling.place({ roomKey, sessionId, fromCity: city });
      const { ownerId = '', epoch = 0 } = (placed.lease ?? {}) as { ownerId?: string; epoch?: number };
      const attach = { roomKey, sessionId, decisionId: placed.decisionId, ownerId, epoch };
      if (placed.nodeId === local.id) local.attach(attach);
      if (placed.nodeId === remote.id) await remote.attach(attach);
      return placed;
    };
    const decisionIds = new Set<string>();
    const roomKeys = new Set(['t/a', 't/b', 't/c']);
    for (const roomKey of roomKeys) {
      for (const [signaling, city] of [
        [signalingNodes[0], 'frankfurt'],
        [signalingNodes[1], 'singapore'],
        [signalingNodes[0], 'singapore'],
      ] as const) {
        decisionIds.add((await join(signaling, roomKey, city)).decisionId);
      }
    }
    await until('nine charges are confirmed', async () => {
      const { charges } = await holdings(decisionIds, roomKeys);
      return charges.filter((text) => text.endsWith('confirmed')).length === 9 || undefined;
    });
    // Two joins are placed and still on their way when the centre dies.
    const pendingSinceMs = performance.now();
    for (const signaling of signalingNodes)
      decisionIds.add((await signaling.place({ roomKey: 't/a', fromCity: 'frankfurt' })).decisionId);
    const before = await holdings(decisionIds, roomKeys);
    expect(before.charges).toHaveLength(11);
    expect(before.rooms).toHaveLength(6);

    const joins = { placed: 0, failed: 0, isOver: false };
    const going = (async () => {
      for (let round = 0; !joins.isOver; round += 1) {
        const signaling = signalingNodes[round % 2] ?? signalingNodes[0];
        const ok = await signaling.place({ roomKey: `t/later-${round % 5}`, fromCity: 'frankfurt' }).then(
          (reply) => reply.ok,
          () => false,
        );
        if (ok) joins.placed += 1;
        else joins.failed += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await until('joins are going on', () => joins.placed > 3 || undefined);

    await restartCentre();
    const placedBefore = joins.placed;
    await until('joins go on at the new centre', () => joins.placed > placedBefore + 3 || undefined);
    await until(
      'both media nodes are back',
      async () => ((await isServing('sfu-sgp-1')) && (await isServing('sfu-fra-1'))) || undefined,
    );
    const after = await holdings(decisionIds, roomKeys);
    // On a slow machine the pending joins' charges may have lapsed; then only confirmed charges can be compared.
    const isInTime = performance.now() - pendingSinceMs < limits.decisionConfirmMs;
    expect(isInTime ? after : confirmedOnly(after)).toEqual(isInTime ? before : confirmedOnly(before));

    await remote.kill();
    await until('the killed node is missed', async () => !(await isServing('sfu-sgp-1')) || undefined);
    remote.spawn();
    await until('the killed node is back', async () => (await isServing('sfu-sgp-1')) || undefined);
    expect(confirmedOnly(await holdings(decisionIds, roomKeys))).toEqual(confirmedOnly(before));
    joins.isOver = true;
    await going;
    expect(joins.placed).toBeGreaterThan(10);
  });

  test('of the centre lowers no epoch, even when its state folder is lost too', async () => {
    const sfu = await start({ id: 'sfu-fra-1', ...frankfurt });
    const firstSignaling = await start({ id: 'sig-1', kind: 'signaling', ...frankfurt });
    const secondSignaling = await start({ id: 'sig-2', kind: 'signaling', ...frankfurt });
    const acquire = (signaling: FakeNode) => call(signaling.openLink(), rpc.roomLease, { roomKey: 't/r', epoch: 0 });
    expect(await acquire(firstSignaling)).toMatchObject({ ownerId: 'sig-1', epoch: 1, created: true });
    firstSignaling.close();
    const takenLease = await until('the room is free for the other signaling node', async () => {
      const lease = await acquire(secondSignaling);
      return lease.ownerId === 'sig-2' ? lease : undefined;
    });
    expect(takenLease.epoch).toBe(2);
    sfu.attach({ roomKey: 't/r', sessionId: newSession(), decisionId: '', ownerId: 'sig-2', epoch: 2 });
    secondSignaling.rooms = [{ roomKey: 't/r', ownerId: 'sig-2', epoch: 2 }];

    await restartCentre();
    await until('the signaling node is back', () => secondSignaling.agent.state === 'serving' || undefined);
    expect(await acquire(secondSignaling)).toMatchObject({ ownerId: 'sig-2', epoch: 2, created: false });
    await call(secondSignaling.openLink(), rpc.roomLease, { roomKey: 't/r', epoch: 2, release: true });

    await centre.kill('SIGKILL');
    for (const end of ['', '-wal', '-shm']) rmSync(join(temp.dir, 'state', `centre.db${end}`), { force: true });
    centre = await spawnCentre(config);
    await until('the media node is back', () => sfu.agent.state === 'serving' || undefined);
    await until('the signaling node is back', () => secondSignaling.agent.state === 'serving' || undefined);
    const { leases } = await fleet();
    expect(leases).toMatchObject([{ roomKey: 't/r', ownerId: 'sig-2', epoch: 2 }]);
    await call(secondSignaling.openLink(), rpc.roomLease, { roomKey: 't/r', epoch: 2, release: true });
    // The second start was a term of leading of its own; the third start learns of that term from the nodes alone, and
    // begins above it.
    expect(await acquire(secondSignaling)).toMatchObject({
      ownerId: 'sig-2',
      epoch: roomEpochFloor(3) + 1,
      created: true,
    });
  });

  test('of the centre keeps its certificate authority and drains: nodes come back with their old certificates', async () => {
    const sfu = await start({ id: 'sfu-fra-1', ...frankfurt });
    await admin(centre, 'POST', '/v1/nodes/sfu-fra-1/drain', { body: { on: true, reason: 'kernel' } });
    await until('it drains', () => sfu.agent.state === 'draining' || undefined);
    await restartCentre();
    await until(
      'the link is gone and back, and it still drains',
      () => sfu.drains.filter((on) => on).length >= 2 || undefined,
    );
    expect(sfu.agent.state).toBe('draining');
    const { nodes } = await fleet();
    expect(nodes.map(({ nodeId, state }) => ({ nodeId, state }))).toEqual([{ nodeId: 'sfu-fra-1', state: 'draining' }]);
  });
});

test('with Redis a centre on another disk continues with the leases, epochs, drains and nodes of the last centre', async () => {
  const redis = await startRedis();
  closers.push(() => redis.stop());
  const first = await startCentre({ redisUrl: redis.url });
  const identity = { kind: 'signaling', ...frankfurt };
  const acquire = (signaling: FakeNode) => call(signaling.openLink(), rpc.roomLease, { roomKey: 't/r', epoch: 0 });
  const before = await FakeNode.start(first, { id: 'sig-1', ...identity });
  expect(await acquire(before)).toMatchObject({ epoch: 1, created: true });
  await admin(first, 'POST', '/v1/nodes/sig-1/drain', { body: { on: true } });
  before.close();
  await first.close();

  const second = await startCentre({ redisUrl: redis.url });
  closers.push(() => second.close());
  const { body } = await admin(second, 'GET', '/v1/fleet');
  expect(body.nodes).toMatchObject([{ nodeId: 'sig-1', liveness: 'suspect', isLinked: false }]);
  const otherSignaling = await FakeNode.start(second, { id: 'sig-2', ...identity });
  closers.push(() => otherSignaling.close());
  expect(await acquire(otherSignaling)).toMatchObject({ ownerId: 'sig-1', epoch: 1, created: false });
  const after = await FakeNode.start(second, { id: 'sig-1', ...identity, incarnation: 'inc-2' });
  closers.push(() => after.close());
  expect(after.agent.state).toBe('draining');
  expect(await acquire(otherSignaling)).toMatchObject({
    ownerId: 'sig-2',
    epoch: roomEpochFloor(2) + 1,
    created: true,
  });
});
