// Moves over real links: a scripted owner, media nodes whose holdings follow what the owner does.
// All share one centre and two nodes; every test has rooms of its own, and leaves the nodes open and empty.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PAUSES_MS } from '../../src/moving/core/queue.ts';
import { ANSWER_MS, SHOWN_MS } from '../../src/moving/moves.ts';
import { SESSION_LEASE_MS } from '../../src/placing/core/session-leases.ts';
import { admin, skippingClock, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt, newSession, singapore } from './support/fake-node.ts';
import { ScriptedOwner } from './support/scripted-owner.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let fra: FakeNode;
let fra2: FakeNode;
let shared: ScriptedOwner;
let owner: ScriptedOwner;
let room: string;
let count = 0;
const clock = skippingClock();
const closers: (() => void | Promise<void>)[] = []; // of one test

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
  // A node that was drained says until its next report that it is.
  const isFree = ({ id }: FakeNode) => {
    const shown = centre.centre.fleet.get(id);
    return shown?.rooms.size === 0 && shown.state !== 'draining';
  };
  await until('no session is left, and both nodes are open', () => [fra, fra2].every(isFree) || undefined);
  for (const close of closers.splice(0).reverse()) await close();
  centre.centre.ledger.validate();
  centre.centre.moves.queue.validate();
});

/** Of one test: shut before it is closed, so that no session is sent there before its death is known. */
async function node(options: ConstructorParameters<typeof FakeNode>[0]): Promise<FakeNode> {
  const made = await FakeNode.start(centre, { reportEveryMs: 50, ...options });
  closers.push(async () => {
    await admin(centre, 'POST', `/v1/nodes/${made.id}/cordon`);
    made.close();
  });
  return made;
}
/** Of one test, for one that closes its owner or moves to nodes of its own. */
async function ownOwner(nodes: readonly FakeNode[]): Promise<ScriptedOwner> {
  const made = await ScriptedOwner.start(centre, nodes, { id: `sig-own-${count}` });
  closers.push(() => made.close());
  return made;
}
const move = (sessionId: string, body: object = {}) =>
  admin(centre, 'POST', `/v1/sessions/${sessionId}/move`, { body });
const moves = async () => (await admin(centre, 'GET', '/v1/moves')).body;
const ended = async (sessionId: string) => {
  return until(`the move of ${sessionId} is over`, async () => {
    const { ended: list } = (await moves()) as { ended: { sessionId: string; outcome: string }[] };
    return list.find((one) => one.sessionId === sessionId);
  });
};
/** The move of a session that waits, for the first time or again. */
const waiting = async (sessionId: string) => {
  const { waiting: list } = (await moves()) as { waiting: { sessionId: string; lastCode: string }[] };
  return list.find((one) => one.sessionId === sessionId);
};
const failed = (sessionId: string, code: string) =>
  until(`an attempt has failed with ${code}`, async () => (await waiting(sessionId))?.lastCode === code);
/** A session that the centre has heard of from its node. */
async function joined(roomKey: string, ask?: Parameters<ScriptedOwner['join']>[1]) {
  const one = await owner.join(roomKey, ask);
  await until('its node has reported it', () => centre.centre.moves.nodeOf(one.sessionId, roomKey));
  return one;
}
const other = (nodeId: string): string => (nodeId === fra.id ? fra2.id : fra.id);
/** Of the test's own room. */
const chargesOf = (nodeId: string) => centre.centre.ledger.list(nodeId).filter(({ roomKey }) => roomKey === room);
const rooms = () => new Set(owner.orders.map(({ roomKey }) => roomKey));

