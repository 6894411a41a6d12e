import { type AgentPorts, NodeAgent, note } from '@meridian/protocol';
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
const read = ([bytes]: readonly Uint8Array[]) => note.plan.message.decode(bytes as Uint8Array);

describe('the bytes of a plan', () => {
  test('of a large fleet come in parts that fit into frames, and the agent applies them with the last', async () => {
    const address = { purpose: 'pipe', protocol: 'udp', ip: '2001:db8::1', port: 41_000, announced: 'x'.repeat(40) };
    for (let index = 0; index < 4000; index += 1) {
      const addresses = [address, address, address];
      centre.register({ description: description({ nodeId: `n${index}`, addresses }), rooms: [], load: noLoad });
    }
    const parts = plans.of(media('a'), 0);
    expect(parts.map((part) => note.plan.message.decode(part).more)).toEqual([true, true, false]);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(1024 * 1024);
    const applied: (readonly string[])[] = [];
    let take: (part: Uint8Array) => void = () => undefined;
    const agent = new NodeAgent({
      describe: () => ({ nodeId: 'a', kind: 'sfu', incarnation: 'i' }),
      load: () => ({}),
      rooms: () => [],
      authorities: () => [],
      onPlan: ({ nodes }) => applied.push(nodes.map(({ nodeId }) => nodeId ?? '')),
      onDrain: () => undefined,
      every: () => ({ cancel: () => undefined }),
    } as AgentPorts);
    agent.attach({
      request: async () => new Uint8Array(),
      send: () => true,
      onRequest: () => undefined,
      onMessage: (type, handler) => {
        if (type === note.plan.number) take = handler;
      },
    });
    // The link breaks after the first part, and the plan is sent again.
    for (const part of [...parts.slice(0, 1), ...parts]) take(part);
    expect(applied.map(({ length }) => length)).toEqual([4002]);
    const held = centre.fleet.planVersion;
    await centre.drain('n7', 'to be repaired');
    for (const part of plans.of(media('a'), held)) take(part);
    expect(applied.map(({ length }) => length)).toEqual([4002, 4002]);
  });

  test('are the same for all nodes that hold the same version', () => {
    const whole = plans.of(media('a'), 0);
    expect(plans.of(media('b'), 0)).toBe(whole);
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
