// Cases that the judge of the fault simulator must find, and cases that it must not report: each in its smallest form,
// in a whole world without other events. docs/design/fault-simulator.md lists the rules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from '@meridian/protocol';
import { seededRng } from '@meridian/runtime';
import { afterEach, expect, test, vi } from 'vitest';
import type { Centre } from '../../../scheduler/src/centre/centre.ts';
import { Ledger } from '../../../scheduler/src/placing/core/ledger.ts';
import { unknownClientAt } from '../../../scheduler/src/placing/core/unknown-client.ts';
import { SCAN_MS } from '../../sim/faults/judge.ts';
import type { MediaNode } from '../../sim/faults/media-node.ts';
import { Person } from '../../sim/faults/people.ts';
import { REAPED_MS, REPORTED_MS, ruleNames, UNHARMED_MS } from '../../sim/faults/rules/judged-world.ts';
import { runUntil } from '../../sim/faults/run-seed.ts';
import { type Size, smallSize } from '../../sim/faults/size.ts';
import { World } from '../../sim/faults/world.ts';

/** Time for the nodes to register and to report once; the only person of this world comes after every test. */
const READY_MS = 6000;
/** Time after which a centre counts as knowing all its decisions. */
const REMEMBERED_MS = 13_000;
const quietSize: Size = { ...smallSize, peopleMin: 1, joinsUntilMs: 1501, stayMsMax: 1 };
const roomKey = 't/judged';
const sessionId = 'PA_judged';
const signalingId = 'sig-eu-0';

afterEach(() => void vi.restoreAllMocks());

test('the page lists exactly the rules', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/design/fault-simulator.md'), 'utf8');
  const rules = page.slice(page.indexOf('\n## Rules'), page.indexOf('\n## Other suites')).replaceAll('\n  ', ' ');
  const listed = [...rules.matchAll(/^- \*\*([^*]+)\*\*/gm)].flatMap(([, names = '']) => names.split(', '));
  expect(listed.sort()).toEqual([...ruleNames].sort());
});

async function readyWorld(): Promise<{ world: World; centre: Centre; node: MediaNode }> {
  const world = new World({ seed: 'judge', size: quietSize });
  world.clock.every(SCAN_MS, () => world.judge.scan());
  await runUntil(world, READY_MS);
  const { centre } = world;
  const node = world.nodes.get('sfu-us-1');
  if (centre === undefined || node === undefined) throw new Error('the world has a centre and this node');
  expect(world.judge.violation).toBeUndefined();
  return { world, centre, node };
}

function chargeSession({ world, centre, node }: Awaited<ReturnType<typeof readyWorld>>, decisionId: string): void {
  const { nodeId } = node.spec;
  const expiresAtMs = world.centreNowMs + limits.decisionConfirmMs;
  centre.ledger.assume({ decisionId, nodeId, roomKey, sessionId, expiresAtMs });
}

const attach = ({ node }: { node: MediaNode }, decisionId: string, isMoving = false) =>
  node.held.attach(signalingId, {
    roomKey,
    ownerId: signalingId,
    epoch: 1,
    sessionId,
    decisionId,
    adopt: false,
    isMoving,
  });
const detach = ({ node }: { node: MediaNode }) =>
  node.held.detach(signalingId, { roomKey, sessionId }, 0, () => undefined);
const seat = (world: World, who: { sessionId: string; nodeId: string }): void => {
  const index = world.crowd.people.length;
  const person = new Person({ index, roomKey, city: 'chicago', rng: seededRng(who.sessionId) });
  world.crowd.people.push(Object.assign(person, { ...who, signalingId, wantsSession: true }));
};
const reportDecisions = (
  { centre, node }: { centre: Centre; node: MediaNode },
  ids: string[],
  sessionIds: string[] = [],
) =>
  centre.ledger.reported(node.spec.nodeId, {
    decisions: new Map(ids.map((id) => [id, roomKey])),
    sessionIds: new Set(sessionIds),
    confirmedDecisionIds: [],
  });

