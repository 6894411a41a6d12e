// Two real probes with a fake centre that enrols and registers them, and sends a plan and keys: their measurements,
// an unauthenticated peer, and a restart.
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlLink, note, onNote, post, rpc, serve, softwareVersion, type wire } from '@meridian/protocol';
import {
  Authority,
  CloseStack,
  createLogger,
  createMetrics,
  EnrolmentTokens,
  enrolmentHandler,
  type Link,
  LinkServer,
  loadConfig,
  memoryKeyValue,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tagOf } from '../../src/adapters/pair-mac.ts';
import { start } from '../../src/app.ts';
import { type ProbeConfig, probeConfig } from '../../src/config.ts';
import { encodeDatagram } from '../../src/core/datagram.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const clock = systemClock();
const rng = secureRng();
let dir: string;
let authority: Authority;
let centre: Awaited<ReturnType<typeof fakeCentre>>;
const stacks: CloseStack[] = [];
const closers: (() => void)[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-probe-'));
  authority = await Authority.create({ clock });
  centre = await fakeCentre();
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  for (const stack of stacks.splice(0)) await stack.close('test over');
  await centre.server.close('test over');
  rmSync(dir, { recursive: true, force: true });
});

async function fakeCentre() {
  const kv = memoryKeyValue({ clock, maxEntries: 100 });
  const tokens = new EnrolmentTokens({ kv, rng, clock, fingerprint: authority.fingerprint });
  const nodes = new Map<string, wire.NodeDescription.$Properties>();
  const links = new Map<string, Link>();
  const denied = new Set<string>();
  /** By probe, the peer that the probe's plan leaves out. */
  const hiddenPeers = new Map<string, string>();
  const reports: { from: string; sample: wire.LinkSample.$Properties }[] = [];
  let version = 0;
  /** Returns all routes of a probe. Both probes of a pair get the same key; a probe that is shut out gets none. */
  const routesOf = (id: string): wire.Routes.$Properties => ({
    version,
    since: 0,
    rows: [...nodes.keys()]
      .filter((other) => other !== id && !denied.has(other) && !denied.has(id))
      .map((other) => ({
        toHostId: `host-${other}`,
        inUse: true,
        pairKey: new Uint8Array(32).fill(id.charCodeAt(6) + other.charCodeAt(6)),
      })),
  });
  const plan = (id: string): wire.Plan.$Properties => ({
    version,
    centreIncarnation: 'c',
    deniedIds: [...denied],
    nodes: [...nodes.values()]
      .filter(({ nodeId }) => nodeId !== hiddenPeers.get(id))
      .map(({ capacity: _capacity, versions: _versions, ...node }) => ({
        ...node,
        state: 'alive',
      })),
  });
  const sendPlans = (): void => {
    version += 1;
    for (const [id, link] of links) {
      post(link, note.plan, plan(id));
      post(link, note.routes, routesOf(id));
    }
  };
  const server = await LinkServer.listen({
    host: '127.0.0.1',
    port: 0,
    credentials: await authority.issueCredentials({ id: 'centre', kind: 'scheduler', region: 'global' }, 3_600_000),
    log,
    clock,
    accept: () => true,
    onHttp: enrolmentHandler({ authority, tokens, ttlMs: 3_600_000, log }),
    onLink(link) {
      links.set(link.remote.id, link);
      onNote(link as ControlLink, note.probeReport, ({ samples }) => {
        for (const sample of samples) reports.push({ from: link.remote.id, sample });
        reports.splice(0, Math.max(0, reports.length - 100));
      });
      serve(link as ControlLink, rpc.register, ({ node }) => {
        nodes.set(link.remote.id, node ?? {});
        sendPlans();
        return { centreIncarnation: 'c', plan: plan(link.remote.id), reportIntervalMs: 1000 };
      });
      link.onClose(() => links.delete(link.remote.id));
    },
  });
  const forget = (id: string): void => {
    nodes.delete(id);
    sendPlans();
  };
  const deny = (id: string, on: boolean): void => {
    if (on) denied.add(id);
    else denied.delete(id);
    sendPlans();
  };
  const hide = (id: string, from: string, on: boolean): void => {
    if (on) hiddenPeers.set(from, id);
    else hiddenPeers.delete(from);
    sendPlans();
  };
  /** Replaces a node of the plan at the same address. */
  const rename = (id: string, nodeId: string): void => {
    nodes.set(id, { ...nodes.get(id), nodeId });
    sendPlans();
  };
  return { server, tokens, nodes, reports, forget, deny, hide, rename };
}

function forgedRequest(from: string, to: string): Uint8Array {
  const blank = { span: 0, arrivedHigh: 0, arrived: 0n, receivedUs: 0, answeredUs: 0, heldSession: 0 };
  const bytes = encodeDatagram({
    ...blank,
    type: 'request',
    fromTag: tagOf(from),
    toTag: tagOf(to),
    session: 9e15,
    seq: 1,
    sentUs: 1,
  });
  bytes.set(rng.bytes(16), 80);
  return bytes;
}

