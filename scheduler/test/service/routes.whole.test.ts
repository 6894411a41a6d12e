// Routes of hosts over real links: rows, keys, changes; and which reports count.
import { note, onNote, post, type wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
const nodes: FakeNode[] = [];

beforeEach(async () => {
  centre = await startCentre();
});
afterEach(async () => {
  for (const node of nodes.splice(0)) node.close();
  await centre.close();
});

const addresses = [
  { purpose: 'pipe', protocol: 'udp', ip: '127.0.0.1', port: 7920 },
  { purpose: 'path', protocol: 'udp', ip: '127.0.0.1', port: 7990 },
];

/** A node and the rows that it has received in `Routes`. */
async function start(id: string, hostId: string, options: Partial<ConstructorParameters<typeof FakeNode>[0]> = {}) {
  const heldRows = new Map<string, wire.RouteRow.$Properties>();
  const received: wire.Routes[] = [];
  const node = await FakeNode.start(
    centre,
    { id, hostId, ...frankfurt, city: hostId, describe: { addresses }, ...options },
    undefined,
    (link) =>
      onNote(link, note.routes, (routes) => {
        received.push(routes);
        if (routes.since === 0) heldRows.clear();
        for (const row of routes.rows) {
          if ((row.pairKey?.length ?? 0) === 0) heldRows.delete(row.toHostId ?? '');
          else heldRows.set(row.toHostId ?? '', row);
        }
      }),
  );
  nodes.push(node);
  return { node, held: heldRows, received, via: (to: string) => heldRows.get(to)?.primaryVia };
}

const sample = (toHostId: string, rttMs: number): wire.LinkSample.$Properties => ({
  toHostId,
  rttMs,
  jitterMs: 0.1,
  slowProbes: 150,
});
async function reporting<T>(reports: () => void, what: string, seen: () => T | undefined): Promise<unknown> {
  return until(what, () => {
    reports();
    return seen();
  });
}
async function three() {
  const started = await Promise.all(['a', 'b', 'c'].map((name) => start(`sfu-${name}`, `host-${name}`)));
  for (const one of started) await until('two rows', () => one.held.size === 2 || undefined);
  return started;
}

describe('a media node', () => {
  test('gets the routes from its host to every other host, each with the key that both hosts share', async () => {
    const [a, b] = await three();
    expect([...(a?.held.keys() ?? [])].sort()).toEqual(['host-b', 'host-c']);
    expect(a?.held.get('host-b')).toMatchObject({ primaryVia: '', hasStandby: false });
    const key = a?.held.get('host-b')?.pairKey;
    expect(key).toHaveLength(32);
    expect(b?.held.get('host-a')?.pairKey).toEqual(key);
    expect(a?.held.get('host-c')?.pairKey).not.toEqual(key);
    expect(a?.received[0]?.since).toBe(0);
  });
});

describe('reports', () => {
  test('of a much faster relay route both hosts over it and leave the other pairs direct; signaling nodes see the path', async () => {
    const [a, b, c] = await three();
    const signaling = await start('sig-d', 'host-d', { kind: 'signaling' });
    const probes = await Promise.all(
      ['a', 'b', 'c'].map((name) => start(`probe-${name}`, `host-${name}`, { kind: 'edge-probe' })),
    );
    const rtts = { a: { b: 300, c: 40 }, b: { a: 300, c: 40 }, c: { a: 40, b: 40 } };
    const reports = (): void => {
      for (const [index, [, to]] of Object.entries(rtts).entries()) {
        const samples = Object.entries(to).map(([name, rttMs]) => sample(`host-${name}`, rttMs));
        post(probes[index]?.node.openLink() as never, note.probeReport, { samples });
      }
    };
    await reporting(reports, 'a and b go over c', () =>
      a?.via('host-b') === 'host-c' && b?.via('host-a') === 'host-c' ? true : undefined,
    );
    expect(a?.held.get('host-b')).toMatchObject({ hasStandby: true, standbyVia: '' });
    expect([a?.via('host-c'), c?.via('host-a')]).toEqual(['', '']);
    expect(a?.received.at(-1)?.since).toBeGreaterThan(0);
    const path = await reporting(reports, 'the plan shows it', () =>
      signaling.node.plans.at(-1)?.paths.find((one) => one.a === 'sfu-a' && one.b === 'sfu-b' && one.via === 'host-c'),
    );
    expect(path).toMatchObject({ via: 'host-c' });
    expect(Math.round((path as wire.PairPath).delayMs)).toBe(41);
    const { body } = await admin(centre, 'GET', '/v1/links');
    const link = body.links.find((one: { from: string; to: string }) => one.from === 'host-a' && one.to === 'host-b');
    expect(link).toMatchObject({ source: 'probe', rttMs: 300, via: 'host-c', standbyVia: '' });
    expect(link.why).toContain('via host-c costs 41.4 ms');
    expect(Math.round(centre.centre.routing.delayMs('host-a', 'host-b'))).toBe(41);
    expect(centre.centre.routing.rttMs('host-a', 'host-b')).toBe(300);
  });
});

describe('a node that may not report for its named host', () => {
  const probe = { kind: 'edge-probe', region: 'moon' };

  test('gets no routes and no keys of that host, and its reports do not affect the liveness of nodes', async () => {
    await three();
    const thief = await start('probe-0', 'host-a', probe);
    const honest = await start('probe-a', 'host-a', { kind: 'edge-probe' });
    await until('the honest probe has its keys', () => honest.held.size === 2 || undefined);
    const lost = { ...sample('host-b', 5), lossFast: 1, silent: true };
    const heardNodeIds: string[] = [];
    const { peers } = centre.centre;
    const reported = peers.reported.bind(peers);
    peers.reported = (by, of, ...rest) => {
      heardNodeIds.push(`${by} of ${of}`);
      reported(by, of, ...rest);
    };
    post(thief.node.openLink() as never, note.probeReport, { samples: [lost] });
    post(honest.node.openLink() as never, note.probeReport, { samples: [sample('host-c', 5)] });
    await until('both are read', () => heardAfter('probe-0') && heardAfter('probe-a'));
    expect(heardNodeIds).toEqual(['host-a of host-c']);
    expect(thief.received).toEqual([]);
  });
});

const heardAt = new Map<string, number>();
/** Returns true once the centre has received a report of the node since the first call. */
function heardAfter(id: string): true | undefined {
  const at = centre.centre.fleet.get(id)?.heardAtMs ?? 0;
  const first = heardAt.get(id) ?? at;
  heardAt.set(id, first);
  return at > first || undefined;
}
