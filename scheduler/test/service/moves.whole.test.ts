// Moves over real links: a scripted owner, and media nodes whose sessions follow the owner's moves. All tests share a
// centre and two nodes; every test has its own rooms, and leaves the nodes open and empty.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PAUSES_MS } from '../../src/moving/core/queue.ts';
import { ANSWER_MS } from '../../src/moving/moves.ts';
import { SESSION_LEASE_MS } from '../../src/placing/core/session-leases.ts';
import { admin, skippingClock, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt } from './support/fake-node.ts';
import { ScriptedOwner } from './support/scripted-owner.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let fra: FakeNode;
let fra2: FakeNode;
let shared: ScriptedOwner;
let owner: ScriptedOwner;
let room: string;
let count = 0;
const clock = skippingClock();
const closers: (() => void | Promise<void>)[] = []; // of the present test

beforeAll(async () => {
  centre = await startCentre({ developmentCities: true, joinsPerCore: 100_000, clock });
  fra = await FakeNode.start(centre, { id: 'sfu-fra-1', reportEveryMs: 50, ...frankfurt });
  fra2 = await FakeNode.start(centre, { id: 'sfu-fra-2', reportEveryMs: 50, ...frankfurt });
  shared = await ScriptedOwner.start(centre, [fra, fra2]);
});
afterAll(async () => {
  for (const one of [shared, fra2, fra, centre]) await one.close();
});

beforeEach(() => {
  count += 1;
  room = `t/room-${count}`;
  owner = shared;
  owner.script = () => undefined;
  owner.orders.length = 0;
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of [fra, fra2]) {
    one.rooms = [];
    await admin(centre, 'POST', `/v1/nodes/${one.id}/uncordon`);
  }
  // After a drain is lifted, the fleet shows the node as draining until its next report.
  const isFree = ({ id }: FakeNode) => {
    const shown = centre.centre.fleet.get(id);
    return shown?.rooms.size === 0 && shown.state !== 'draining';
  };
  await until('no session is left, and both nodes are open', () => [fra, fra2].every(isFree) || undefined);
  for (const close of closers.splice(0).reverse()) await close();
  centre.centre.ledger.validate();
  centre.centre.moves.queue.validate();
});
const move = (sessionId: string, body: object = {}) =>
  admin(centre, 'POST', `/v1/sessions/${sessionId}/move`, { body });
const moves = async () => (await admin(centre, 'GET', '/v1/moves')).body;
const ended = async (sessionId: string) => {
  return until(`the move of ${sessionId} is over`, async () => {
    const { ended: list } = (await moves()) as { ended: { sessionId: string; outcome: string }[] };
    return list.find((one) => one.sessionId === sessionId);
  });
};
/** The waiting move of a session, first try or retry. */
const waiting = async (sessionId: string) => {
  const { waiting: list } = (await moves()) as { waiting: { sessionId: string; lastCode: string }[] };
  return list.find((one) => one.sessionId === sessionId);
};
const failed = (sessionId: string, code: string) =>
  until(`an attempt has failed with ${code}`, async () => (await waiting(sessionId))?.lastCode === code);
/** Joins a session, and waits until the centre has heard of it from its node. */
async function joinAndShow(roomKey: string, ask?: Parameters<ScriptedOwner['join']>[1]) {
  const one = await owner.join(roomKey, ask);
  await until('its node has reported it', () => centre.centre.moves.nodeOf(one.sessionId, roomKey));
  return one;
}
const otherNodeId = (nodeId: string): string => (nodeId === fra.id ? fra2.id : fra.id);
/** Charges of the test's own room. */
const chargesOf = (nodeId: string) => centre.centre.ledger.list(nodeId).filter(({ roomKey }) => roomKey === room);
const rooms = () => new Set(owner.orders.map(({ roomKey }) => roomKey));

describe('an administrator moves a session', () => {
  test('to the named node: the centre charges it, orders the owner under its lease, and explains the move when the node confirms it', async () => {
    const member = await joinAndShow(room);
    const target = otherNodeId(member.nodeId);
    const answer = await move(member.sessionId, { toNodeId: target, reason: 'a test' });
    expect(answer).toMatchObject({ status: 202, body: { roomKey: room, fromNodeId: member.nodeId, startsInMs: 0 } });
    expect(await ended(member.sessionId)).toMatchObject({
      outcome: 'moved',
      fromNodeId: member.nodeId,
      toNodeId: target,
    });
    expect(owner.nodeIdOf(member.sessionId)).toEqual([target]);
    const [order] = owner.orders;
    expect(order).toMatchObject({ sessionId: member.sessionId, toNodeId: target, reason: 'a test' });
    expect(order?.lease).toMatchObject({ roomKey: room, ownerId: 'sig-own', epoch: 1 });
    const charge = centre.centre.ledger.get(order?.decisionId ?? '');
    expect(charge).toMatchObject({ nodeId: target, state: 'confirmed', sessionId: member.sessionId });
    clock.skip(SESSION_LEASE_MS);
    await until('the old charge is gone', () => chargesOf(member.nodeId).length === 0 || undefined);
    centre.centre.ledger.validate();
    const { body } = await admin(centre, 'GET', `/v1/decisions/${order?.decisionId}`);
    expect(body.explanation.isReproduced).toBe(true);
    expect(body.explanation.lines.join('\n')).toContain(`A move from ${member.nodeId}: a test.`);
    expect(body.explanation.lines.join('\n')).toContain(`move-target: the move goes to ${target}`);
  });
});