function configOf(values: Record<string, unknown>): ProbeConfig {
  const file = join(dir, 'probe.json');
  writeFileSync(file, JSON.stringify(values));
  return loadConfig(probeConfig, { argv: ['--config', file], env: {} });
}

async function startProbe(id: string, region: string, extra: Record<string, unknown> = {}) {
  const token = await centre.tokens.mint({ id, kind: 'edge-probe', region }, 3_600_000);
  const metrics = createMetrics({ service: 'edge-probe' });
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  stacks.push(closeStack);
  const config = configOf({
    stateDir: join(dir, id),
    id,
    region,
    city: region,
    latitude: 1,
    longitude: 2,
    hostId: `host-${id}`,
    centreUrl: `wss://127.0.0.1:${centre.server.port}`,
    enrolUrl: `https://127.0.0.1:${centre.server.port}`,
    enrolmentToken: token,
    probeListen: { ip: '127.0.0.1', port: 0 },
    ...extra,
  });
  const probe = await start({ config, log, clock, rng, metrics, closeStack });
  return { ...probe, config, closeStack, text: () => metrics.registry.metrics() };
}

async function until<T>(what: string, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const rttOf = (text: string, from: string, to: string, kind = ''): number | undefined => {
  const match = new RegExp(`edge_probe_${kind}rtt_ms\\{from="${from}",to="${to}"\\} ([\\d.e-]+)`).exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
};

test('two probes find each other in the plan, and each measures the other by datagrams and reports it', async () => {
  const fra = await startProbe('probe-fra', 'eu');
  const sgp = await startProbe('probe-sgp', 'ap');
  const rttToSgp = await until('fra measures sgp', async () => rttOf(await fra.text(), 'probe-fra', 'probe-sgp'));
  const rttToFra = await until('sgp measures fra', async () => rttOf(await sgp.text(), 'probe-sgp', 'probe-fra'));
  // The round trip on loopback is above 0, and on a busy machine still below a probe's time limit.
  for (const rttMs of [rttToSgp, rttToFra]) expect(rttMs > 0 && rttMs < 2000).toBe(true);
  expect(centre.nodes.get('probe-sgp')?.addresses).toMatchObject([
    { purpose: 'probe', protocol: 'udp', port: sgp.udpPort },
    { purpose: 'probe', protocol: 'tcp', port: sgp.port },
  ]);
  expect(centre.nodes.get('probe-sgp')?.versions?.software).toBe(softwareVersion);
  for (const id of ['probe-fra', 'probe-sgp']) {
    const { sample } = await until('a report', () => centre.reports.find(({ from }) => from === id));
    expect(sample.toHostId).toBe(id === 'probe-fra' ? 'host-probe-sgp' : 'host-probe-fra');
    expect(sample.rttMs ?? 0).toBeGreaterThan(0);
  }
  expect(fra.peers.size).toBe(0);
});

/** Opens a socket of a host without a key. */
async function unauthenticatedPeer(): Promise<{ socket: Socket; heard: Buffer[] }> {
  const socket = createSocket('udp4');
  const receivedDatagrams: Buffer[] = [];
  socket.on('message', (bytes) => receivedDatagrams.push(bytes));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closers.push(() => socket.close());
  return { socket, heard: receivedDatagrams };
}
const refusedOf = (text: string, reason: string): number =>
  Number(new RegExp(`datagrams_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1] ?? 0);

test('an unauthenticated peer is never answered, whatever it sends, and does not disturb the measurements', async () => {
  const fra = await startProbe('probe-fra', 'eu');
  const sgp = await startProbe('probe-sgp', 'ap');
  await until('fra measures sgp', async () => rttOf(await fra.text(), 'probe-fra', 'probe-sgp'));
  const { socket, heard } = await unauthenticatedPeer();
  const send = (bytes: Uint8Array): void => socket.send(bytes, fra.udpPort, '127.0.0.1');
  // This datagram claims to be from sgp, but is signed without its key.
  const forged = forgedRequest('host-probe-sgp', 'host-probe-fra');
  await until('refused, of every kind', async () => {
    for (const bytes of [new Uint8Array(1), new Uint8Array(60_000), forged, forgedRequest('host-x', 'host-probe-fra')])
      send(bytes);
    const text = await fra.text();
    return ['malformed', 'forged', 'unknown'].every((reason) => refusedOf(text, reason) > 0) || undefined;
  });
  const answered = async () => Number(/probes_answered_total (\d+)/.exec(await fra.text())?.[1] ?? 0);
  const before = await answered();
  await until('it goes on measuring', async () => (await answered()) > before + 2 || undefined);
  expect(heard).toEqual([]);
  expect(sgp.prober?.hostIds).toEqual(['host-probe-fra']);
});

test('a probe that restarts uses its stored certificate, and needs no token', async () => {
  const first = await startProbe('probe-fra', 'eu');
  await first.closeStack.close('restart');
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  stacks.push(closeStack);
  const { enrolmentToken: _used, ...config } = first.config;
  centre.nodes.clear();
  await start({ config, log, clock, rng, metrics: createMetrics({ service: 'edge-probe' }), closeStack });
  await until('it registers again', () => centre.nodes.get('probe-fra'));
});