describe('an administrator moves a session', () => {
  test('to the node that is named: charged, ordered from the owner under its lease, confirmed by the node, and explained', async () => {
    const one = await joined(room);
    const target = other(one.nodeId);
    const answer = await move(one.sessionId, { toNodeId: target, reason: 'a test' });
    expect(answer).toMatchObject({ status: 202, body: { roomKey: room, fromNodeId: one.nodeId, startsInMs: 0 } });
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'moved', fromNodeId: one.nodeId, toNodeId: target });
    expect(owner.where(one.sessionId)).toEqual([target]);
    const [order] = owner.orders;
    expect(order).toMatchObject({ sessionId: one.sessionId, toNodeId: target, reason: 'a test' });
    expect(order?.lease).toMatchObject({ roomKey: room, ownerId: 'sig-own', epoch: 1 });
    const charge = centre.centre.ledger.get(order?.decisionId ?? '');
    expect(charge).toMatchObject({ nodeId: target, state: 'confirmed', sessionId: one.sessionId });
    clock.skip(SESSION_LEASE_MS);
    await until('the old charge is gone', () => chargesOf(one.nodeId).length === 0 || undefined);
    centre.centre.ledger.validate();
    const { body } = await admin(centre, 'GET', `/v1/decisions/${order?.decisionId}`);
    expect(body.explanation.isReproduced).toBe(true);
    expect(body.explanation.lines.join('\n')).toContain(`A move from ${one.nodeId}: a test.`);
    expect(body.explanation.lines.join('\n')).toContain(`move-target: the move goes to ${target}`);
  });

  test('the target has the lease of the room before it is asked for the session', async () => {
    const one = await joined(room);
    const target = one.nodeId === fra.id ? fra2 : fra;
    // The lease and the order come by two links, the order perhaps first; its session is asked for later by as much.
    owner.script = async () => {
      await until('the lease is there', () => target.leases.some((lease) => lease.roomKey === room) || undefined);
      return undefined;
    };
    await move(one.sessionId, { toNodeId: target.id });
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'moved' });
    expect(owner.orders).toHaveLength(1);
  });

  test('without a target to where placement puts it: it stays where that is right, and nothing is charged for it', async () => {
    const one = await joined(room);
    await admin(centre, 'POST', `/v1/nodes/${other(one.nodeId)}/cordon`, { body: {} });
    await move(one.sessionId);
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'stays', toNodeId: one.nodeId });
    expect(owner.orders).toEqual([]);
    expect(chargesOf(one.nodeId)).toHaveLength(1);
    // Shut, it is no place to stay.
    await admin(centre, 'POST', `/v1/nodes/${other(one.nodeId)}/uncordon`);
    await admin(centre, 'POST', `/v1/nodes/${one.nodeId}/cordon`, { body: {} });
    await move(one.sessionId);
    await until('it went', () => owner.where(one.sessionId)[0] === other(one.nodeId) || undefined);
  });

  test.each([
    { name: 'no session id', id: 'x', status: 400, code: 'REQUEST_INVALID' },
    { name: 'no session', id: newSession(), status: 404, code: 'SESSION_UNKNOWN' },
    { name: 'a node that is not there', toNodeId: 'sfu-none', status: 404, code: 'NOT_FOUND' },
    { name: 'a signaling node', toNodeId: 'sig-own', status: 404, code: 'NOT_FOUND' },
    { name: 'a name that is none', toNodeId: 'a b', status: 400, code: 'REQUEST_INVALID' },
    { name: 'where it is', toNodeId: 'here', status: 409, code: 'REQUEST_INVALID' },
  ])('$name is refused with $code', async ({ id, toNodeId, status, code }) => {
    const one = await joined(room);
    const body = toNodeId === undefined ? {} : { toNodeId: toNodeId === 'here' ? one.nodeId : toNodeId };
    expect(await move(id ?? one.sessionId, body)).toMatchObject({ status, body: { code } });
    expect(owner.orders).toEqual([]);
  });

  test('no session is moved twice within a minute', async () => {
    const one = await joined(room);
    const after = await joined(`${room}-after`);
    await move(one.sessionId, { toNodeId: other(one.nodeId) });
    await ended(one.sessionId);
    const { body } = await move(one.sessionId, { toNodeId: one.nodeId });
    expect(body.startsInMs).toBeGreaterThan(50_000);
    expect(await move(one.sessionId, { toNodeId: one.nodeId })).toMatchObject({ status: 202 });
    // A later request that may move at once does.
    await move(after.sessionId, { toNodeId: other(after.nodeId) });
    await ended(after.sessionId);
    expect(await waiting(one.sessionId)).toMatchObject({ attempts: 0 });
    expect(owner.orders.filter(({ sessionId }) => sessionId === one.sessionId)).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  test('an owner that was replaced: the charge is given back, and the next attempt carries the lease that holds then', async () => {
    const one = await joined(room);
    const target = other(one.nodeId);
    owner.script = () => (owner.orders.length === 1 ? 'EPOCH_STALE' : undefined);
    await move(one.sessionId, { toNodeId: target });
    await failed(one.sessionId, 'EPOCH_STALE');
    expect(chargesOf(target)).toEqual([]);
    clock.skip(PAUSES_MS[0] * 1.5);
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'moved' });
    expect(owner.orders.map(({ decisionId }) => decisionId)).toHaveLength(2);
    expect(new Set(owner.orders.map(({ decisionId }) => decisionId)).size).toBe(2);
  });

  test('an owner that does not answer is given up at the deadline, and the charge with it', async () => {
    const one = await joined(room);
    const target = other(one.nodeId);
    const links = centre.links();
    const real = links.move.bind(links);
    const deadlinesMs: number[] = [];
    vi.spyOn(links, 'move').mockImplementation((ownerId, order, deadlineMs) => {
      deadlinesMs.push(deadlineMs);
      return real(ownerId, order, 300); // of a test, not of a browser
    });
    owner.script = () => 'never';
    await move(one.sessionId, { toNodeId: target });
    await until('it was asked', () => owner.orders.length > 0 || undefined);
    expect(chargesOf(target)).toHaveLength(1);
    const late = await until('it was given up', () => waiting(one.sessionId));
    expect(late.lastCode).toBe('LINK_DEADLINE');
    expect(deadlinesMs).toEqual([ANSWER_MS]);
    expect(chargesOf(target)).toEqual([]);
  });

  test('an owner that answers late moves no session twice', async () => {
    const one = await joined(room);
    let answer: (() => void) | undefined;
    owner.script = () => new Promise((resolve) => (answer = () => resolve(undefined)));
    await move(one.sessionId, { toNodeId: other(one.nodeId) });
    await until('it was asked', () => answer);
    expect(await move(one.sessionId, { toNodeId: other(one.nodeId) })).toMatchObject({
      status: 409,
      body: { code: 'OUT_OF_ORDER' },
    });
    answer?.();
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'moved' });
    expect(owner.orders).toHaveLength(1);
  });

  test('a session that left meanwhile is gone, and its charge with it', async () => {
    const one = await joined(room);
    const target = other(one.nodeId);
    owner.script = () => 'SESSION_UNKNOWN';
    await move(one.sessionId, { toNodeId: target });
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'gone' });
    expect(chargesOf(target)).toEqual([]);
  });

  test('a session that left before its turn costs nothing', async () => {
    const one = await joined(room);
    const held = await joined(room);
    let let_: (() => void) | undefined;
    owner.script = ({ sessionId }) =>
      sessionId === held.sessionId ? new Promise((resolve) => (let_ = () => resolve(undefined))) : undefined;
    await move(held.sessionId, { toNodeId: other(held.nodeId) });
    await until('the first of the room runs', () => let_);
    await move(one.sessionId, { toNodeId: other(one.nodeId) });
    for (const at of [fra, fra2]) at.detach(one);
    await until(
      'its node has said so',
      () => centre.centre.moves.nodeOf(one.sessionId, room) === undefined || undefined,
    );
    let_?.();
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'gone' });
    expect(owner.orders).toHaveLength(1);
  });

  test('the target dies meanwhile: the owner is not waited for, another node is tried', async () => {
    const sgp = await node({ id: 'sfu-sgp-1', ...singapore });
    owner = await ownOwner([fra, fra2, sgp]);
    const one = await joined(room);
    owner.script = ({ toNodeId }) => (toNodeId === sgp.id ? 'never' : undefined);
    await move(one.sessionId, { toNodeId: sgp.id });
    await until('it was asked', () => owner.orders.length > 0 || undefined);
    sgp.close();
    await failed(one.sessionId, 'NODE_LOST');
    expect(chargesOf(sgp.id)).toEqual([]);
  });

  test('no owner: it waits for one', async () => {
    owner = await ownOwner([fra, fra2]);
    const one = await joined(room);
    owner.close();
    await until('the lease is free', () => (centre.centre.ownership.known(room)?.expiresInMs ?? 0) <= 0 || undefined);
    await move(one.sessionId, { toNodeId: other(one.nodeId) });
    await failed(one.sessionId, 'ROOM_OWNER_LOST');
  });

  test('a node that never shows the session: such a move is not counted as moved', async () => {
    const one = await joined(room);
    const target = other(one.nodeId);
    vi.spyOn(owner, 'take').mockResolvedValue({});
    const answers = vi.spyOn(centre.links(), 'move').mock.settledResults;
    await move(one.sessionId, { toNodeId: target });
    await until('the owner has answered', () => answers[0]?.type === 'fulfilled' || undefined);
    clock.skip(SHOWN_MS);
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'unseen' });
    expect(chargesOf(target)).toEqual([]);
  });
});

