// A decision's story as the api shows it: what the centre leaves empty is left out.
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { DecisionStory } from '../../../src/console/schemas.ts';
import { shownStory } from '../../../src/console/shown.ts';

const part = { name: 'access', score: 95, weight: 0.68, reason: '20 ms' };

it('a candidate has points, a refused host has its filter; a story without a move or a refusal has none of their words', () => {
  const story = shownStory({
    decisionId: 'DE_1',
    madeWallMs: 0,
    mode: 'normal',
    place: 'Frankfurt',
    placeSource: 'dbip-city',
    radiusKm: 25,
    why: 'nearest_refused',
    candidates: 1,
    refused: 2,
    chosen: { hostId: 'host-b', nodeId: 'b', site: 'eu/B', rttMs: 30, total: 96.2, parts: [part], toMembersMs: 0 },
    nearest: {
      hostId: 'host-a',
      nodeId: 'a',
      site: 'eu/A',
      rttMs: 20,
      toMembersMs: -1,
      refusedBy: 'alive',
      refusedWhy: 'dead',
    },
    lines: ['Chosen: b on host host-b.'],
  });
  expect(story).toMatchObject({ madeAt: '1970-01-01T00:00:00.000Z', why: 'nearest_refused' });
  expect(story.chosen).toMatchObject({ total: 96.2, parts: [part], toMembersMs: 0 });
  expect(story.nearest).toMatchObject({ refusedBy: 'alive', refusedWhy: 'dead', parts: [] });
  for (const left of ['degraded', 'moveFromNodeId', 'moveReason', 'code']) expect(story).not.toHaveProperty(left);
  for (const left of ['total', 'toMembersMs']) expect(story.nearest).not.toHaveProperty(left);
  expect(story.chosen).not.toHaveProperty('refusedBy');
  expect(Value.Check(DecisionStory, story)).toBe(true);
});

it('a refusal has its code, a move from where and why; an empty message is a story all the same', () => {
  expect(
    shownStory({ code: 'NO_NODE', moveFromNodeId: 'old', moveReason: 'by hand', degraded: 'panic' }),
  ).toMatchObject({
    code: 'NO_NODE',
    moveFromNodeId: 'old',
    moveReason: 'by hand',
    degraded: 'panic',
  });
  expect(Value.Check(DecisionStory, shownStory({}))).toBe(true);
});
