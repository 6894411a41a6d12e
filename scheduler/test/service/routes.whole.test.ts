// What hosts get of their routes, over real links: rows, keys, changes; and which reports count.
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

/** A node and the rows that it holds, as `Routes` say. */
async function start(id: string, hostId: string, options: Partial<ConstructorParameters<typeof FakeNode>[0]> = {}) {
  const held = new Map<string, wire.RouteRow.$Properties>();
  const received: wire.Routes[] = [];
  const node = await FakeNode.start(
    centre,
    { id, hostId, ...frankfurt, city: hostId, describe: { addresses }, ...options },
    undefined,
    (link) =>
      onNote(link, note.routes, (routes) => {
        received.push(routes);
        if (routes.since === 0) held.clear();
        for (const row of routes.rows) {
          if ((row.pairKey?.length ?? 0) === 0) held.delete(row.toHostId ?? '');
          else held.set(row.toHostId ?? '', row);
        }
      }),
  );
  nodes.push(node);
  return { node, held, received, via: (to: string) => held.get(to)?.primaryVia };
}

const sample = (toHostId: string, rttMs: number): wire.LinkSample.$Properties => ({
  toHostId,
  rttMs,
  jitterMs: 0.1,
  slowProbes: 150,
});
/** Reports, again and again, until it has had its effect. */
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
  test('gets the routes of its own host to every other, with the key that the other has too', async () => {
    const [a, b] = await three();
    expect([...(a?.held.keys() ?? [])].sort()).toEqual(['host-b', 'host-c']);
    expect(a?.held.get('host-b')).toMatchObject({ primaryVia: '', hasStandby: false });
    const key = a?.held.get('host-b')?.pairKey;
    expect(key).toHaveLength(32);
    expect(b?.held.get('host-a')?.pairKey).toEqual(key);
    expect(a?.held.get('host-c')?.pairKey).not.toEqual(key);
    expect(a?.received[0]?.since).toBe(0);
  });

  test('of a host alone gets no rows', async () => {
    const a = await start('sfu-a', 'host-a');
    await until('received', () => a.received[0]);
    expect(a.received[0]).toMatchObject({ since: 0, rows: [] });
  });

  test('whose room is on another host too has that path in use, and a probe of the host learns of it', async () => {
    const rooms = [{ roomKey: 't/r', epoch: 1, ownerId: 'sig', sessionIds: [] }];
    const a = await start('sfu-a', 'host-a', { rooms });
    await start('sfu-b', 'host-b', { rooms });
    await start('sfu-c', 'host-c');
    const probe = await start('probe-a', 'host-a', { kind: 'edge-probe' });
    for (const one of [a, probe]) await until('in use', () => one.held.get('host-b')?.inUse || undefined);
    expect(a.held.get('host-c')?.inUse).toBe(false);
  });

  test('learns that a host is gone once it is shut out, and keeps no key of it', async () => {
    const [a] = await three();
    await admin(centre, 'POST', '/v1/nodes/sfu-b/deny', { body: {} });
    await until('one row', () => a?.held.size === 1 || undefined);
    expect([...(a?.held.keys() ?? [])]).toEqual(['host-c']);
  });
});