test('the first charge of a session that left a node and moves in again may be released, since it has another', async () => {
  const all = await readyWorld();
  chargeSession(all, 'DE_1');
  attach(all, 'DE_1');
  reportDecisions(all, ['DE_1']);
  detach(all);
  chargeSession(all, 'DE_2');
  attach(all, 'DE_2', true);
  // The report was sent before the person returned.
  expect(reportDecisions(all, []).released).toHaveLength(1);
  expect(all.world.judge.violation).toBeUndefined();
});

test.each([
  { session: 'whose decision the node holds', decisionId: 'DE_1' },
  { session: 'that a signaling node has placed without a decision', decisionId: '' },
])('the charge of a session $session may not be released', async ({ decisionId }) => {
  const all = await readyWorld();
  chargeSession(all, 'DE_1');
  attach(all, decisionId);
  reportDecisions(all, [], [sessionId]);
  expect(reportDecisions(all, []).released).toHaveLength(1);
  expect(all.world.judge.violation?.rule).toBe('no-live-session-reaped');
});

test('a charge that a node has confirmed is released only by its report while the session lives', async () => {
  vi.spyOn(Ledger.prototype, 'release').mockImplementation(function (this: Ledger, decisionId) {
    return this.get(decisionId);
  });
  const all = await readyWorld();
  chargeSession(all, 'DE_1');
  attach(all, 'DE_1');
  reportDecisions(all, ['DE_1']);
  all.centre.placing.takeBack('DE_1');
  expect(all.world.judge.violation?.rule).toBe('no-live-session-reaped');
});

test('a session that is charged twice stays charged until the next report, however late', async () => {
  const all = await readyWorld();
  const { world, centre, node } = all;
  attach(all, '');
  await runUntil(world, READY_MS + REPORTED_MS);
  expect(centre.fleet.get(node.spec.nodeId)?.rooms.has(roomKey)).toBe(true);
  // Longer than two reports take, and too short for the node to count as dead.
  node.reports = 'lost';
  chargeSession(all, 'DE_1');
  await runUntil(world, READY_MS + 2 * REPORTED_MS + 500);
  expect(centre.fleet.get(node.spec.nodeId)?.rooms.has(roomKey)).toBe(true);
  expect(centre.ledger.get('DE_1')?.state).toBe('assumed');
  expect(world.judge.violation).toBeUndefined();
});

test('a session that is charged twice is a violation after the next report', async () => {
  const all = await readyWorld();
  vi.spyOn(all.centre.ledger, 'reported').mockReturnValue({ confirmed: [], released: [], isWhole: true });
  attach(all, '');
  chargeSession(all, 'DE_1');
  await runUntil(all.world, READY_MS + REPORTED_MS);
  expect(all.world.judge.violation).toMatchObject({ rule: 'charged-once' });
});

test('a charge that a report has removed from the list is found, whatever else comes or leaves there', async () => {
  const all = await readyWorld();
  attach(all, 'DE_1');
  await runUntil(all.world, READY_MS + REPORTED_MS);
  expect(all.centre.ledger.get('DE_1')?.state).toBe('confirmed');
  vi.spyOn(all.centre.ledger, 'reported').mockReturnValue({ confirmed: [], released: [], isWhole: true });
  detach(all);
  await runUntil(all.world, READY_MS + 2 * REPORTED_MS + REAPED_MS);
  expect(all.world.judge.violation).toMatchObject({ rule: 'charges-end' });
});

test('a living session that is missing on the list is found when a report removes it', async () => {
  const all = await readyWorld();
  const { nodeId } = all.node.spec;
  attach(all, 'DE_1');
  await runUntil(all.world, READY_MS + 2 * REPORTED_MS);
  const { report } = all.centre.fleet;
  vi.spyOn(all.centre.fleet, 'report').mockImplementation((id, said, nowMs) =>
    report.call(all.centre.fleet, id, id === nodeId ? { ...said, roomsGone: [roomKey] } : said, nowMs),
  );
  vi.spyOn(all.centre.ledger, 'reported').mockReturnValue({ confirmed: [], released: [], isWhole: true });
  await runUntil(all.world, READY_MS + 4 * REPORTED_MS);
  expect(all.world.judge.violation).toMatchObject({ rule: 'no-live-session-reaped' });
});

