// The index and the decision together, on a real fleet and ledger: the proposed hosts, and the chosen one.
import { seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { drawsOf } from '../../src/base/core/draws.ts';
import { Fleet } from '../../src/fleet/core/fleet.ts';
import { type Belief, orderedBelief } from '../../src/locating/core/ingress/index.ts';
import { DecisionIds } from '../../src/placing/core/decision-ids.ts';
import { DecisionLog, type DecisionRecord } from '../../src/placing/core/decision-log.ts';
import { explain } from '../../src/placing/core/explain.ts';
import { Ledger } from '../../src/placing/core/ledger.ts';
import { BUSY_UTILISATION, NEARLY_AS_NEAR_MS } from '../../src/placing/core/near.ts';
import { place } from '../../src/placing/core/place.ts';
import { PlacementIndex } from '../../src/placing/core/placement-index.ts';
import { policy } from '../../src/placing/core/policy.ts';
import { propose } from '../../src/placing/core/propose.ts';
import { SLOW_START_MS } from '../../src/placing/core/slow-start.ts';
import { SESSIONS_EXPECTED, YoungRooms } from '../../src/placing/core/young-rooms.ts';
import { description, noLoad, report, rolls, room, want } from './fixtures.ts';

const settledMs = 2 * SLOW_START_MS;
const pad = (index: number | string): string => String(index).padStart(2, '0');

/** Hosts per site, a node each, named n0, n1, … through all sites; sites are `apartMs` of path apart, in a row. */
function cluster(perSite: readonly number[], o: { apartMs?: number } = {}) {
  const fleet = new Fleet();
  const ledger = new Ledger();
  const young = new YoungRooms();
  const siteOf: number[] = [];
  for (const [site, count] of perSite.entries()) {
    for (let index = 0; index < count; index += 1) {
      const name = pad(siteOf.length);
      const node = { nodeId: `n${name}`, hostId: `h${name}`, city: `s${site}`, longitude: site };
      fleet.register({ description: description(node), rooms: [], load: noLoad }, 0);
      siteOf.push(site);
    }
  }
  const apart = (a: string, b: string) =>
    Math.abs((siteOf[Number(a.slice(1))] ?? 0) - (siteOf[Number(b.slice(1))] ?? 0));
  const delays = {
    version: 1,
    delayMs: (a: string, b: string) => (o.apartMs ?? 50) * apart(a, b),
    rttMs: (a: string, b: string) => 2 * (o.apartMs ?? 50) * apart(a, b),
  };
  const placementIndex = new PlacementIndex({ fleet, ledger, young, delays });
  placementIndex.refresh(settledMs);
  const use = (nodeId: string, share: number): void => {
    const sessions = Math.round(share * 100);
    fleet.report(nodeId, report({ load: { sessions }, sessionCount: sessions }), settledMs);
  };
  const propositionFor = (belief: Belief, o2: { members?: readonly { host: number; accessRttMs: number }[] } = {}) => {
    const members = (o2.members ?? []).map(({ host, accessRttMs }) => ({
      hostId: `h${pad(host)}`,
      sessions: 1,
      accessRttMs,
    }));
    const holders = members.map(({ hostId }) => hostId.replace('h', 'n'));
    const seen = { holders, routerVersion: undefined, members };
    return { placementIndex, belief, room: seen, want: want(), policy, version: 1, nowMs: settledMs };
  };
  return { fleet, ledger, young, placementIndex, use, propositionFor };
}

function beliefOf(rttMs: readonly number[], timed: readonly number[]): Belief {
  const meanMs = Float64Array.from(rttMs);
  const byMean = (a: number, b: number): number => (meanMs[a] ?? 0) - (meanMs[b] ?? 0);
  const sites = [...rttMs.keys()];
  const order = [
    ...sites.filter((s) => timed.includes(s)).sort(byMean),
    ...sites.filter((s) => !timed.includes(s)).sort(byMean),
  ];
  return { meanMs, sdMs: new Float64Array(rttMs.length).fill(5), floorMs: meanMs, order, timed: new Set(timed) };
}

describe('the first host', () => {
  const pick = (
    rttMs: readonly number[],
    options: {
      used?: Record<number, number>;
      closed?: number[];
      timed?: number[];
      members?: { host: number; accessRttMs: number }[];
    },
  ) => {
    const { fleet, use, propositionFor } = cluster([2, 2, 2]);
    for (const [host, share] of Object.entries(options.used ?? {})) use(`n${pad(host)}`, share);
    for (const host of options.closed ?? []) fleet.drain(`n${pad(host)}`, 'test');
    const proposition = propositionFor(beliefOf(rttMs, options.timed ?? [0, 1, 2]), options);
    proposition.placementIndex.refresh(settledMs);
    const view = propose(proposition, rolls(0));
    const decision = place(view, proposition.want, policy, rolls(0, 0));
    return decision.ok ? Number(decision.nodeId.slice(1)) : undefined;
  };

  test.each([
    { name: 'none, without an open host', rtt: [9, 9, 9], options: { closed: [0, 1, 2, 3, 4, 5] }, expect: undefined },
    { name: 'the nearest', rtt: [30, 9, 60], options: {}, expect: 2 },
    { name: 'the next nearest when that site is closed', rtt: [30, 9, 60], options: { closed: [2, 3] }, expect: 0 },
    { name: 'of a timed site, although a guess is lower', rtt: [30, 9, 60], options: { timed: [0] }, expect: 0 },
    {
      name: 'the nearest by guesses when no open site was timed',
      rtt: [30, 9, 60],
      options: { timed: [1], closed: [2, 3] },
      expect: 0,
    },
    { name: 'the less used host of its site', rtt: [30, 9, 60], options: { used: { 2: 0.4, 3: 0.3 } }, expect: 3 },
    {
      name: 'the host of the room, though more used',
      rtt: [30, 9, 60],
      options: { used: { 3: 0.4 }, members: [{ host: 3, accessRttMs: 9 }] },
      expect: 3,
    },
    {
      name: 'another host than the room’s when that is busy',
      rtt: [30, 9, 60],
      options: { used: { 3: BUSY_UTILISATION }, members: [{ host: 3, accessRttMs: 9 }] },
      expect: 2,
    },
    {
      name: 'a host of a busy site when the next site is too far',
      rtt: [30, 9, 60],
      options: { used: { 2: 0.8, 3: 0.8 } },
      expect: 2,
    },
    {
      name: 'a host nearly as near, instead of a busy host',
      rtt: [9 + NEARLY_AS_NEAR_MS, 9, 60],
      options: { used: { 2: 0.8, 3: 0.8 } },
      expect: 0,
    },
    {
      name: "nearly as near, for the room's sake",
      rtt: [9 + NEARLY_AS_NEAR_MS, 9, 60],
      options: { members: [{ host: 0, accessRttMs: 9 }] },
      expect: 0,
    },
    {
      name: "not farther than that, for the room's sake",
      rtt: [9.1 + NEARLY_AS_NEAR_MS, 9, 60],
      options: { members: [{ host: 0, accessRttMs: 9 }] },
      expect: 2,
    },
  ])('$name', (row) => expect(pick(row.rtt, row.options)).toBe(row.expect));
});

describe('a proposal', () => {
  const ids = (
    perSite: readonly number[],
    belief: Belief,
    roll = 0,
    o: Parameters<ReturnType<typeof cluster>['propositionFor']>[1] = {},
  ) => propose(cluster(perSite).propositionFor(belief, o), rolls(roll)).approaches.map(({ host }) => host.hostId);

  test('is empty for an empty fleet', () => expect(ids([], beliefOf([], []))).toEqual([]));

  test('has timed sites first, then guesses by their mean, and three hosts beyond the near sites', () => {
    expect(ids([1, 1, 1, 1, 1, 1, 1], beliefOf([10, 90, 20, 30, 40, 50, 60], [1]))).toEqual([
      'h01',
      'h00',
      'h02',
      'h03',
    ]);
    expect(ids([1, 1, 1, 1, 1, 1, 1], beliefOf([10, 20, 30, 40, 50, 60, 70], [0]))).toEqual([
      'h00',
      'h01',
      'h02',
      'h03',
    ]);
  });

  test('has four hosts of a large site from a random start, the holder of the room first, and eight hosts in all', () => {
    const belief = beliefOf([10, 12, 14], []);
    expect(ids([20, 20, 20], belief, 0)).toEqual(['h00', 'h01', 'h02', 'h03', 'h20', 'h21', 'h22', 'h23']);
    expect(ids([20, 20, 20], belief, 0.95).slice(0, 4)).toEqual(['h19', 'h00', 'h01', 'h02']);
    expect(ids([20, 20, 20], belief, 0, { members: [{ host: 7, accessRttMs: 5 }] }).slice(0, 4)).toEqual([
      'h07',
      'h00',
      'h01',
      'h02',
    ]);
  });

  test('has the opener’s host first, however far, and then the host of a room in mode single', () => {
    const belief = beliefOf([10, 12, 90], []);
    const at = (
      hostId: string,
      o: { mode?: 'single'; onHost?: boolean } = {},
      members: { host: number; accessRttMs: number }[] = [],
    ) => {
      const proposition = cluster([20, 20, 20]).propositionFor(belief, { members });
      const { mode = 'relay' as const, onHost = false } = o;
      const request = { ...proposition.want, mode, opener: { nodeId: 'gw-1', hostId, onHost } };
      return propose({ ...proposition, want: request }, rolls(0)).approaches.map(({ host }) => host.hostId);
    };
    expect(at('h47').slice(0, 5)).toEqual(['h47', 'h40', 'h41', 'h42', 'h00']);
    expect(at('h07').slice(0, 5)).toEqual(['h07', 'h00', 'h01', 'h02', 'h20']);
    expect(at('h99').slice(0, 2)).toEqual(['h00', 'h01']);
    const far = [{ host: 45, accessRttMs: 5 }];
    expect(at('h07', { mode: 'single' }, far).slice(0, 5)).toEqual(['h07', 'h00', 'h01', 'h02', 'h45']);
    // All other hosts refuse the session, and a few of them are kept for the explanation.
    expect(at('h47', { onHost: true })[0]).toBe('h47');
    expect(at('h47', { onHost: true })).toHaveLength(1 + policy.rejectedHostsMax);
  });

  test('passes over closed hosts and keeps a few of them for the explanation', () => {
    const { fleet, propositionFor } = cluster([30, 1]);
    for (let index = 0; index < 30; index += 1) fleet.drain(`n${pad(index)}`, 'test');
    const proposition = propositionFor(beliefOf([10, 80], []));
    proposition.placementIndex.refresh(settledMs);
    const { approaches } = propose(proposition, rolls(0));
    expect(approaches.map(({ host }) => host.hostId)).toEqual([
      'h00',
      'h01',
      'h02',
      'h03',
      'h04',
      'h05',
      'h06',
      'h07',
      'h30',
    ]);
  });

  test('has the delays to the members by the paths in use, with an SFU at each end', () => {
    const { propositionFor } = cluster([2, 1]);
    const view = propose(propositionFor(beliefOf([10, 12], []), { members: [{ host: 0, accessRttMs: 5 }] }), rolls(0));
    expect(view.approaches.map(({ host, toMembersMs }) => [host.hostId, ...toMembersMs])).toEqual([
      ['h00', 1],
      ['h01', 2.5],
      ['h02', 52],
    ]);
  });
});

describe('the placement index', () => {
  test('shows charges at once in the live view of a node, and makes a new view after the node’s next report', () => {
    const { placementIndex, fleet, ledger, young } = cluster([2]);
    const [a, b] = placementIndex.sites[0]?.hosts ?? [];
    if (a === undefined || b === undefined) throw new Error('two hosts');
    const before = [placementIndex.view(a), placementIndex.view(b)];
    expect(placementIndex.view(a)).toBe(before[0]);
    ledger.assume({ decisionId: 'd', nodeId: 'n00', roomKey: 't/r', sessionId: 's', expiresAtMs: 9 });
    young.placed('t/r', 'n00', true, 0);
    expect(placementIndex.view(a).nodes[0]).toMatchObject({
      sessionsAssumed: 1,
      sessionsExpected: SESSIONS_EXPECTED - 1,
    });
    expect(placementIndex.view(b)).toBe(before[1]);
    const [first] = placementIndex.view(a).nodes;
    fleet.report('n00', report({ load: { sessions: 7 }, sessionCount: 7 }), settledMs);
    expect(placementIndex.view(a).nodes[0]).toMatchObject({
      sessionsSeen: 7,
      sessionsAssumed: 1,
      sessionsExpected: SESSIONS_EXPECTED - 1,
    });
    expect(first).toMatchObject({ sessionsSeen: 0 });
    ledger.release('d');
    expect(placementIndex.view(a).nodes[0]).toMatchObject({ sessionsAssumed: 0 });
  });

  test('holds media nodes only, puts each host at one site, and counts only linked nodes as fresh', () => {
    const fleet = new Fleet();
    const placementIndex = new PlacementIndex({ fleet, ledger: new Ledger(), young: new YoungRooms() });
    placementIndex.refresh(settledMs);
    expect(placementIndex.freshShare).toBe(1);
    const register = (nodeId: string, nowMs: number, o = {}) =>
      fleet.register({ description: description({ nodeId, hostId: 'h', ...o }), rooms: [], load: noLoad }, nowMs);
    register('n01', 4000);
    register('n02', 0, { city: 'elsewhere' });
    register('n03', 0, { hostId: 'h03' });
    register('n04', 0, { hostId: 'h04' });
    register('sig', 4000, { kind: 'signaling' });
    fleet.linkDown('n04');
    fleet.tick(4000);
    placementIndex.refresh(settledMs);
    expect(placementIndex.freshShare).toBeCloseTo(1 / 3, 9);
    expect(placementIndex.sites.map(({ key, hosts }) => [key, hosts.map(({ hostId }) => hostId)])).toEqual([
      ['eu/frankfurt', ['h', 'h03', 'h04']],
    ]);
  });
});

test('a stored view gives the same decision again, for 300 random clusters', () => {
  for (let round = 0; round < 300; round += 1) {
    const rng = seededRng(`round ${round}`);
    const { fleet, placementIndex, use, propositionFor } = cluster(
      Array.from({ length: 1 + rng.int(12) }, () => 1 + rng.int(9)),
    );
    for (const { description: node } of fleet.list()) {
      if (rng.int(6) === 0) fleet.drain(node.nodeId, 'test');
      else use(node.nodeId, rng.next() * 1.1);
    }
    placementIndex.refresh(settledMs);
    const timed = placementIndex.sites
      .map((_, site) => ({ site, rttMs: 5 + rng.int(200) }))
      .filter(() => rng.int(3) === 0);
    const place0 = { latitude: 50, longitude: rng.int(12), radiusKm: 0 };
    const hosts = fleet.list().length;
    const members = Array.from({ length: rng.int(4) }, () => ({ host: rng.int(hosts), accessRttMs: rng.int(60) }));
    const proposition = propositionFor(orderedBelief(placementIndex.map, place0, timed), { members });
    const view = propose(proposition, () => rng.next());
    const seed = rng.int(2 ** 32);
    const first = place(view, proposition.want, policy, drawsOf(seed));
    for (const { description: node } of fleet.list()) use(node.nodeId, rng.next()); // the stored view does not move
    expect(place(view, proposition.want, policy, drawsOf(seed)), `round ${round}`).toEqual(first);
  }
});

test('the log explains a decision by its stored view, whatever was charged and reported since', () => {
  const seed = `log ${process.env['SEED'] ?? Date.now()}`;
  const rng = seededRng(seed);
  const { ledger, young, use, propositionFor } = cluster([3, 2, 4, 1]);
  const log = new DecisionLog({ kept: 50 });
  const ids = new DecisionIds('DE_logtest1');
  const seen = new Map<string, DecisionRecord>();
  for (let round = 0; round < 120; round += 1) {
    const members = round % 3 === 0 ? [{ host: rng.int(10), accessRttMs: rng.int(50) }] : [];
    const belief = beliefOf(
      [0, 1, 2, 3].map(() => 5 + rng.int(60)),
      rng.int(2) === 0 ? [] : [rng.int(4)],
    );
    const proposition = { ...propositionFor(belief, { members }), version: round };
    const view = propose(proposition, () => rng.next());
    const made = rng.int(2 ** 32);
    const move = { fromNodeId: 'n00', toNodeIds: [], reason: 'drain' };
    const asked = round % 5 === 0 ? { ...proposition.want, move } : proposition.want;
    const record: DecisionRecord = {
      decisionId: ids.next(),
      madeAtWallMs: round,
      seed: made,
      view,
      want: asked,
      decision: place(view, asked, policy, drawsOf(made)),
      location: { ...asked.location, radiusKm: 3, source: 'city', label: 'x', countryCode: '' },
      locationReason: 'why',
      signalingId: 'sig',
      waited: '',
    };
    log.add(record);
    seen.set(record.decisionId, structuredClone(record));
    const { decision, decisionId } = record;
    if (decision.ok) {
      const { nodeId } = decision;
      ledger.assume({ decisionId, nodeId, roomKey: 't/r', sessionId: decisionId, expiresAtMs: 1e9 });
      young.placed(`t/${round}`, nodeId, true, 0);
    }
    if (round % 2 === 0) use(`n${pad(rng.int(10))}`, rng.next());
  }
  const kept = [...seen.keys()].slice(-50);
  expect(log.size).toBe(50);
  for (const [decisionId, was] of seen) {
    const found = log.get(decisionId);
    expect(found, seed).toEqual(kept.includes(decisionId) ? was : undefined);
    if (found !== undefined) expect(explain(found, policy).isReproduced, seed).toBe(true);
  }
});

test('1,000 joins in 30 s on reports 10 s old, with one new empty host: no host over the limit, loads within 1.3 of their mean', () => {
  const { fleet, ledger, young, placementIndex, use, propositionFor } = cluster([8]);
  for (let index = 0; index < 7; index += 1) use(`n${pad(index)}`, 0.1);
  fleet.register(
    { description: description({ nodeId: 'new', hostId: 'new', city: 's0' }), rooms: [], load: noLoad },
    settledMs,
  );
  const sessionsMax = 400;
  for (const { description: node } of fleet.list()) Object.assign(node.capacity, { sessions: sessionsMax });
  const draw = drawsOf(1);
  const belief = beliefOf([10], []);
  for (let join = 0; join < 1000; join += 1) {
    const nowMs = settledMs + join * 30;
    placementIndex.refresh(settledMs);
    const proposition = { ...propositionFor(belief), nowMs };
    const view = propose(proposition, draw);
    const decision = place(view, proposition.want, policy, draw);
    if (!decision.ok) throw new Error(decision.code);
    const roomKey = `t/r${join % 200}`;
    ledger.assume({
      decisionId: `d${join}`,
      nodeId: decision.nodeId,
      roomKey,
      sessionId: `s${join}`,
      expiresAtMs: 1e9,
    });
    young.placed(roomKey, decision.nodeId, join < 200, nowMs);
    // The new node reports itself; the others' reports stay 10 s old, so only charges show their load.
    if (join % 33 === 0) {
      const sessionIds = ledger.list('new').map(({ sessionId }) => sessionId);
      fleet.report('new', report({ roomsChanged: [room('t/x', sessionIds)], sessionCount: sessionIds.length }), nowMs);
      ledger.reported('new', { decisions: new Map(), sessionIds: new Set(sessionIds), confirmedDecisionIds: [] });
    }
  }
  const nowMs = settledMs + 30_000;
  const loads = fleet.list().map((record) => {
    const sessions = ledger.list(record.description.nodeId).length + record.load.sessions;
    const weight = record.description.nodeId === 'new' ? (nowMs - settledMs) / SLOW_START_MS : 1;
    expect(sessions).toBeLessThanOrEqual(sessionsMax * weight);
    return sessions / weight;
  });
  const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
  expect(Math.max(...loads) / mean).toBeLessThanOrEqual(1.3);
});
