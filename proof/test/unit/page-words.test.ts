// The page has texts for the centre's reasons of a decision, in both languages; a new rule needs a new text.
import { expect, test } from 'vitest';
import { texts } from '../../../product/web/src/core/messages/texts.ts';
import { messageOfRefusal, nameOfPart } from '../../../product/web/src/core/options.ts';
import { messageOfReason } from '../../../product/web/src/core/reasons.ts';
import { drawsOf } from '../../../scheduler/src/base/core/draws.ts';
import { sessionExplanationOf } from '../../../scheduler/src/placing/core/explain.ts';
import { place } from '../../../scheduler/src/placing/core/place.ts';
import { policy } from '../../../scheduler/src/placing/core/policy.ts';
import { node, singapore, view, want } from '../../../scheduler/test/unit/fixtures.ts';

const { filters, lastFilters, degradedFilters, scores } = policy;

test('every rule that excludes a node has words of its own, and no other rule has', () => {
  const rules = [...new Set([...filters, ...lastFilters, ...degradedFilters].map(({ name }) => name))];
  expect(rules.map((rule) => messageOfRefusal(rule).key)).toEqual(rules.map((rule) => `refused.${rule}`));
  const held = Object.keys(texts.en).filter((key) => key.startsWith('refused.') && key !== 'refused.other');
  expect(held.sort()).toEqual(rules.map((rule) => `refused.${rule}`).sort());
});

test('every part of the score has a name', () => {
  expect(scores.map(({ rule }) => nameOfPart(rule.name))).toEqual(scores.map(({ rule }) => `part.${rule.name}`));
});

const sgp = { hostId: 'host-sgp', region: 'ap', city: 'singapore', ...singapore };
const nodes = [node({ nodeId: 'fra' }), node({ nodeId: 'sgp', ...sgp })];
const members = [{ hostId: 'host-fra', sessions: 2, accessRttMs: 12 }];

test.each([
  { name: 'an empty room', seen: view(nodes, { from: singapore }) },
  { name: 'a room of two', seen: view(nodes, { from: singapore, holders: ['fra'], members }) },
  {
    name: 'a client with timings',
    seen: view(nodes, { from: singapore, holders: ['fra'], members, timed: { singapore: 9 } }),
  },
  { name: 'a client near the room', seen: view(nodes, { holders: ['fra'], members }) },
])('the page can parse every reason about $name, chosen or not', ({ seen }) => {
  for (const move of [undefined, { fromNodeId: 'fra', toNodeIds: [], reason: 'try' }]) {
    const request = want({ location: singapore, ...(move === undefined ? {} : { move }) });
    const record = {
      decisionId: 'DE_words',
      madeAtWallMs: 0,
      seed: 7,
      signalingId: 'sig-fra',
      waited: '',
      view: seen,
      want: request,
      decision: place(seen, request, policy, drawsOf(7)),
      location: { ...singapore, radiusKm: 25, source: 'dbip-city', label: 'Singapore', countryCode: 'SG' },
      locationReason: 'the address is known to dbip-city',
    };
    const explanation = sessionExplanationOf(record, policy);
    expect(explanation.scores).toHaveLength(2);
    const parts = explanation.scores.flatMap((row) => row.parts.map((part) => `${part.name}: ${part.reason}`));
    const unread = [...explanation.reasons, ...parts].filter((reason) => messageOfReason(reason) === undefined);
    expect(unread).toEqual([]);
    expect(explanation.reasons.map((reason) => messageOfReason(reason)?.key).includes('why.movedOther')).toBe(
      move !== undefined,
    );
  }
});