describe('reports', () => {
  test('that a relay is much faster give both hosts that path, the other pairs theirs; signaling nodes see it in the plan', async () => {
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

  test('of a forwarder count for the link that it carries a flow over, and those of the probe when it has ended', async () => {
    await three();
    const probe = await start('probe-a', 'host-a', { kind: 'edge-probe' });
    const fromA = nodes.find(({ id }) => id === 'sfu-a');
    const forwarded = (): void => {
      post(fromA?.openLink() as never, note.pathReport, { samples: [sample('host-b', 70)] });
    };
    const probed = (): void => {
      const samples = [sample('host-b', 50), sample('host-c', 50)];
      post(probe.node.openLink() as never, note.probeReport, { samples });
    };
    const linkTo = (to: string) => async () => {
      const { body } = await admin(centre, 'GET', '/v1/links');
      return body.links.find((one: { from: string; to: string }) => one.from === 'host-a' && one.to === to);
    };
    const until70 = async () => ((await linkTo('host-b')()).rttMs === 70 ? true : undefined);
    forwarded();
    await until('the forwarder is heard', until70);
    probed();
    await until('the probe is heard', async () => ((await linkTo('host-c')()).rttMs === 50 ? true : undefined));
    expect(await linkTo('host-b')()).toMatchObject({ source: 'forwarder', rttMs: 70 });
    expect(await linkTo('host-c')()).toMatchObject({ source: 'probe', rttMs: 50 });
    await until('the forwarder has nothing to say any more', async () => {
      probed();
      return (await linkTo('host-b')()).source === 'probe' ? true : undefined;
    });
    expect(await linkTo('host-b')()).toMatchObject({ rttMs: 50 });
  });

  test.each([
    { name: 'a second probe of a host', id: 'probe-z', hostId: 'host-a', kind: 'edge-probe', region: 'eu-central' },
    { name: 'a probe of another region', id: 'probe-0', hostId: 'host-a', kind: 'edge-probe', region: 'moon' },
    { name: 'a signaling node', id: 'sig-1', hostId: 'host-a', kind: 'signaling', region: 'eu-central' },
  ])('of $name change nothing', async ({ id, hostId, kind, region }) => {
    await three();
    await start('probe-a', 'host-a', { kind: 'edge-probe' });
    const liar = await start(id, hostId, { kind, region });
    post(liar.node.openLink() as never, note.probeReport, { samples: [sample('host-b', 500)] });
    post(liar.node.openLink() as never, note.pathReport, { flips: [{ toHostId: 'host-b', via: 'host-c' }] });
    // What is sent after it on the same link has been read: so have they.
    await until('its next report', () => heardAfter(id));
    expect(centre.centre.routing.rttMs('host-a', 'host-b')).toBeNaN();
    expect(centre.centre.routing.planner.route('host-a', 'host-b')?.via).toBe('');
  });

  test('of absurd figures are counted by reason and change nothing', async () => {
    await three();
    const probe = await start('probe-a', 'host-a', { kind: 'edge-probe' });
    const samples = [
      { ...sample('host-b', Number.NaN) },
      { ...sample('host-b', -5) },
      { ...sample('host-x', 5) },
      { ...sample('host-a', 5) },
    ];
    post(probe.node.openLink() as never, note.probeReport, { samples });
    const counted = await until('counted', async () => {
      const text = await centre.metrics.registry.metrics();
      const found = [...text.matchAll(/link_samples_refused_total\{reason="(\w+)"\} (\d+)/g)].map(
        ([, reason]) => reason,
      );
      return found.length === 4 ? found : undefined;
    });
    expect(counted.sort()).toEqual(['not_a_number', 'out_of_range', 'own_host', 'unknown_host']);
    expect(centre.centre.routing.rttMs('host-a', 'host-b')).toBeNaN();
  });
});

describe('a node that may not speak for the host that it names', () => {
  const probe = { kind: 'edge-probe', region: 'moon' };

  test('gets no row and no key of it, and its word on which nodes live counts for nothing', async () => {
    await three();
    const thief = await start('probe-0', 'host-a', probe);
    const honest = await start('probe-a', 'host-a', { kind: 'edge-probe' });
    await until('the honest probe has its keys', () => honest.held.size === 2 || undefined);
    const lost = { ...sample('host-b', 5), lossFast: 1, silent: true };
    const heard: string[] = [];
    const { peers } = centre.centre;
    const reported = peers.reported.bind(peers);
    peers.reported = (by, of, ...rest) => {
      heard.push(`${by} of ${of}`);
      reported(by, of, ...rest);
    };
    post(thief.node.openLink() as never, note.probeReport, { samples: [lost] });
    post(honest.node.openLink() as never, note.probeReport, { samples: [sample('host-c', 5)] });
    await until('both are read', () => heardAfter('probe-0') && heardAfter('probe-a'));
    expect(heard).toEqual(['host-a of host-c']);
    expect(thief.received).toEqual([]);
  });

  test('gets them once it may, and loses them when it may no more', async () => {
    const early = await start('probe-0', 'host-a', probe);
    await start('sfu-z', 'host-a', { region: 'moon' });
    await start('sfu-b', 'host-b');
    await until('it speaks, and gets rows', () => early.held.size === 1 || undefined);
    await start('sfu-a', 'host-a');
    await until('the host stands in another region', () => early.held.size === 0 || undefined);
    expect(early.received.at(-1)).toMatchObject({ since: 0, rows: [] });
  });
});

const heardAt = new Map<string, number>();
/** True once the centre has heard the node anew since the first question. */
function heardAfter(id: string): true | undefined {
  const at = centre.centre.fleet.get(id)?.heardAtMs ?? 0;
  const first = heardAt.get(id) ?? at;
  heardAt.set(id, first);
  return at > first || undefined;
}
