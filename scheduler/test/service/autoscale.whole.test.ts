// A centre that starts and removes nodes: real links and fleet, and behind its `process` driver a supervisor made of
// fake nodes.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt } from './support/fake-node.ts';

const controlToken = 'control-token-0123456789-0123456789-0123456789';
const region = frankfurt.region;
const policy = {
  regions: [frankfurt.region],
  tickMs: 200,
  nodesMin: 1,
  nodesMax: 4,
  targetShare: 1,
  sessionsPerNode: 10,
  horizonMinutes: 5,
  spareHost: false,
  spareRegion: false,
  startPauseMs: 0,
  drainPauseMs: 0,
  surplusHoldMs: 400,
  surplusShare: 0,
  emptyHoldMs: 400,
};

type Centre = Awaited<ReturnType<typeof startCentre>>;
let server: Server;
let requests: string[];
let nodes: Map<string, FakeNode | undefined>;
let centre: Centre;
let isBroken: boolean;
let epochSeen: number;
/** Epoch that machines have seen before the centre begins. */
const epochBefore = 0;

beforeEach(async () => {
  requests = [];
  nodes = new Map();
  isBroken = false;
  epochSeen = epochBefore;
  server = createServer((request, response) => {
    const id = request.url?.split('/')[3] ?? '';
    const answer = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (isBroken) return void answer(500, {});
    if (request.headers.authorization !== `Bearer ${controlToken}`) return void answer(401, {});
    const epoch = Number(request.headers['meridian-epoch']);
    if (epoch < epochSeen) return void answer(409, { code: 'EPOCH_STALE', message: 'stale', epoch: epochSeen });
    epochSeen = epoch;
    if (request.method === 'GET') {
      const listed = [...nodes].map(([nodeId, node]) => ({
        nodeId,
        region,
        state: node === undefined ? 'starting' : 'running',
      }));
      return void answer(200, { nodes: listed });
    }
    requests.push(`${request.method} ${id}`);
    if (request.method === 'DELETE') {
      nodes.get(id)?.close();
      nodes.delete(id);
    } else if (!nodes.has(id)) {
      nodes.set(id, undefined);
      FakeNode.start(centre, { id, ...frankfurt, hostId: id }).then(
        (node) => nodes.set(id, node),
        () => nodes.delete(id), // like a machine that does not come up
      );
    }
    answer(200, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const controlUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  centre = await startCentre({ autoscale: { driver: 'process', controlUrl, controlToken, ...policy } });
});
afterEach(async () => {
  for (const node of nodes.values()) node?.close();
  await centre.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const scale = async () => (await admin(centre, 'GET', '/v1/autoscale')).body;
const book = (id: string, o: Record<string, unknown>) => admin(centre, 'PUT', `/v1/bookings/${id}`, { body: o });
const hour = (ms: number): string => new Date(Date.now() + ms).toISOString();
const meeting = (sessions: number) => ({ region, sessions, startsAt: hour(-1000), endsAt: hour(3_600_000) });

test('booked nodes are started, serve, and are drained and removed after the end, never with a session on them', async () => {
  expect((await book('b', meeting(30))).status).toBe(200);
  await until('three nodes serve', async () => ((await scale()).regions[0]?.serving === 3 ? true : undefined));
  expect(requests.filter((line) => line.startsWith('PUT')).sort()).toEqual(
    [1, 2, 3].map((at) => `PUT sfu-${region}-auto-${at}`),
  );
  // Sessions are on the second and third; the first is the emptiest.
  const nodeOf = (at: number) => until(`node ${at} knows that it serves`, () => nodes.get(`sfu-${region}-auto-${at}`));
  const [one, two, three] = [await nodeOf(1), await nodeOf(2), await nodeOf(3)];
  for (const node of [two, three]) {
    node.rooms = [{ roomKey: 'dev/r', epoch: 1, ownerId: 'sig', sessionIds: [`SE_${node.id}`], decisionIds: [] }];
    node.load = { cpu: 0.1, sessions: 1 };
  }
  await until('their sessions are known', async () => {
    const { nodes: list } = (await admin(centre, 'GET', '/v1/fleet')).body;
    return list.filter((node: { sessionsSeen: number }) => node.sessionsSeen === 1).length === 2 ? true : undefined;
  });
  expect((await admin(centre, 'DELETE', '/v1/bookings/b')).status).toBe(200);
  await until('the empty one is gone', () => (requests.includes(`DELETE ${one.id}`) ? true : undefined));
  await until('another one is drained', async () => ((await scale()).regions[0]?.draining === 1 ? true : undefined));
  const drained = [two, three].find((node) => node.drains.includes(true));
  if (drained === undefined) throw new Error('one of the two is drained');
  // The node is still there some rounds later, with its session; it goes when the session has gone.
  const rounds = async () => (await centre.metrics.registry.metrics()).match(/autoscale_nodes\{.*draining.*\} 1/);
  await until('some rounds', rounds);
  expect(requests.filter((line) => line.startsWith('DELETE'))).toEqual([`DELETE ${one.id}`]);
  drained.rooms = [];
  drained.load = { cpu: 0.1, sessions: 0 };
  await until('it is gone', () => (requests.includes(`DELETE ${drained.id}`) ? true : undefined));
  expect([...nodes.keys()]).toHaveLength(1);
});