describe('a failed move', () => {
  test('whose owner was replaced gives its charge back, and the next attempt carries the new lease', async () => {
    const member = await joinAndShow(room);
    const target = otherNodeId(member.nodeId);
    owner.script = () => (owner.orders.length === 1 ? 'EPOCH_STALE' : undefined);
    await move(member.sessionId, { toNodeId: target });
    await failed(member.sessionId, 'EPOCH_STALE');
    expect(chargesOf(target)).toEqual([]);
    clock.skip(PAUSES_MS[0] * 1.5);
    expect(await ended(member.sessionId)).toMatchObject({ outcome: 'moved' });
    expect(owner.orders.map(({ decisionId }) => decisionId)).toHaveLength(2);
    expect(new Set(owner.orders.map(({ decisionId }) => decisionId)).size).toBe(2);
  });

  test('whose owner does not answer is given up at the deadline, and its charge is given back', async () => {
    const member = await joinAndShow(room);
    const target = otherNodeId(member.nodeId);
    const links = centre.links();
    const real = links.move.bind(links);
    const deadlinesMs: number[] = [];
    vi.spyOn(links, 'move').mockImplementation((ownerId, order, deadlineMs) => {
      deadlinesMs.push(deadlineMs);
      return real(ownerId, order, 300); // a test's deadline, not a browser's
    });
    owner.script = () => 'never';
    await move(member.sessionId, { toNodeId: target });
    await until('it was asked', () => owner.orders.length > 0 || undefined);
    expect(chargesOf(target)).toHaveLength(1);
    const late = await until('it was given up', () => waiting(member.sessionId));
    expect(late.lastCode).toBe('LINK_DEADLINE');
    expect(deadlinesMs).toEqual([ANSWER_MS]);
    expect(chargesOf(target)).toEqual([]);
  });
});

describe('a drain', () => {
  test('moves the sessions of the smallest rooms first, one of each room at a time, and new sessions go to other nodes', async () => {
    const big = await Promise.all(Array.from({ length: 6 }, () => owner.join('t/big')));
    const small = await Promise.all(['t/a', 't/b', 't/c'].map((roomKey) => owner.join(roomKey)));
    const all = [...big, ...small];
    const busiest = fra.sessionIds().length >= fra2.sessionIds().length ? fra : fra2;
    const away = all.filter(({ sessionId }) => owner.nodeIdOf(sessionId)[0] === busiest.id);
    await until(
      'all are seen',
      () => all.every((one) => centre.centre.moves.nodeOf(one.sessionId, one.roomKey)) || undefined,
    );
    await admin(centre, 'POST', `/v1/nodes/${busiest.id}/drain`, { body: { on: true, reason: 'kernel' } });
    await until('it is empty', () => busiest.sessionIds().length === 0 || undefined);
    for (const { sessionId } of all) expect(owner.nodeIdOf(sessionId)).toEqual([otherNodeId(busiest.id)]);
    expect(owner.orders).toHaveLength(away.length);
    expect(owner.open.roomsTwice).toBe(0);
    const firstOfBig = owner.orders.findIndex(({ roomKey }) => roomKey === 't/big');
    const smallOnes = away.filter(({ roomKey }) => roomKey !== 't/big').length;
    expect(new Set(owner.orders.slice(0, smallOnes + 1).map(({ roomKey }) => roomKey)).size).toBe(
      Math.min(rooms().size, smallOnes + 1),
    );
    if (smallOnes > 0 && firstOfBig >= 0) expect(firstOfBig).toBe(smallOnes);
    const progress = async () => {
      const { body } = await admin(centre, 'GET', '/v1/fleet');
      return body.nodes.find((one: { nodeId: string }) => one.nodeId === busiest.id).drain;
    };
    const finalProgress = await until('the drain shows its end', async () => {
      const shown = await progress();
      return shown?.moving === 0 && shown.sessionsLeft === 0 ? shown : undefined;
    });
    expect(finalProgress).toMatchObject({ sessionsAtStart: away.length, moved: away.length, retrying: 0 });
    expect((await owner.join('t/new')).nodeId).toBe(otherNodeId(busiest.id));
  });

  test('that is lifted moves no further session, and an uncordon lifts it', async () => {
    const member = await joinAndShow(room);
    owner.script = () => 'NODE_UNREACHABLE';
    await admin(centre, 'POST', `/v1/nodes/${member.nodeId}/drain`, { body: { on: true } });
    await failed(member.sessionId, 'NODE_UNREACHABLE');
    const lifted = await admin(centre, 'POST', `/v1/nodes/${member.nodeId}/uncordon`);
    expect(lifted).toMatchObject({ status: 200, body: { cordoned: false, draining: false, told: true } });
    await until('nothing waits', async () => (await waiting(member.sessionId)) === undefined || undefined);
    expect(owner.nodeIdOf(member.sessionId)).toEqual([member.nodeId]);
  });
});

describe('a cordon', () => {
  test('lets no new session in, and moves no present session', async () => {
    const member = await joinAndShow(room);
    const shut = await admin(centre, 'POST', `/v1/nodes/${member.nodeId}/cordon`, { body: { reason: 'rack' } });
    expect(shut).toMatchObject({ status: 200, body: { cordoned: true } });
    for (let count = 0; count < 5; count += 1) expect((await owner.join(room)).nodeId).toBe(otherNodeId(member.nodeId));
    const { body } = await admin(centre, 'GET', '/v1/fleet');
    const shown = body.nodes.find(({ nodeId }: { nodeId: string }) => nodeId === member.nodeId);
    expect(shown).toMatchObject({ cordonReason: 'rack', drain: null, drainReason: null, state: 'draining' });
    expect(owner.orders).toEqual([]);
    expect(owner.nodeIdOf(member.sessionId)).toEqual([member.nodeId]);
    await admin(centre, 'POST', `/v1/nodes/${member.nodeId}/uncordon`);
    await until('it takes people again', async () => (await owner.join(room)).nodeId === member.nodeId || undefined);
  });
});
