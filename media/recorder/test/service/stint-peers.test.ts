// Recorders that read stints from each other, over real links.

import { call, MeridianError, rpc, wire } from '@meridian/protocol';
import { type Link, LinkServer, seededRng, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import {
  type Cluster,
  connectPair,
  makeCluster,
  serverOptions,
} from '../../../../base/runtime/test/support/cluster.ts';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { PeerPages } from '../../src/assembling/peer-pages.ts';
import { StintPeers } from '../../src/assembling/stint-peers.ts';
import { listStints } from '../../src/stints/read-journals.ts';
import { STINT_READ_BYTES_MAX, StintServer } from '../../src/stints/stint-server.ts';
import { log } from '../support/made-recordings.ts';
import { speak, TestRecorder, TestRoom } from '../support/stinting.ts';

const prefix = 't-.acme/rec_1/';
const recording = { tenant: 'Acme', recordingId: 'rec_1' };
let rig: TestRecorder;
let cluster: Cluster;
let stintId: string;
let journal: Uint8Array;

beforeAll(async () => {
  rig = await TestRecorder.start();
  const room = new TestRoom();
  const { stint } = await rig.open(room);
  speak(rig, room.publish('ann', 'audio'), 5000);
  await stint.close('ended');
  await stint.outcome;
  stintId = (await listStints(rig.store, prefix))[0]?.stintId ?? '';
  journal = await rig.store.get(`${prefix}${stintId}/journal.jsonl`, {});
  const { authority, ...rest } = await makeCluster();
  const identity = (id: string) => authority.issueCredentials({ id, kind: 'recorder', region: 'eu' }, 3_600_000);
  cluster = { ...rest, authority, server: await identity('rec-2'), client: await identity('rec-1') };
});
afterAll(() => rig.dispose());

const asked = (o: object = {}) => ({
  tenant: 'Acme',
  recordingId: 'rec_1',
  stintId,
  name: 'journal.jsonl',
  from: 0,
  bytes: 1000,
  ...o,
});

/** Returns a recorder that serves the stints, and one that reads them. */
async function recorders(o: { readonly clock?: ReturnType<typeof systemClock> } = {}) {
  const served = new StintServer(rig.store);
  const links = new Set<Link>();
  const server = await LinkServer.listen(
    serverOptions(cluster, {
      onLink: (link) => {
        links.add(link);
        link.onClose(() => links.delete(link));
        served.serveOn(link);
      },
    }),
  );
  const denied = new Set<string>();
  const shell = { credentials: () => cluster.client, isDenied: (id: string) => denied.has(id) };
  const peers = new StintPeers({ shell, clock: o.clock ?? systemClock(), rng: seededRng('peers'), log });
  const addresses = [{ purpose: 'control', protocol: 'tcp', ip: '127.0.0.1', port: server.port }];
  const plan = { nodes: [{ nodeId: 'rec-2', kind: 'recorder', addresses }] } as never as Parameters<
    StintPeers['follow']
  >[0];
  onTestFinished(async () => {
    peers.close('the test is over');
    await server.close('the test is over');
  });
  return { peers, links, served, plan, denied, server };
}

it('a recorder reads any bytes of a stint of another, over one link that it keeps', async () => {
  const { peers, links, plan } = await recorders();
  await expect(peers.read('rec-2', asked())).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
  peers.follow(plan);
  const [first, second] = await Promise.all([
    peers.read('rec-2', asked({ bytes: 100 })),
    peers.read('rec-2', asked({ from: 100, bytes: STINT_READ_BYTES_MAX })),
  ]);
  expect(Buffer.concat([first, second])).toEqual(Buffer.from(journal));
  expect(await peers.read('rec-2', asked({ from: journal.length + 1 }))).toHaveLength(0);
  expect([links.size, peers.size]).toEqual([1, 1]);
  await expect(peers.read('rec-3', asked())).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
});

it.each([
  ['a tenant that leaves its folder', { tenant: '../Acme' }],
  ['no tenant', { tenant: '' }],
  ['a recording that leaves its folder', { recordingId: '../rec_1' }],
  ['no recording', { recordingId: '' }],
  ['a stint that leaves its folder', { stintId: '../finished' }],
  ['a folder that is no stint', { stintId: 'finished' }],
  ['a name that leaves its folder', { name: '../journal.jsonl' }],
  ['a name that is neither journal nor file', { name: 'finished.json' }],
  ['an offset below 0', { from: -1 }],
  ['half a byte', { from: 0.5 }],
  ['no bytes', { bytes: 0 }],
  ['more bytes than an answer carries', { bytes: STINT_READ_BYTES_MAX + 1 }],
])('a request with %s is refused', async (_name, wrong) => {
  const pair = await connectPair(cluster, { server: { onLink: (link) => new StintServer(rig.store).serveOn(link) } });
  onTestFinished(() => pair.close());
  await expect(call(pair.near, rpc.readStint, asked(wrong))).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});

it('beyond a number of bytes at once reads are refused, until others have ended', async () => {
  const goOn = Promise.withResolvers<Uint8Array>();
  const served = new StintServer({ get: () => goOn.promise });
  const read = () => served.read(new wire.ReadStint(asked({ bytes: STINT_READ_BYTES_MAX })));
  const reads = Array.from({ length: 128 }, read);
  await expect(read()).rejects.toMatchObject({ code: 'OVERLOADED' });
  goOn.resolve(new Uint8Array());
  await Promise.all(reads);
  expect(await read()).toHaveLength(0);
});

it('pages of a stint are fetched once, and any range of them is right', async () => {
  const object = Buffer.from(Uint32Array.from({ length: 300_000 }, (_, at) => at * 7919).buffer);
  const froms: number[] = [];
  const read: StintPeers['read'] = async (_id, message) => {
    const { from, bytes } = new wire.ReadStint(message);
    froms.push(from);
    return object.subarray(from, from + bytes);
  };
  const pages = new PeerPages({ read }, recording);
  const place = { stintId, recorderId: 'rec-2', holder: 'rec-2', journals: [] };
  for (const [from, bytes] of [
    [0, 10],
    [5, 200_000],
    [131_072, 131_072],
    [object.length - 3, 10],
    [2e6, 5],
  ] as const)
    expect(Buffer.from(await pages.read(place, 'a', from, bytes)).equals(object.subarray(from, from + bytes))).toBe(
      true,
    );
  expect(Buffer.from(await pages.read(place, 'a', 0, 4 * 1_048_576)).equals(object)).toBe(true);
  expect(new Set(froms).size).toBe(froms.length);
  const failing = new PeerPages({ read: () => Promise.reject(new MeridianError('NODE_UNREACHABLE')) }, recording);
  for (let times = 0; times < 2; times += 1)
    await expect(failing.read(place, 'a', 0, 10)).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
});

it('a missing object, and another tenant’s, is missing', async () => {
  const { peers, plan } = await recorders();
  peers.follow(plan);
  for (const wrong of [{ name: 'track-0009-000001.mp4' }, { tenant: 'acme' }, { recordingId: 'rec_2' }])
    await expect(peers.read('rec-2', asked(wrong))).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
});

it('a link that breaks during a read is dialled again, and a recorder that stays away is unreachable', async () => {
  const real = systemClock();
  // The waits for a link take a tenth of their time.
  const { peers, links, plan, server } = await recorders({
    clock: { ...real, after: (delayMs, fn) => real.after(delayMs / 10, fn) },
  });
  peers.follow(plan);
  await peers.read('rec-2', asked());
  let isBroken = false;
  rig.store.fails = () => {
    if (!isBroken) for (const link of links) link.close('broken by the test');
    isBroken = true;
    return undefined;
  };
  expect(Buffer.from(await peers.read('rec-2', asked())).equals(journal.subarray(0, 1000))).toBe(true);
  rig.store.fails = () => undefined;
  expect(isBroken).toBe(true);
  await server.close('away');
  await expect(peers.read('rec-2', asked())).rejects.toBeInstanceOf(MeridianError);
});

it('a recorder that is shut out, moved or gone from the plan loses its link', async () => {
  const { peers, links, plan, served, denied } = await recorders();
  peers.follow(plan);
  await peers.read('rec-2', asked());
  const [link] = links;
  served.cut(new Set(['rec-3']), 'shut out');
  expect(link?.closed).toBe(false);
  served.cut(new Set(['rec-1']), 'shut out');
  expect(link?.closed).toBe(true);
  denied.add('rec-2');
  peers.follow(plan);
  expect(peers.size).toBe(0);
  await expect(peers.read('rec-2', asked())).rejects.toMatchObject({ code: 'NODE_UNREACHABLE' });
});

it('an unused link is closed after a minute', async () => {
  const real = systemClock();
  const idle: (() => void)[] = [];
  const after: typeof real.after = (delayMs, fn) => {
    if (delayMs !== 60_000) return real.after(delayMs, fn);
    idle.push(fn);
    return { cancel: () => void idle.splice(idle.indexOf(fn), 1) };
  };
  const { peers, links, plan } = await recorders({ clock: { ...real, after } });
  peers.follow(plan);
  await peers.read('rec-2', asked());
  await peers.read('rec-2', asked());
  expect([peers.size, idle.length]).toEqual([1, 1]);
  idle[0]?.();
  expect(peers.size).toBe(0);
  await until('the link has ended', () => links.size === 0);
  expect(await peers.read('rec-2', asked())).toHaveLength(Math.min(1000, journal.length));
});
