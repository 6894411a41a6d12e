import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
let nodes: FakeNode[] = [];

async function start(wish: ConstructorParameters<typeof FakeNode>[0]): Promise<FakeNode> {
  const node = await FakeNode.start(centre, wish);
  nodes.push(node);
  return node;
}

beforeEach(async () => {
  centre = await startCentre({ developmentCities: true });
  nodes = [];
});
afterEach(async () => {
  for (const node of nodes) node.close();
  await centre.close();
});

describe('a centre with a media node and a door in each of two regions', () => {
  let doorFra: FakeNode;
  let doorSgp: FakeNode;

  beforeEach(async () => {
    await start({ id: 'sfu-fra-1', ...frankfurt });
    await start({ id: 'sfu-sgp-1', ...singapore });
    doorFra = await start({ id: 'sig-fra', kind: 'signaling', ...frankfurt });
    doorSgp = await start({ id: 'sig-sgp', kind: 'signaling', ...singapore });
  });

  test('places each client at the node nearest to the city it names, whoever asks', async () => {
    const a = await doorFra.place({ fromCity: 'frankfurt' });
    const b = await doorSgp.place({ fromCity: 'singapore' });
    const c = await doorFra.place({ fromCity: 'singapore' });
    expect([a.nodeId, b.nodeId, c.nodeId]).toEqual(['sfu-fra-1', 'sfu-sgp-1', 'sfu-sgp-1']);
    expect([a.ok, a.mode, a.location?.source, a.location?.label]).toEqual([true, 'normal', 'city', 'Frankfurt']);
  });

  test('gives every node the plan with all nodes and the pair of media nodes', async () => {
    const plan = await until('a plan of four nodes', () => doorFra.plans.find((found) => found.nodes.length === 4));
    expect(plan.nodes.map((node) => `${node.nodeId} ${node.state}`).sort()).toEqual([
      'sfu-fra-1 alive',
      'sfu-sgp-1 alive',
      'sig-fra alive',
      'sig-sgp alive',
    ]);
    expect(plan.paths.map(({ a, b, via, aIp, bIp }) => ({ a, b, via, aIp, bIp }))).toEqual([
      { a: 'sfu-fra-1', b: 'sfu-sgp-1', via: '', aIp: '127.0.0.1', bIp: '127.0.0.1' },
    ]);
  });

  test('shows the decision and why, to who has the cluster token', async () => {
    const placed = await doorFra.place({ fromCity: 'singapore' });
    const { status, body } = await admin(centre, 'GET', `/v1/decisions/${placed.decisionId}`);
    expect(status).toBe(200);
    expect(body.decision.nodeId).toBe('sfu-sgp-1');
    expect(body.explanation.isReproduced).toBe(true);
    expect(body.explanation.lines.join('\n')).toContain('Chosen: sfu-sgp-1 on host host-sfu-sgp-1');
  });
});