/** Leaves one seat free at the node, with every session known to the centre. */
async function nearlyFull(): Promise<Awaited<ReturnType<typeof readyWorld>>> {
  const all = await readyWorld();
  const { world, node } = all;
  const { nodeId, sessionsMax } = node.spec;
  for (let index = 1; index < sessionsMax; index += 1) {
    const of = { roomKey, ownerId: signalingId, epoch: 1, adopt: false, sessionId: `PA_${index}` };
    node.held.attach(signalingId, { ...of, decisionId: `DE_${index}` });
    seat(world, { sessionId: of.sessionId, nodeId });
  }
  await runUntil(world, REMEMBERED_MS);
  expect(world.memoryIsWhole()).toBe(true);
  return all;
}
function fill({ centre, node: { spec } }: Awaited<ReturnType<typeof readyWorld>>): void {
  const client = unknownClientAt(centre.fleet.get('sfu-us-4')?.description, 'PA_other', roomKey);
  const move = { fromNodeId: 'sfu-us-4', toNodeIds: [spec.nodeId], reason: 'test' };
  const { decision } = centre.placing.decideMove({ client, move, avoidNodeIds: [] });
  expect(decision).toMatchObject({ ok: true, nodeId: spec.nodeId });
}

test.each([
  { what: 'whose move has failed needs no seat at the target', goesTo: undefined, rule: undefined },
  { what: 'that moves to a node needs a seat there', goesTo: 'sfu-us-1', rule: 'within-capacity' },
])('a session $what', async ({ goesTo, rule }) => {
  const all = await nearlyFull();
  const { world } = all;
  seat(world, { sessionId, nodeId: 'sfu-us-4' });
  const signalingNode = world.signalingNodes.get(signalingId);
  if (signalingNode === undefined) throw new Error('the world has this signaling node');
  vi.spyOn(signalingNode.moves, 'otherNodeOf').mockReturnValue(goesTo);
  // The move returned its charge; the signaling node's message is on its way to the node, and no report has named the
  // session.
  attach(all, 'DE_failed', true);
  fill(all);
  expect(world.judge.violation?.rule).toBe(rule);
});

test.each([
  { what: 'whose charge was taken back and that the node let in later', takenBack: true, rule: undefined },
  { what: 'that is at the node and was never charged', takenBack: false, rule: 'within-capacity' },
])('a session $what: $rule', async ({ takenBack, rule }) => {
  const all = await nearlyFull();
  seat(all.world, { sessionId, nodeId: '' });
  if (takenBack) {
    chargeSession(all, 'DE_late');
    all.centre.placing.takeBack('DE_late');
  }
  attach(all, 'DE_late');
  fill(all);
  expect(all.world.judge.violation?.rule).toBe(rule);
});

test.each([
  { what: 'whose store has lost it', isLost: true, rule: undefined },
  { what: 'whose store is whole', isLost: false, rule: 'within-capacity' },
])('a session under a decision that a new centre does not know, $what: $rule', async ({ isLost, rule }) => {
  const all = await nearlyFull();
  const { world } = all;
  if (isLost) world.store.empty();
  world.killCentre();
  world.startCentre();
  await runUntil(world, REMEMBERED_MS + READY_MS);
  const { centre } = world;
  if (centre === undefined) throw new Error('the centre is back');
  expect(world.memoryIsWhole()).toBe(!isLost);
  seat(world, { sessionId, nodeId: '' });
  attach(all, 'DE_before');
  fill({ ...all, centre });
  expect(world.judge.violation?.rule).toBe(rule);
  expect(world.judge.placed.judged).toBe(world.judge.placed.count);
});

