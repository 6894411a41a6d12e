import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createLogger, createMetrics, ManualClock, secureRng } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { Prober } from '../../src/prober.ts';

const ip = '127.0.0.1';

/** Makes a prober that knows `hosts` hosts, and a socket that receives its datagrams to the first host. */
async function proberOf(hosts: number) {
  const clock = new ManualClock();
  const metrics = createMetrics({ service: 'test' });
  const prober = await Prober.listen({
    ownId: 'ep-1',
    ownHostId: 'own',
    listen: { ip, port: 0 },
    clock,
    rng: secureRng(),
    log: createLogger({ name: 'test', level: 'fatal' }),
    metrics,
    centre: () => undefined,
  });
  onTestFinished(() => prober.close());
  const socket = createSocket('udp4').bind(0, ip);
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  const firstHost = { taken: 0 };
  socket.on('message', () => {
    firstHost.taken += 1;
  });
  const ids = Array.from({ length: hosts }, (_, at) => `host-${at}`);
  const target = (hostId: string, port: number) => ({ nodeId: hostId, hostId, ip, port });
  prober.setUdpTargets(new Map(ids.map((id, at) => [id, target(id, at === 0 ? socket.address().port : prober.port)])));
  const row = (toHostId: string, inUse: boolean) => ({ toHostId, pairKey: new Uint8Array(32).fill(1), inUse });
  const applyRoutes = (version: number, since: number, inUse: boolean): void => {
    const rows = (since === 0 ? ids : ids.slice(0, 1)).map((id) => row(id, inUse));
    prober.applyRoutes({ version, since, rows } as Parameters<Prober['applyRoutes']>[0]);
  };
  applyRoutes(1, 0, false);
  const sentValues = async () =>
    (await metrics.registry.getSingleMetric('meridian_test_probes_sent_total')?.get())?.values;
  return { clock, prober, first: firstHost, tell: applyRoutes, sent: sentValues };
}

it('a prober probes a host five times a second, and wakes up only for probes and reports', async () => {
  const { clock, sent } = await proberOf(1);
  let wakes = 0;
  while (clock.step(10_000)) wakes += 1;
  expect((await sent())?.[0]?.value).toBeCloseTo(50, -1);
  expect(wakes).toBeLessThanOrEqual(20 + 51);
});

it('a prober probes a host four times a second or more as soon as media flows to the host', async () => {
  const { clock, first, tell } = await proberOf(250);
  clock.advance(300); // each host has been probed once, and is due again 1.25 s later
  tell(2, 1, true);
  const before = first.taken;
  clock.advance(1000);
  await expect.poll(() => first.taken - before).toBeGreaterThanOrEqual(4);
});

it('a closed prober sends nothing', async () => {
  const { clock, prober, tell } = await proberOf(2);
  await prober.close();
  tell(2, 1, true);
  expect(clock.pendingTimers).toBe(0);
});