describe('a drain', () => {
  test('of a node whose process is to end: it says so itself, its sessions move, and another process of it is open again', async () => {
    const leaving = await node({ id: 'sfu-leaving', ...frankfurt });
    owner = await ownOwner([fra, fra2, leaving]);
    for (const { id } of [fra, fra2]) await admin(centre, 'POST', `/v1/nodes/${id}/cordon`);
    const one = await joined(room);
    expect(one.nodeId).toBe(leaving.id);
    for (const { id } of [fra, fra2]) await admin(centre, 'POST', `/v1/nodes/${id}/uncordon`);
    leaving.agent.leave('its process is to end');
    await until('it is empty', () => leaving.sessionIds().length === 0 || undefined);
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'moved', fromNodeId: leaving.id });
    const shown = async () => {
      const { body } = await admin(centre, 'GET', '/v1/fleet');
      return body.nodes.find(({ nodeId }: { nodeId: string }) => nodeId === leaving.id);
    };
    expect(await shown()).toMatchObject({ isLeaving: true, drainReason: null, state: 'draining', drain: { moved: 1 } });
    leaving.close();
    await node({ id: leaving.id, incarnation: 'inc-2', ...frankfurt });
    await until('it is open', async () => ((await shown()).state === 'alive' ? true : undefined));
    expect(await shown()).toMatchObject({ isLeaving: false, drainReason: null });
  });

  test('moves sessions away, the smallest rooms first, one of a room at a time; new ones go elsewhere', async () => {
    const big = await Promise.all(Array.from({ length: 6 }, () => owner.join('t/big')));
    const small = await Promise.all(['t/a', 't/b', 't/c'].map((roomKey) => owner.join(roomKey)));
    const all = [...big, ...small];
    const busiest = fra.sessionIds().length >= fra2.sessionIds().length ? fra : fra2;
    const away = all.filter(({ sessionId }) => owner.where(sessionId)[0] === busiest.id);
    await until(
      'all are seen',
      () => all.every((one) => centre.centre.moves.nodeOf(one.sessionId, one.roomKey)) || undefined,
    );
    await admin(centre, 'POST', `/v1/nodes/${busiest.id}/drain`, { body: { on: true, reason: 'kernel' } });
    await until('it is empty', () => busiest.sessionIds().length === 0 || undefined);
    for (const { sessionId } of all) expect(owner.where(sessionId)).toEqual([other(busiest.id)]);
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
    const over = await until('the drain shows its end', async () => {
      const shown = await progress();
      return shown?.moving === 0 && shown.sessionsLeft === 0 ? shown : undefined;
    });
    expect(over).toMatchObject({ sessionsAtStart: away.length, moved: away.length, retrying: 0 });
    expect((await owner.join('t/new')).nodeId).toBe(other(busiest.id));
  });

  test('moves a session that was moved just now, and one that waits for a better place', async () => {
    const one = await joined(room);
    await move(one.sessionId, { toNodeId: other(one.nodeId) });
    await ended(one.sessionId);
    const better = { lane: 'delay', reason: 'nearer', toNodeIds: [one.nodeId] } as const;
    const { sessionId } = one;
    expect(centre.centre.moves.request({ sessionId, roomKey: room, ...better })).toBe('queued');
    expect(await waiting(sessionId)).toMatchObject({ lane: 'delay' });
    await admin(centre, 'POST', `/v1/nodes/${other(one.nodeId)}/drain`, { body: { on: true } });
    const last = await until('the drain has moved it', async () => {
      const { ended: list } = (await moves()) as { ended: { sessionId: string; lane: string; outcome: string }[] };
      return list.find((over) => over.sessionId === sessionId && over.lane.startsWith('drain '));
    });
    expect(last).toMatchObject({ lane: `drain ${other(one.nodeId)}`, outcome: 'moved' });
    expect(owner.where(sessionId)).toEqual([one.nodeId]);
  });

  test('two at once share what may run, and end both', async () => {
    const third = await node({ id: 'sfu-fra-3', ...frankfurt });
    owner = await ownOwner([fra, fra2, third]);
    const all = await Promise.all(Array.from({ length: 24 }, (_, index) => owner.join(`t/${index % 8}`)));
    await until(
      'all are seen',
      () => all.every((one) => centre.centre.moves.nodeOf(one.sessionId, one.roomKey)) || undefined,
    );
    for (const { id } of [fra, fra2]) await admin(centre, 'POST', `/v1/nodes/${id}/drain`, { body: { on: true } });
    await until('both are empty', () => fra.sessionIds().length + fra2.sessionIds().length === 0 || undefined);
    for (const { sessionId } of all) expect(owner.where(sessionId)).toEqual([third.id]);
    expect(owner.open.roomsTwice).toBe(0);
    centre.centre.moves.queue.validate();
  });

  test('that is lifted moves no further session, and an uncordon lifts it', async () => {
    const one = await joined(room);
    owner.script = () => 'NODE_UNREACHABLE';
    await admin(centre, 'POST', `/v1/nodes/${one.nodeId}/drain`, { body: { on: true } });
    await failed(one.sessionId, 'NODE_UNREACHABLE');
    const lifted = await admin(centre, 'POST', `/v1/nodes/${one.nodeId}/uncordon`);
    expect(lifted).toMatchObject({ status: 200, body: { cordoned: false, draining: false, told: true } });
    await until('nothing waits', async () => (await waiting(one.sessionId)) === undefined || undefined);
    expect(owner.where(one.sessionId)).toEqual([one.nodeId]);
  });
});