/** Seats a person at the node, through a stub of a signaling node. */
async function worldWithPerson() {
  const all = await readyWorld();
  const { world, node } = all;
  attach(all, 'DE_1');
  seat(world, { sessionId, nodeId: node.spec.nodeId });
  const person = world.crowd.people.at(-1);
  const signalingNode = world.signalingNodes.get(signalingId);
  if (person === undefined || signalingNode === undefined) throw new Error('the world has both');
  person.nodeIncarnation = node.incarnation;
  return { ...all, person, signalingNode };
}
const cutOff = ({ world, node }: Awaited<ReturnType<typeof readyWorld>>, to: string): void => {
  const cut = { from: new Set([node.process.machineId]), to: new Set([to]), direction: 'both' } as const;
  world.cut(cut);
  world.heal(cut);
};

test.each<{ after: string; rule?: string; harm(all: Awaited<ReturnType<typeof worldWithPerson>>): void }>([
  { after: 'nothing', rule: 'healthy-stay', harm: () => undefined },
  { after: 'lost reports', rule: 'healthy-stay', harm: ({ node }) => Object.assign(node, { reports: 'lost' }) },
  { after: 'a cut between node and centre', rule: 'healthy-stay', harm: (all) => cutOff(all, 'centre') },
  { after: 'the end of the centre', rule: 'healthy-stay', harm: ({ world }) => world.killCentre() },
  { after: 'a cut from the signaling node', harm: (all) => cutOff(all, `host-${signalingId}`) },
  {
    after: 'a stop',
    harm: ({ world, node }) => {
      world.pause(node.process);
      world.resume(node.process);
    },
  },
  { after: 'an end', harm: ({ world, node }) => world.crash(node.spec.nodeId, true) },
  {
    after: 'a new start',
    harm: ({ world, node }) => {
      world.crash(node.spec.nodeId, true);
      world.start(node.spec);
    },
  },
  { after: 'an order of an administrator', harm: ({ world, node }) => world.deny(node.spec.nodeId, true) },
])('a person who must rejoin after $after: $rule', async ({ harm, rule }) => {
  const all = await worldWithPerson();
  const { world, person, signalingNode } = all;
  await runUntil(world, READY_MS + UNHARMED_MS); // the start of the node is long ago
  harm(all);
  signalingNode.enter(person);
  expect(world.rejoined).toBe(1);
  expect(world.judge.violation?.rule).toBe(rule);
});

test.each([
  { what: 'that the store has forgotten', isLost: true, rule: undefined },
  { what: 'that is in the store', isLost: false, rule: 'healthy-stay' },
])('a person who must rejoin at a node that was admitted again by an order $what: $rule', async ({ isLost, rule }) => {
  const { world, node, person, signalingNode } = await worldWithPerson();
  world.deny(node.spec.nodeId, true);
  await runUntil(world, READY_MS + REPORTED_MS);
  world.deny(node.spec.nodeId, false);
  await runUntil(world, READY_MS + REPORTED_MS + 500);
  if (isLost) world.store.loseLastWrites(1000);
  world.killCentre();
  world.startCentre();
  await runUntil(world, 2 * READY_MS + REPORTED_MS + UNHARMED_MS);
  expect(world.centre?.denied.has(node.spec.nodeId)).toBe(isLost);
  signalingNode.enter(person);
  expect(world.judge.violation?.rule).toBe(rule);
});

test('a person whose signaling node dies resumes through another one, and need not rejoin', async () => {
  const { world, person, signalingNode } = await worldWithPerson();
  signalingNode.people.add(person);
  world.crash(signalingId, true);
  await runUntil(world, READY_MS + UNHARMED_MS);
  expect([world.rejoined, person.sessionId, world.judge.violation]).toEqual([0, sessionId, undefined]);
  expect(person.signalingId).not.toBe(signalingId);
});

