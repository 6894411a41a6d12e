// Whom the instance of a region turns away is load for the autoscaler of the leader: it starts hosts there. Real links, one real Redis, and a
// supervisor that only writes down what it is asked for.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { frankfurt, newSession } from './support/fake-node.ts';
import { overRedis } from './support/over-redis.ts';
import { RegionalNode } from './support/regional-node.ts';

const over = overRedis();
const { closers } = over;
const { region } = frankfurt;
const controlToken = 'control-token-0123456789-0123456789-0123456789';

/** Every machine that it is asked for is starting, and stays so. */
async function supervisor() {
  const started = new Set<string>();
  const server = createServer((request, response) => {
    if (request.method === 'PUT') started.add(request.url?.split('/')[3] ?? '');
    const nodes = [...started].map((nodeId) => ({ nodeId, region, state: 'starting' }));
    response.writeHead(200).end(JSON.stringify(request.method === 'GET' ? { nodes } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { started, controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Nothing but what is there now decides: no spare, no forecast to speak of. */
const policy = {
  ...{ regions: [region], tickMs: 200, nodesMin: 1, nodesMax: 9, targetShare: 1, sessionsPerNode: 5, startBatch: 9 },
  ...{ horizonMinutes: 5, spareHost: false, spareRegion: false, startPauseMs: 0, drainPauseMs: 0, surplusHoldMs: 400 },
};

async function cloud() {
  const { started, controlUrl } = await supervisor();
  const { redis } = over;
  const autoscale = { driver: 'process', controlUrl, controlToken, ...policy };
  const leader = await startCentre({ id: 'leader', standby: true, redisUrl: redis.url, autoscale });
  closers.push(() => leader.close());
  const at = { region, placesRegion: region, centreUrl: leader.centreUrl, redisUrl: redis.url };
  const instance = await startCentre({ id: 'centre-eu', ...at });
  closers.push(() => instance.close());
  await until('the instance places', () => instance.terms.mayDecide() || undefined);
  const node = async (options: Parameters<typeof RegionalNode.start>[2]) => {
    const made = await RegionalNode.start(leader, instance, { ...frankfurt, ...options });
    closers.push(() => made.close());
    return made;
  };
  const media = await node({ id: 'media-eu' });
  const signaling = await node({ id: 'sig-eu', kind: 'signaling' });
  return { leader, instance, media, signaling, started };
}

test('hosts are started for a region whose own instance turns people away, each counted once, also who asks the leader then', async () => {
  const { leader, instance, media, signaling, started } = await cloud();
  for (const at of [media.global, media.regional]) at.load = { cpu: 0.95 };
  await until('the node is full everywhere', () => {
    const cpus = [leader, instance].map(({ centre }) => centre.fleet.get('media-eu')?.load.cpu);
    return cpus.every((cpu) => cpu === 0.95) || undefined;
  });
  const rounds = () => leader.centre.loads.hourOf(region, Math.floor(Date.now() / 60_000));
  await until('the autoscaler has looked', async () => {
    const { regions } = (await admin(leader, 'GET', '/v1/autoscale')).body;
    return rounds() !== undefined && regions[0]?.serving === 1 ? true : undefined;
  });
  const before = (await admin(leader, 'GET', '/v1/autoscale')).body.regions[0];
  expect(before.need).toBeLessThanOrEqual(2); // by the node's own load
  expect(started.size).toBeLessThanOrEqual(1);

  const sessions = Array.from({ length: 20 }, () => newSession());
  const refuse = async (at: typeof signaling.global) => {
    const replies = await Promise.all(sessions.map((sessionId) => at.place({ roomKey: 't/r', sessionId })));
    for (const reply of replies) expect(reply).toMatchObject({ ok: false });
  };
  const counted = () => leader.centre.unserved.counts(performance.now()).get(region) ?? 0;
  expect(counted()).toBe(0);
  // On a machine that stands still for longer than they were told to wait they come again.
  const waitAtInstance = async () => {
    if (instance.centre.unserved.waiting(performance.now()).size < sessions.length) await refuse(signaling.regional);
  };
  const most = await until('all are told', async () => {
    await waitAtInstance();
    return counted() >= sessions.length ? counted() : undefined;
  });
  expect(most).toBe(sessions.length);
  await until('hosts are started for them', async () => {
    await waitAtInstance();
    return started.size >= 4 ? true : undefined;
  });
  // A signaling node that is not answered in time asks the leader for the same session.
  await refuse(signaling.global);
  expect(counted()).toBe(sessions.length);
});