describe('a cordon', () => {
  test('lets no new session in and moves none', async () => {
    const one = await joined(room);
    const shut = await admin(centre, 'POST', `/v1/nodes/${one.nodeId}/cordon`, { body: { reason: 'rack' } });
    expect(shut).toMatchObject({ status: 200, body: { cordoned: true } });
    for (let count = 0; count < 5; count += 1) expect((await owner.join(room)).nodeId).toBe(other(one.nodeId));
    const { body } = await admin(centre, 'GET', '/v1/fleet');
    const shown = body.nodes.find(({ nodeId }: { nodeId: string }) => nodeId === one.nodeId);
    expect(shown).toMatchObject({ cordonReason: 'rack', drain: null, drainReason: null, state: 'draining' });
    expect(owner.orders).toEqual([]);
    expect(owner.where(one.sessionId)).toEqual([one.nodeId]);
    await admin(centre, 'POST', `/v1/nodes/${one.nodeId}/uncordon`);
    await until('it takes people again', async () => (await owner.join(room)).nodeId === one.nodeId || undefined);
  });

  test('without a body gives no reason; a move without one goes where placement says', async () => {
    const one = await joined(room);
    expect(await admin(centre, 'POST', `/v1/nodes/${one.nodeId}/cordon`)).toMatchObject({ status: 200 });
    expect(centre.centre.fleet.get(one.nodeId)?.cordonReason).toBe('asked for by an administrator');
    expect(await admin(centre, 'POST', `/v1/sessions/${one.sessionId}/move`)).toMatchObject({ status: 202 });
    expect(await ended(one.sessionId)).toMatchObject({ outcome: 'moved', toNodeId: other(one.nodeId) });
  });

  test.each(['cordon', 'uncordon'])('%s of a node that is not there is NOT_FOUND', async (what) => {
    const body = what === 'cordon' ? { body: {} } : {};
    const answer = await admin(centre, 'POST', `/v1/nodes/sfu-none/${what}`, body);
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