test.each([
  { what: 'were carried over meanwhile', hasMoved: true, rejoined: 0 },
  { what: 'live there', hasMoved: false, rejoined: 1 },
])(
  'a person whose old node does not take them back must rejoin if they $what: $rejoined',
  async ({ hasMoved, rejoined }) => {
    const all = await worldWithPerson();
    const { world, person, signalingNode } = all;
    detach(all);
    signalingNode.resume(person);
    const otherNode = world.nodes.get('sfu-us-4');
    if (otherNode === undefined) throw new Error('the world has this node');
    if (hasMoved) Object.assign(person, { nodeId: otherNode.spec.nodeId, nodeIncarnation: otherNode.incarnation });
    await runUntil(world, READY_MS + 2000);
    expect(world.rejoined).toBe(rejoined);
  },
);

/** Moves these people for the delay of their room, in sequence, each `laterMs` after the last. */
async function movesForDelay(people: readonly string[], o: { laterMs: number; between?(world: World): void }) {
  const { world } = await readyWorld();
  for (const one of new Set(people)) seat(world, { sessionId: one, nodeId: 'sfu-us-1' });
  for (const [index, one] of people.entries()) {
    if (index > 0) o.between?.(world);
    await runUntil(world, READY_MS + 2000 * (index + 1));
    if (index > 0 && world.centreProcess !== undefined) world.centreProcess.skewMs += o.laterMs;
    if (world.centre === undefined) throw new Error('the centre is back');
    world.centre.moves.request({ sessionId: one, roomKey, lane: 'delay', reason: 'test', toNodeIds: [] });
  }
  return world.judge.violation?.rule;
}
const newLeader = (world: World): void => {
  world.killCentre();
  world.startCentre();
};
/** Allowed distance of a new leader's wall clock behind the old one's, in ms. */
const SKEW_MS = 2000;

test.each<{ what: string; people: string[]; laterMs: number; between?(world: World): void; rule?: string }>([
  { what: 'two people at once', people: ['PA_a', 'PA_b'], laterMs: 0, rule: 'room-rests' },
  { what: 'a person after a minute', people: ['PA_a', 'PA_b'], laterMs: 60_000 },
  {
    what: 'two people, one of them by a new leader,',
    people: ['PA_a', 'PA_b'],
    laterMs: 0,
    between: newLeader,
    rule: 'room-rests',
  },
  {
    what: 'a person by a new leader, after a minute,',
    people: ['PA_a', 'PA_b'],
    laterMs: 60_000 + SKEW_MS,
    between: newLeader,
  },
  {
    what: 'a person by a new leader, whose store has lost it,',
    people: ['PA_a', 'PA_b'],
    laterMs: 0,
    between: (world) => {
      world.store.empty();
      newLeader(world);
    },
  },
  { what: 'one person four times', people: Array(4).fill('PA_a'), laterMs: 61_000 },
  { what: 'one person five times', people: Array(5).fill('PA_a'), laterMs: 61_000, rule: 'few-moves-each' },
  { what: 'one person five times in more than an hour', people: Array(5).fill('PA_a'), laterMs: 1_000_000 },
])('a room that moves $what: $rule', async ({ people, laterMs, between, rule }) => {
  expect(await movesForDelay(people, { laterMs, ...(between === undefined ? {} : { between }) })).toBe(rule);
});

test.each([
  { what: 'was empty', isEmptied: true, rule: undefined },
  { what: 'was never empty', isEmptied: false, rule: 'room-rests' },
])('a room that the centre forgets begins anew only if it $what', async ({ isEmptied, rule }) => {
  const { world, centre } = await readyWorld();
  const move = (): void =>
    void centre.moves.request({ sessionId, roomKey, lane: 'delay', reason: 'test', toNodeIds: [] });
  seat(world, { sessionId, nodeId: 'sfu-us-1' });
  const person = world.crowd.people.at(-1);
  move();
  if (person !== undefined) person.wantsSession = !isEmptied;
  await runUntil(world, READY_MS + 2 * REPORTED_MS);
  if (person !== undefined) person.wantsSession = true;
  centre.rooms.drop(roomKey);
  move();
  expect(world.judge.violation?.rule).toBe(rule);
});

