import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { type JudgeState, judge, noState, type RuleInForce } from '../../../src/alarms/core/judge.ts';
import type { AlarmFacts } from '../../../src/alarms/core/rule.ts';
import { alarmRules } from '../../../src/alarms/core/rules/index.ts';
import type { FleetNode, HostLink } from '../../../src/console/core/fleet.ts';
import { type CapacitySample, capacityTrend } from '../../../src/history/core/capacity.ts';
import { UsualRtt, worstRtts } from '../../../src/history/core/site-rtt.ts';
import type { CapacityTrend, FleetTrends } from '../../../src/history/core/trends.ts';
import { facts, link, node, strength } from './facts.ts';

const deadState = { state: 'dead', silentMs: 9000 };
const good = facts([node('a'), node('b')]);
const lost = facts([node('a', deadState), node('b')]);
const { cloud: _, ...rest } = good;
const centreAway: AlarmFacts = { ...rest, isCentreReachable: false };

/** Judges each of the facts, 5 s apart. Returns beginnings and ends of alarms with the number of their facts. */
function judgedLooks(
  factsOfLooks: readonly AlarmFacts[],
  rules: readonly RuleInForce[] = alarmRules,
  from: JudgeState = noState,
) {
  let state = from;
  const transitions: string[] = [];
  for (const [at, one] of factsOfLooks.entries()) {
    const judged = judge(state, one, rules, state.atMs + 5000);
    state = judged.state;
    for (const { kind, entry } of judged.transitions)
      transitions.push(`${at} ${kind} ${entry.rule} ${entry.subject}${entry.alarm > 1 ? ` #${entry.alarm}` : ''}`);
  }
  return { state, said: transitions };
}
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('an alarm', () => {
  it('fires once, after its subject has been bad for long enough', () => {
    expect(judgedLooks(times(20, lost)).said).toEqual(['1 fired node-lost a']);
  });

  it('does not fire if its subject recovers before that', () => {
    expect(judgedLooks([lost, good, lost, good, good]).said).toEqual([]);
    expect(judgedLooks([lost, good]).state.entries).toEqual({});
  });

  it('ends after its subject has been good for long enough; an earlier fault belongs to the same alarm', () => {
    const flapping = [...times(3, lost), ...times(5, good), ...times(2, lost), ...times(14, good)];
    expect(judgedLooks(flapping).said).toEqual(['1 fired node-lost a', '22 cleared node-lost a']);
    expect(judgedLooks([...flapping, ...times(2, lost)]).said.at(-1)).toBe('25 fired node-lost a #2');
  });

  it('ends when its subject is gone', () => {
    expect(judgedLooks([...times(2, lost), ...times(14, facts([node('b')]))]).said).toEqual([
      '1 fired node-lost a',
      '14 cleared node-lost a',
    ]);
  });

  it.each([
    ['pending', [lost, ...times(2, centreAway), lost], ['3 fired node-lost a']],
    [
      'firing',
      [lost, lost, ...times(100, centreAway)],
      ['1 fired node-lost a', '5 fired centre-unreachable centre #2'],
    ],
    [
      'clearing',
      [lost, lost, ...times(6, good), ...times(2, centreAway), ...times(7, good)],
      ['1 fired node-lost a', '16 cleared node-lost a'],
    ],
  ])('stays %s, and its time stands still, while facts are missing', (__, seen, said) => {
    expect(judgedLooks(seen).said).toEqual(said);
  });

  it('continues from the state that another judge has stored', () => {
    const { state } = judgedLooks([lost]);
    expect(judgedLooks([lost], alarmRules, JSON.parse(JSON.stringify(state))).said).toEqual(['0 fired node-lost a']);
  });

  it('of a disabled rule ends at once, and none begins', () => {
    const off = alarmRules.map((rule) => ({ ...rule, isOff: rule.id === 'node-lost' }));
    const { state } = judgedLooks(times(2, lost));
    expect(judgedLooks(times(5, lost), off, state).said).toEqual(['0 cleared node-lost a']);
  });
});

describe('a cause', () => {
  const causeOf = (state: JudgeState) =>
    Object.fromEntries(Object.entries(state.entries).map(([key, { inhibitedBy }]) => [key, inhibitedBy]));

  it('that is a lost host inhibits alarms of its nodes, and of no others', () => {
    const h = { ...deadState, hostId: 'h' };
    const { state } = judgedLooks(times(3, facts([node('a', h), node('b', h), node('c', deadState), node('d')])));
    expect(causeOf(state)).toEqual({
      'host-lost h': '',
      'node-lost a': 'host-lost h',
      'node-lost b': 'host-lost h',
      'node-lost c': '',
    });
  });

  it('that is a lost host inhibits alarms of its links, even if they fired before', () => {
    const sgp = { region: 'ap', city: 'Singapore' };
    const links = [link('host-a', 'h', { lossSlow: 0.5 })];
    const before = facts([node('a'), node('b', { ...sgp, hostId: 'h' }), node('c', { ...sgp, hostId: 'h' })], {
      links,
    });
    const h = { ...sgp, ...deadState, hostId: 'h' };
    const { state } = judgedLooks([
      ...times(9, before),
      ...times(2, facts([node('a'), node('b', h), node('c', h)], { links })),
    ]);
    expect(causeOf(state)).toMatchObject({ 'link-loss ap/Singapore - eu/Frankfurt': 'host-lost h' });
  });

  it('that is many late deliveries inhibits the rule of one late delivery, in its region only', () => {
    const lateDeliveries = (region: string, late: number) => ({ region, open: 10, late, oldestLateMs: 60_000 });
    const { state } = judgedLooks(
      times(9, facts([node('a')], { deliveries: [lateDeliveries('eu', 5), lateDeliveries('ap', 1)] })),
    );
    expect(causeOf(state)).toEqual({
      'deliveries-late-many eu': '',
      'deliveries-late eu': 'deliveries-late-many eu',
      'deliveries-late ap': '',
    });
  });

  it('that is a full disk inhibits the forecast of the same node only', () => {
    const disk = (freeBytes: number) => ({ disk: { bytes: 100e9, freeBytes } });
    const { state } = judgedLooks(times(14, facts([node('a', disk(1e9)), node('b', disk(15e9))])));
    expect(causeOf(state)).toEqual({ 'disk-full a': '', 'disk a': 'disk-full a', 'disk b': '' });
  });

  it('that is a lost region inhibits alarms of its hosts and nodes', () => {
    const ap = { ...deadState, region: 'ap', city: 'Singapore' };
    const { state } = judgedLooks(times(3, facts([node('a', ap), node('b', ap), node('c')])));
    expect(causeOf(state)).toEqual({
      'region-lost ap': '',
      'node-lost a': 'region-lost ap',
      'node-lost b': 'region-lost ap',
    });
  });

  it('that is a full region inhibits its own forecast, and no other', () => {
    const trend = { share: 0.9, fullInMs: 60_000 };
    const capacity = new Map(['eu', 'ap'].map((region) => [region, trend]));
    const trends = { usualRttMs: new Map(), memory: new Map(), capacity };
    const { state } = judgedLooks(times(80, facts([node('a', { sessions: 90 })], { trends })));
    expect(causeOf(state)).toEqual({
      'capacity eu': '',
      'capacity-forecast eu': 'capacity eu',
      'capacity-forecast ap': '',
    });
  });

  it('that is an unreachable centre inhibits all alarms that depend on it', () => {
    const slow = { webhooks: { oldestDueMs: 200_000 } };
    const { state } = judgedLooks([...times(8, { ...lost, ...slow }), ...times(8, { ...centreAway, ...slow })]);
    expect(causeOf(state)).toEqual({
      'centre-unreachable centre': '',
      'node-lost a': 'centre-unreachable centre',
      'webhook-backlog webhooks': '',
    });
  });
});

it('24 hours of usual noise fire no alarm', () => {
  const rng = seededRng('24 hours of noise');
  const rttRng = rng.fork('rtt');
  const cities = ['Frankfurt', 'London', 'Singapore'];
  const ids = Array.from({ length: 6 }, (__, at) => at);
  const usual = new UsualRtt();
  const sampled = new Map<string, CapacitySample[]>();
  let capacity: ReadonlyMap<string, CapacityTrend> = new Map();
  /** Follows the history: delays of each look, trends every five minutes. */
  const trendsOf = (nodes: readonly FleetNode[], links: readonly HostLink[], at: number): FleetTrends => {
    usual.addSample(worstRtts(nodes, links), at * 5000);
    if (at % 60 === 0) {
      for (const { region, sessions } of nodes) {
        const sample = { atMs: at * 5000, sessions, openSessions: sessions, openMax: 100 };
        sampled.set(region, [...(sampled.get(region) ?? []).slice(-12), sample]);
      }
      capacity = new Map(
        [...sampled].flatMap(([region, some]) => {
          const trend = capacityTrend(some);
          return trend === undefined ? [] : [[region, trend]];
        }),
      );
    }
    return { usualRttMs: usual.usualMs, memory: new Map(), capacity };
  };
  const noisy = (at: number): AlarmFacts => {
    const nodes = ids.map((id) =>
      node(`n${id}`, {
        region: `r${id % 3}`,
        city: cities[id % 3] as string,
        // About one judgement in three hundred sees a late report.
        ...(rng.next() < 0.003 && { state: 'suspect', silentMs: 1500 + 1000 * rng.next() }),
        sessions: Math.round(45 + 20 * Math.sin((at / 17_280) * 2 * Math.PI) + 5 * rng.next()),
        clockOffsetMs: (rng.next() - 0.5) * 40 - (rng.next() < 0.01 ? 800 * rng.next() : 0),
      }),
    );
    const strengths = new Map(
      nodes.map(({ nodeId }) => [nodeId, strength({ strong: 40, weak: Math.floor(6 * rng.next()) })]),
    );
    const links = ids.map((id) =>
      // A burst of loss hits the few probes of one judgement.
      link(`host-n${id}`, `host-n${(id + 1) % 6}`, {
        lossSlow: rng.next() < 0.01 ? 0.2 * rng.next() : 0.004 * rng.next(),
        rttMs: (20 + 40 * (id % 3)) * (1 + 0.2 * rttRng.next()) + (rttRng.next() < 0.01 ? 400 * rttRng.next() : 0),
      }),
    );
    const trends = trendsOf(nodes, links, at);
    return facts(nodes, { links, strengths, trends, webhooks: { oldestDueMs: 3000 * rng.next() } });
  };
  let state = noState;
  const fired: string[] = [];
  for (let at = 0; at < 17_280; at += 1) {
    const judged = judge(state, noisy(at), alarmRules, state.atMs + 5000);
    state = judged.state;
    fired.push(...judged.transitions.map(({ key }) => key));
  }
  expect(fired).toEqual([]);
});
