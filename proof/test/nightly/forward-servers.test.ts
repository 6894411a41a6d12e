// Servers beside which `bench -- forward` measures our node, each with a publisher and a viewer. Needs root.
import { existsSync, readdirSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LightClients } from '../../bench/capacity/clients.ts';
import { startFloor, startFloorGso } from '../../bench/forward/floor.ts';
import { startJanusBest, startJanusShipped } from '../../bench/forward/janus.ts';
import { ForwardNet } from '../../bench/forward/namespaces.ts';
import { cameraTrace } from '../../bench/forward/trace.ts';

const clientCpu = cpus().length - 1;
const room = 'room';
const LIMIT_MS = 120_000;
let net: ForwardNet;

beforeAll(() => {
  net = ForwardNet.create({ serverCpu: 0, clientCpu, gsoThrough: false, hasPriority: false });
});
afterAll(() => net.close());

const foldersOf = (name: string): string[] =>
  readdirSync(tmpdir()).filter((one) => one.startsWith(`meridian-${name}-`));

test.each([
  ['Janus at its best', startJanusBest, 'SRTP_AEAD_AES_128_GCM'],
  ['Janus as shipped', startJanusShipped, 'SRTP_AEAD_AES_256_GCM'],
  ['the floor', startFloor, 'SRTP_AEAD_AES_128_GCM'],
  ['the floor with UDP_SEGMENT', startFloorGso, 'SRTP_AEAD_AES_256_GCM'],
] as const)(
  '%s forwards a camera and a microphone to a viewer, who decrypts them',
  async (_, start, suite) => {
    const before = [...foldersOf('janus'), ...foldersOf('floor')];
    const { namespace } = net.clients;
    const clients = await LightClients.start({ cpu: clientCpu, namespace, isPrecise: true, suites: [suite] });
    const server = await start(net.place);
    try {
      const publisher = await server.publish(clients, { room, video: true, trace: cameraTrace('burst', 'full') });
      await server.subscribe(clients, { room, publishers: [publisher] });
      expect(server.title).toContain(suite);
      // The first windows may end before the first key frame.
      let window = await clients.measure(500);
      while (window.silentStreams > 0) window = await clients.measure(500);
      expect(window).toMatchObject({ streams: 2, undecryptable: 0 });
      expect(Math.min(window.videoPackets, window.audioPackets)).toBeGreaterThan(0);
      expect(window.delayMsP50).toBeGreaterThan(0); // read from a packet that decrypts
    } finally {
      const pids = server.pids();
      await clients.close();
      await server.close();
      await server.close();
      expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    }
    const left = [...foldersOf('janus'), ...foldersOf('floor')].filter((folder) => !before.includes(folder));
    expect(left).toEqual([]);
  },
  LIMIT_MS,
);

test('a Janus that does not start leaves its reason, and no folder', async () => {
  const before = foldersOf('janus');
  await expect(startJanusBest({ ...net.place, namespace: 'none' })).rejects.toThrow(/^Janus did not start:\n.+none/s);
  expect(foldersOf('janus').filter((folder) => !before.includes(folder))).toEqual([]);
});

test(
  'a floor that has ended fails the publisher with its reason',
  async () => {
    const { namespace } = net.clients;
    const clients = await LightClients.start({ cpu: clientCpu, namespace });
    const floor = await startFloor({ ...net.place, address: 'no address' });
    try {
      const publishing = floor.publish(clients, { room, video: false, trace: cameraTrace('burst', 'full') });
      await expect(publishing).rejects.toThrow(/^The floor ended:\n.*usage: floor ADDRESS/s);
    } finally {
      await clients.close();
      await floor.close();
    }
  },
  LIMIT_MS,
);