test("moves by an administrator do not count as moves for a room's delay", async () => {
  const { world, centre } = await readyWorld();
  for (const one of ['PA_a', 'PA_b']) {
    seat(world, { sessionId: one, nodeId: 'sfu-us-1' });
    centre.moves.request({ sessionId: one, roomKey, lane: 'admin', reason: 'test', toNodeIds: [] });
  }
  expect(world.judge.violation).toBeUndefined();
});

/** Time for the old node's release, its message, and two scans. */
const LET_GO_MS = 14_000;

test.each<{ what: string; rule?: string; begin?(all: Awaited<ReturnType<typeof readyWorld>>): void }>([
  { what: 'without a person ends at once when no fault separates the nodes', rule: 'second-homes-end' },
  {
    what: 'without a person ends at once without a centre too',
    rule: 'second-homes-end',
    begin: ({ world }) => world.killCentre(),
  },
  { what: 'without a person may wait for a lease after a cut', begin: (all) => cutOff(all, `host-${signalingId}`) },
  { what: 'without a person may wait for a lease after lost links', begin: ({ world, node }) => world.harmed(node) },
  {
    what: 'without a person is not ended by a signaling node that has restarted',
    begin: ({ world }) => {
      const spec = world.signalingNodes.get(signalingId)?.spec;
      world.crash(signalingId, true);
      if (spec !== undefined) world.start(spec);
    },
  },
  {
    what: 'without a person waits as an orphan when its signaling node restarted long before',
    begin: ({ node }) => {
      const held = node.held.held(roomKey, sessionId);
      if (held !== undefined) held.orphanedAtMs = 0;
    },
  },
  {
    what: 'that a person moves to may take as long as a move',
    begin: ({ world, node }) => {
      const moves = world.signalingNodes.get(signalingId)?.moves;
      if (moves !== undefined) vi.spyOn(moves, 'targetOf').mockReturnValue(node.spec.nodeId);
    },
  },
  {
    what: 'of a seated person stays',
    begin: ({ world, node }) => seat(world, { sessionId, nodeId: node.spec.nodeId }),
  },
])('a home $what: $rule', async ({ begin, rule }) => {
  const all = await readyWorld();
  const { world } = all;
  const sinceMs = READY_MS + UNHARMED_MS;
  await runUntil(world, sinceMs);
  attach(all, '');
  begin?.(all);
  await runUntil(world, sinceMs + LET_GO_MS - SCAN_MS);
  expect(world.judge.violation).toBeUndefined();
  await runUntil(world, sinceMs + LET_GO_MS + 3 * SCAN_MS + 2000);
  expect(world.judge.violation?.rule).toBe(rule);
});

/** Time until a node misses a machine without power, and a scan. */
const MISSED_MS = 5000;

test('a home whose signaling node died unheard, and restarted before it was missed, ends as an orphan', async () => {
  const all = await readyWorld();
  const { world, node } = all;
  const dial = () =>
    world.signalingNodes.get(signalingId)?.nodes.ask(node.spec.nodeId, 'named', new Set(), () => undefined);
  dial();
  await runUntil(world, READY_MS + UNHARMED_MS);
  attach(all, '');
  const spec = world.signalingNodes.get(signalingId)?.spec;
  world.crash(signalingId, false);
  if (spec !== undefined) world.start(spec);
  dial();
  await runUntil(world, READY_MS + UNHARMED_MS + MISSED_MS);
  expect(node.held.held(roomKey, sessionId)?.orphanedAtMs).toBeDefined();
  await runUntil(world, READY_MS + UNHARMED_MS + MISSED_MS + limits.orphanSessionMs);
  expect([node.holdsSession(roomKey, sessionId), world.judge.violation]).toEqual([false, undefined]);
});
