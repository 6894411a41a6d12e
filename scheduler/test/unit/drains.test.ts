import { expect, test } from 'vitest';
import { FORGET_AFTER_MS } from '../../src/fleet/core/fleet.ts';
import { type Person, RoomWorld } from './support/room-world.ts';

const near = { frankfurt: 5, paris: 30, stockholm: 50 };

async function crowded() {
  const world = await RoomWorld.start({ frankfurt: 1, paris: 1 });
  const people: Person[] = [];
  for (let room = 0; room < 5; room += 1) {
    for (let count = 0; count <= room; count += 1) people.push(await world.join(`t/${room}`, near));
  }
  const on = (nodeId: string): number => people.filter((one) => world.nodeOf(one) === nodeId).length;
  return { world, people, on };
}

test('a drain and a cordon continue after a restart in the middle: no session is moved twice, and no new session comes', async () => {
  const { world, people, on } = await crowded();
  expect(on('sfu-frankfurt-1')).toBe(people.length);
  await world.centre.drain('sfu-frankfurt-1', 'kernel');
  await world.centre.cordon('sig-paris', 'rack');
  await world.pass(1000);
  const moved = world.orders.length;
  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(people.length);
  await world.restart();
  expect(world.centre.fleet.get('sfu-frankfurt-1')?.drainReason).toBe('kernel');
  expect(world.centre.fleet.get('sig-paris')?.cordonReason).toBe('rack');
  await world.pass(60_000);
  expect([on('sfu-frankfurt-1'), on('sfu-paris-1')]).toEqual([0, people.length]);
  expect(new Set(world.orders.map(({ sessionId }) => sessionId)).size).toBe(people.length);
  expect(world.orders).toHaveLength(people.length);
  expect(world.nodeOf(await world.join('t/new', near))).toBe('sfu-paris-1');
  const record = world.centre.fleet.get('sfu-frankfurt-1');
  expect(record === undefined ? undefined : world.centre.drains.progress(record)).toMatchObject({
    sessionsLeft: 0,
    moving: 0,
  });
});

test('a node that was forgotten while away comes back drained, also under another centre, until the drain is lifted', async () => {
  const { world } = await crowded();
  const paris = () => world.centre.fleet.get('sfu-paris-1');
  const leave = async () => {
    world.silent.add('sfu-paris-1');
    world.centre.linkDown('sfu-paris-1');
    await world.pass(FORGET_AFTER_MS + 1000);
    expect(paris()).toBeUndefined();
  };
  await world.centre.drain('sfu-paris-1', 'disk');
  await world.centre.cordon('sfu-paris-1', 'rack');
  await leave();
  await world.restart();
  expect(world.comeBack('sfu-paris-1').isDraining).toBe(true);
  expect([paris()?.drainReason, paris()?.cordonReason]).toEqual(['disk', 'rack']);
  await leave();
  expect(await world.centre.cordon('sfu-paris-1', undefined)).toBe(true);
  expect(await world.centre.drain('sfu-paris-1', undefined)).toBe(true);
  await world.restart();
  expect(world.comeBack('sfu-paris-1').isDraining).toBe(false);
  expect([paris()?.drainReason, paris()?.cordonReason]).toEqual([undefined, undefined]);
});

test('a node whose process is to end is emptied, also by the next centre, until the process ends', async () => {
  const { world, people, on } = await crowded();
  world.leaving.add('sfu-frankfurt-1');
  await world.pass(2000);
  const moved = world.orders.length;
  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(people.length);
  await world.restart();
  await world.pass(60_000);
  expect([on('sfu-frankfurt-1'), world.orders.length]).toEqual([0, people.length]);
  const frankfurt = () => world.centre.fleet.get('sfu-frankfurt-1');
  expect(frankfurt()).toMatchObject({ isLeaving: true, drainReason: undefined });
  expect(world.nodeOf(await world.join('t/new', near))).toBe('sfu-paris-1');
  world.leaving.delete('sfu-frankfurt-1');
  expect(world.startAnew('sfu-frankfurt-1').isDraining).toBe(false);
  await world.pass(2000);
  expect(frankfurt()?.isLeaving).toBe(false);
  expect(world.nodeOf(await world.join('t/newer', near))).toBe('sfu-frankfurt-1');
});

test('an operator’s drain survives the end of the process and the start of another', async () => {
  const { world } = await crowded();
  await world.centre.drain('sfu-frankfurt-1', 'kernel');
  world.leaving.add('sfu-frankfurt-1');
  await world.pass(60_000);
  world.leaving.delete('sfu-frankfurt-1');
  expect(world.startAnew('sfu-frankfurt-1').isDraining).toBe(true);
  expect(world.nodeOf(await world.join('t/new', near))).toBe('sfu-paris-1');
});

test('an operator’s reason for a drain is in the log of decisions, and moved clients do not see it', async () => {
  const { world } = await crowded();
  await world.centre.drain('sfu-frankfurt-1', 'incident 4711');
  await world.pass(5000);
  const [order] = world.orders;
  expect(order?.reason).toBe('sfu-frankfurt-1 is drained');
  const decisionId = order?.decisionId ?? '';
  const { explanation } = world.centre.placing.explainToSession(decisionId, order?.sessionId ?? '');
  expect(explanation.reasons.join()).not.toContain('4711');
  expect(explanation.reasons).toContain('moved from sfu-frankfurt-1: sfu-frankfurt-1 is drained');
  expect(world.centre.placing.explain(decisionId)?.explanation.lines.join()).toContain('incident 4711');
});

test('a centre whose term has ended orders no move, although a node is drained', async () => {
  const { world } = await crowded();
  const { centre } = world;
  await centre.drain('sfu-frankfurt-1', 'kernel');
  centre.end();
  await world.pass(5000);
  expect(world.orders).toEqual([]);
});

test('a drain without a target for the sessions reports why they stay, and continues when there is room', async () => {
  const { world, people, on } = await crowded();
  await world.centre.cordon('sfu-paris-1', 'rack');
  await world.centre.drain('sfu-frankfurt-1', 'kernel');
  await world.pass(30_000);
  expect(on('sfu-frankfurt-1')).toBe(people.length);
  const record = world.centre.fleet.get('sfu-frankfurt-1');
  expect(record === undefined ? undefined : world.centre.drains.progress(record)).toMatchObject({
    lastCode: 'NO_NODE',
    moved: 0,
  });
  await world.centre.cordon('sfu-paris-1', undefined);
  await world.pass(150_000);
  expect(on('sfu-paris-1')).toBe(people.length);
});
