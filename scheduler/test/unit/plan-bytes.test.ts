import { note } from '@meridian/protocol';
import { ManualClock } from '@meridian/runtime';
import { beforeEach, describe, expect, test } from 'vitest';
import { PlanBytes } from '../../src/adapters/links/plan-bytes.ts';
import type { Centre } from '../../src/centre/centre.ts';
import type { Terms } from '../../src/leading/terms.ts';
import { centreAt } from './centre-at.ts';
import { description, noLoad } from './fixtures.ts';

let centre: Centre;
let terms: { centre: Centre; epoch: number };
let plans: PlanBytes;
beforeEach(() => {
  centre = centreAt(new ManualClock());
  for (const nodeId of ['a', 'b']) centre.register({ description: description({ nodeId }), rooms: [], load: noLoad });
  terms = { centre, epoch: 1 };
  plans = new PlanBytes(terms as unknown as Terms);
});

const media = (id: string) => ({ id, kind: 'sfu' });
const signaling = (id: string) => ({ id, kind: 'signaling' });
const read = (bytes: Uint8Array) => note.plan.message.decode(bytes);

describe('the bytes of a plan', () => {
  test('are the same for all nodes that hold the same version', () => {
    const whole = plans.of(media('a'), 0);
    expect(plans.of(media('b'), 0)).toBe(whole);
    expect(plans.of({ id: 'p', kind: 'edge-probe' }, 0)).toBe(whole);
    expect(read(whole).nodes.map(({ nodeId }) => nodeId)).toEqual(['a', 'b']);
  });

  test('are others for signaling nodes, for another version held, and after a change', async () => {
    const whole = plans.of(media('a'), 0);
    const held = centre.fleet.planVersion;
    expect(plans.of(signaling('s'), 0)).not.toBe(whole);
    expect(plans.of(signaling('t'), 0)).toBe(plans.of(signaling('s'), 0));
    expect(plans.of(media('a'), 0)).toBe(whole);
    await centre.drain('a', 'to be repaired');
    expect(read(plans.of(media('a'), 0)).nodes.map(({ state }) => state)).toContain('draining');
    expect(read(plans.of(media('a'), held))).toMatchObject({ since: held, nodes: [{ nodeId: 'a' }] });
    const version = centre.fleet.planVersion;
    terms.epoch = 2;
    expect(read(plans.of(media('a'), 0))).toMatchObject({ version, centreEpoch: 2 });
  });
});
