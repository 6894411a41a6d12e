// Two real probes and a centre that only enrols, registers and hands out a plan: measuring, metrics, and who is let in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlLink, call, note, post, rpc, serve, type wire } from '@meridian/protocol';
import {
  Authority,
  CloseStack,
  createLogger,
  createMetrics,
  EnrolmentTokens,
  enrolmentHandler,
  type Link,
  LinkDialer,
  LinkServer,
  loadConfig,
  memoryKeyValue,
  secureRng,
  systemClock,
} from '@meridian/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../src/app.ts';
import { type ProbeConfig, probeConfig } from '../../src/config.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const clock = systemClock();
const rng = secureRng();
let dir: string;
let authority: Authority;
let centre: Awaited<ReturnType<typeof fakeCentre>>;
const stacks: CloseStack[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'meridian-probe-'));
  authority = await Authority.create({ clock });
  centre = await fakeCentre();
});
afterEach(async () => {
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
  let version = 0;
  const plan = (): wire.Plan.$Properties => ({
    version,
    centreIncarnation: 'c',
    deniedIds: [...denied],
    nodes: [...nodes.values()].map(({ capacity: _capacity, versions: _versions, ...node }) => ({
      ...node,
      state: 'alive',
    })),
  });
  const tell = (): void => {
    version += 1;
    for (const link of links.values()) post(link, note.plan, plan());
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
      serve(link as ControlLink, rpc.register, ({ node }) => {
        nodes.set(link.remote.id, node ?? {});
        tell();
        return { centreIncarnation: 'c', plan: plan(), reportIntervalMs: 1000 };
      });
      link.onClose(() => links.delete(link.remote.id));
    },
  });
  const forget = (id: string): void => {
    nodes.delete(id);
    tell();
  };
  const deny = (id: string, on: boolean): void => {
    if (on) denied.add(id);
    else denied.delete(id);
    tell();
  };
  return { server, tokens, nodes, forget, deny };
}

function configOf(values: Record<string, unknown>): ProbeConfig {
  const file = join(dir, 'probe.json');
  writeFileSync(file, JSON.stringify(values));
  return loadConfig(probeConfig, { argv: ['--config', file], env: {} });
}

async function startProbe(id: string, region: string) {
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

const rttOf = (text: string, from: string, to: string): number | undefined => {
  const match = new RegExp(`rtt_ms\\{from="${from}",to="${to}"\\} ([\\d.e-]+)`).exec(text);
  return match?.[1] === undefined ? undefined : Number(match[1]);
};

test('two probes find each other in the plan and each measures the other over the one link between them', async () => {
  const fra = await startProbe('probe-fra', 'eu');
  const sgp = await startProbe('probe-sgp', 'ap');
  const there = await until('fra measures sgp', async () => rttOf(await fra.text(), 'probe-fra', 'probe-sgp'));
  const back = await until('sgp measures fra', async () => rttOf(await sgp.text(), 'probe-sgp', 'probe-fra'));
  // On loopback, on a busy machine: more than nothing, less than the limit of a probe.
  for (const rttMs of [there, back]) expect(rttMs > 0 && rttMs < 900).toBe(true);
  expect(centre.nodes.get('probe-sgp')?.addresses).toMatchObject([
    { purpose: 'probe', protocol: 'tcp', port: sgp.port },
  ]);
});

test('a peer that leaves the plan is let go, and its metrics with it', async () => {
  const fra = await startProbe('probe-fra', 'eu');
  const sgp = await startProbe('probe-sgp', 'ap');
  await until('fra measures sgp', async () => rttOf(await fra.text(), 'probe-fra', 'probe-sgp'));
  await sgp.closeStack.close('gone');
  centre.forget('probe-sgp');
  await until(
    'the metric is gone',
    async () => rttOf(await fra.text(), 'probe-fra', 'probe-sgp') === undefined || undefined,
  );
  expect(fra.peers.size).toBe(0);
});

test.each([
  { name: 'whom the other dials', denied: 'probe-sgp', left: 'probe-fra' },
  { name: 'who dials the other', denied: 'probe-fra', left: 'probe-sgp' },
])('a probe that is shut out is let go, $name; let in again, it is measured again', async ({ denied, left }) => {
  const probes = { 'probe-fra': await startProbe('probe-fra', 'eu'), 'probe-sgp': await startProbe('probe-sgp', 'ap') };
  const measured = async () => rttOf(await probes[left as keyof typeof probes].text(), left, denied);
  await until('it is measured', measured);
  centre.deny(denied, true);
  await until('it is let go', async () => (await measured()) === undefined || undefined);
  centre.deny(denied, false);
  await until('it is measured again', measured);
});

test('a probe that starts again uses the certificate it has: the token is needed once', async () => {
  const first = await startProbe('probe-fra', 'eu');
  await first.closeStack.close('restart');
  const closeStack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  stacks.push(closeStack);
  const { enrolmentToken: _used, ...config } = first.config;
  centre.nodes.clear();
  await start({ config, log, clock, rng, metrics: createMetrics({ service: 'edge-probe' }), closeStack });
  await until('it registers again', () => centre.nodes.get('probe-fra'));
});

test.each([
  { name: 'another kind', kind: 'sfu', expect: 'refused' },
  { name: 'a probe', kind: 'edge-probe', expect: 'answered' },
])('a link of $name is $expect', async (row) => {
  const probe = await startProbe('probe-fra', 'eu');
  const credentials = await authority.issueCredentials({ id: 'guest', kind: row.kind, region: 'eu' }, 3_600_000);
  let outcome: string | undefined;
  const dialer = new LinkDialer({
    url: `wss://127.0.0.1:${probe.port}`,
    credentials: () => credentials,
    log: createLogger({
      name: 'test',
      level: 'trace',
      destination: {
        write: (line) => {
          if (line.includes('401')) outcome ??= 'refused';
        },
      },
    }),
    clock,
    rng,
    expect: () => true,
    onLink: (link) => {
      call(link as ControlLink, rpc.probeEcho, {}).then(
        () => {
          outcome = 'answered';
        },
        (error: unknown) => {
          outcome = String(error);
        },
      );
    },
  });
  expect(await until('an outcome', () => outcome)).toBe(row.expect);
  dialer.close('test over');
});
