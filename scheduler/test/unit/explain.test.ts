import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { drawsOf } from '../../src/base/core/draws.ts';
import { DecisionIds } from '../../src/placing/core/decision-ids.ts';
import { DecisionLog, type DecisionRecord } from '../../src/placing/core/decision-log.ts';
import { briefReasonsOf, explain, sessionExplanationOf } from '../../src/placing/core/explain.ts';
import { place } from '../../src/placing/core/place.ts';
import { policy } from '../../src/placing/core/policy.ts';
import type { NodeView } from '../../src/placing/core/view.ts';
import { node, singapore, view, want } from './fixtures.ts';

const seed = 7;
const sgp = { region: 'ap', city: 'singapore', ...singapore };

function decided(nodes: NodeView[], holders: string[], freshShare = 1): DecisionRecord {
  const members = holders.length === 0 ? [] : [{ hostId: 'host-sfu-fra-1', sessions: 2, accessRttMs: 12 }];
  const seen = view(nodes, { holders, freshShare, members, from: singapore });
  const request = want({ location: singapore });
  return {
    decisionId: 'DE_golden',
    madeAtWallMs: 0,
    seed,
    view: seen,
    want: request,
    decision: place(seen, request, policy, drawsOf(seed)),
    location: { ...singapore, radiusKm: 25, source: 'dbip-city', label: 'Singapore', countryCode: 'SG' },
    locationReason: 'the address is known to dbip-city',
    signalingId: 'sig-fra',
    waited: '',
  };
}

/** A room in Frankfurt, with a participant that is moved to Singapore by hand. */
function moved(): DecisionRecord {
  const record = decided(
    [node({ nodeId: 'sfu-fra-1' }), node({ nodeId: 'sfu-sgp-1', hostId: 'sgp-a', ...sgp })],
    ['sfu-fra-1'],
  );
  const move = { fromNodeId: 'sfu-fra-1', toNodeIds: ['sfu-sgp-1'], reason: 'try' };
  const request = want({ location: singapore, move });
  return { ...record, want: request, decision: place(record.view, request, policy, drawsOf(seed)) };
}

const records = {
  'a room in Frankfurt, a client in Singapore': decided(
    [
      node({ nodeId: 'sfu-fra-1', sessionsSeen: 12 }),
      node({ nodeId: 'sfu-sgp-1', hostId: 'sgp-a', ...sgp, sessionsSeen: 40, sessionsAssumed: 3 }),
      node({ nodeId: 'sfu-sgp-2', hostId: 'sgp-b', ...sgp, sessionsSeen: 70, sessionsAssumed: 1 }),
      node({ nodeId: 'sfu-sgp-3', hostId: 'sgp-b', ...sgp, sessionsSeen: 100 }),
      node({ nodeId: 'sfu-sgp-4', hostId: 'sgp-c', ...sgp, distrust: 'claimed load 0, digest 9, list 9' }),
    ],
    ['sfu-fra-1'],
  ),
  'no node left': decided([node({ nodeId: 'a', liveness: 'dead' }), node({ nodeId: 'b', load: { cpu: 0.93 } })], []),
  panic: decided([node({ nodeId: 'a', liveness: 'suspect' }), node({ nodeId: 'b', liveness: 'suspect' })], [], 0),
  'a move by hand': moved(),
};

test('explanations match the golden file (UPDATE_GOLDEN=1 rewrites it, for review as prose)', () => {
  const file = new URL('./golden/explanations.txt', import.meta.url);
  const text = Object.entries(records)
    .map(([name, record]) => {
      const { lines, isReproduced } = explain(record, policy);
      const { reasons } = sessionExplanationOf(record, policy);
      const brief = briefReasonsOf(record, policy);
      expect(isReproduced).toBe(true);
      const texts = [...lines, '', 'reasons for the asking side:', ...reasons, '', 'in the answer:', ...brief, ''];
      return [`# ${name}`, ...texts].join('\n');
    })
    .join('\n');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
});

test('a client that a drain moves sees that its node is drained, and not the operator’s reason', () => {
  const record = records['a room in Frankfurt, a client in Singapore'];
  const reason = 'sfu-fra-1 is drained: disk of customer ACME\nis failing';
  const move = { fromNodeId: 'sfu-fra-1', toNodeIds: [], reason, told: 'sfu-fra-1 is drained' };
  const moved = { ...record, want: { ...record.want, move } };
  expect(briefReasonsOf(moved, policy)).toContain('moved from sfu-fra-1: sfu-fra-1 is drained');
  expect(JSON.stringify(sessionExplanationOf(moved, policy).reasons)).not.toContain('ACME');
  expect(explain(moved, policy).lines.join('\n')).toContain('ACME');
});

test('a decision whose stored inputs give another result is reported as not reproduced', () => {
  const record = records['a room in Frankfurt, a client in Singapore'];
  const changed = { ...record, want: { ...record.want, avoidNodeIds: ['sfu-sgp-1'] } };
  expect(explain(changed, policy).isReproduced).toBe(false);
});

test('the log keeps the last decisions and drops the oldest', () => {
  const log = new DecisionLog({ kept: 2 });
  const ids = new DecisionIds('DE_12345678');
  const [one, two, three] = [ids.next(), ids.next(), ids.next()];
  for (const decisionId of [one, two, three]) log.add({ ...records['no node left'], decisionId });
  expect([log.size, log.get(one), log.get(three)?.decisionId]).toEqual([2, undefined, three]);
  expect([log.askerOf(two), log.askerOf(one), log.askerOf('DE_')]).toEqual(['sig-fra', undefined, undefined]);
});
