// Tests a node's shell over real links: to one centre, to one of two, to the instance of its region, and from other
// nodes.
import { tmpdir } from 'node:os';
import { call, nodeKind, note, post, rpc, type wire } from '@meridian/protocol';
import { systemClock } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../runtime/test/support/until.ts';
import { addressOf, volumeOf } from '../../src/index.ts';
import { type TestCentre, TestCloud } from '../support/cloud.ts';

let cloud: TestCloud;
let centre: TestCentre;
beforeEach(async () => {
  cloud = await TestCloud.open();
  centre = await cloud.centre();
});
afterEach(() => cloud.close());

const nothing = { describe: () => ({}), load: () => ({}) };
const room = { roomKey: 'acme/lobby', epoch: 1 };

describe('at the centre', () => {
  it('a node whose description changed registers once more, on the same link', async () => {
    const { shell } = await cloud.shell({ centreUrl: centre.url });
    let publicUrl = '';
    shell.join({ describe: () => ({ publicUrl }), load: () => ({}) });
    await until('it reports', () => centre.reports.length > 0);
    const [link] = centre.links;
    publicUrl = 'https://gw';
    shell.centre.describeAnew();
    await until('it has registered again', () => centre.registrations.length > 1);
    expect(centre.registrations.map(({ node }) => node?.publicUrl)).toEqual(['', 'https://gw']);
    expect([...centre.links]).toEqual([link]);
  });

  it('a node that joins registers with its description, reports, and gets its plan and its drain', async () => {
    const { shell } = await cloud.shell({ centreUrl: centre.url });
    centre.plan = { deniedIds: ['node-z'], nodes: [{ nodeId: 'node-b' }] };
    const plans: [wire.Plan, boolean][] = [];
    const drains: boolean[] = [];
    const states: string[] = [];
    shell.join({
      describe: () => ({ addresses: [addressOf('control', 'tcp', { ip: '::', announcedAddress: '192.0.2.1' }, 7)] }),
      load: () => ({ sessions: 3 }),
      rooms: () => [room],
      onPlan: (plan) => void plans.push([plan, shell.isDenied('node-z')]),
      onDrain: (on) => void drains.push(on),
      onState: (state) => void states.push(state),
    });
    await until('it reports', () => centre.reports.length > 0);
    const [{ node, rooms, load } = {}] = centre.registrations;
    expect(node).toMatchObject({
      nodeId: 'node-a',
      kind: 'sfu',
      region: 'fra',
      city: 'Frankfurt',
      hostId: 'host-1',
      latitude: 50.1,
      longitude: 8.7,
      incarnation: shell.incarnation,
      addresses: [{ purpose: 'control', protocol: 'tcp', ip: '::', announced: '192.0.2.1', port: 7 }],
    });
    expect([rooms?.[0]?.roomKey, load?.sessions]).toEqual([room.roomKey, 3]);
    expect(plans.map(([plan, wasKnown]) => [plan.nodes[0]?.nodeId, wasKnown])).toEqual([['node-b', true]]);
    const [link] = centre.links;
    if (link === undefined) throw new Error('there is no link');
    await call(link, rpc.drain, { on: true, reason: 'the machine ends' });
    expect([drains, states]).toEqual([
      [false, true],
      ['registering', 'serving', 'draining'],
    ]);
    expect(shell.centre.registered).toBeDefined();
  });

  it('a node reports the disk of the folder that its kind names, and its shared configuration', async () => {
    for (const diskFolder of [undefined, '/dev/shm']) {
      const { shell } = await cloud.shell(
        { centreUrl: centre.url, drainLimitMs: 7 },
        diskFolder === undefined ? {} : { diskFolder },
      );
      centre.reports.length = 0;
      shell.join({ ...nothing, load: () => ({ sessions: 3 }) });
      await until('it is known', () => (centre.reports.at(-1)?.load?.diskBytes ?? 0) > 0);
      const { bytes } = await volumeOf(diskFolder ?? tmpdir());
      expect(centre.reports.at(-1)?.load).toMatchObject({ sessions: 3, diskBytes: bytes });
      expect(centre.registrations.at(-1)?.node?.config).toEqual([
        { key: 'drainLimitMs', value: '7' },
        { key: 'logLevel', value: 'null' },
      ]);
      shell.close('the test goes on');
    }
  });

  it("the leader's part of the load is in all loads to the leader, and in none to the instance of the region", async () => {
    const region = await cloud.centre('region');
    const { shell } = await cloud.shell({ centreUrl: centre.url, regionCentreUrl: region.url });
    const sent = { rows: [{ nodeId: 'node-b', bps: 7 }] };
    shell.join({ ...nothing, load: () => ({ sessions: 3 }), leaderLoad: () => ({ sent }) });
    await until('it reports', () => centre.reports.length > 0 && region.reports.length > 0);
    const heard = ({ registrations, reports }: TestCentre) =>
      [registrations[0], reports[0]].map((one) => [one?.load?.sessions, one?.load?.sent?.rows]);
    expect(heard(centre)).toEqual([
      [3, sent.rows],
      [3, sent.rows],
    ]);
    expect(heard(region)).toEqual([
      [3, undefined],
      [3, undefined],
    ]);
  });

  it('a node dials nothing before it joins, and nothing after it is closed, which may happen twice', async () => {
    const { shell, stack } = await cloud.shell({ centreUrl: centre.url });
    const early = await cloud.shell({ centreUrl: centre.url, id: 'node-early' });
    early.shell.close('the start failed');
    early.shell.join(nothing);
    expect(shell.centre.link).toBeUndefined();
    shell.join(nothing);
    await until('it is registered', () => shell.centre.registered !== undefined);
    expect(centre.registrations).toHaveLength(1);
    shell.close('the node ends');
    shell.close('the node ends');
    expect([shell.centre.link, shell.agent.state]).toEqual([undefined, 'disconnected']);
    await until('its link is gone', () => centre.links.size === 0);
    await stack.close('the process ends');
    expect([...centre.registrations].map(({ node }) => node?.nodeId)).toEqual(['node-a']);
  });

  it.each([
    ['without a limit', { drainLimitMs: 0 }, { ...nothing, isEmpty: () => false }],
    ['with nothing to wait for', { drainLimitMs: 600_000 }, nothing],
    ['that is empty', { drainLimitMs: 600_000 }, { ...nothing, isEmpty: () => true }],
    ['that is not empty in time', { drainLimitMs: 1 }, { ...nothing, isEmpty: () => false }],
  ])('a node %s leaves without waiting', async (_what, config, ports) => {
    const { shell, stack } = await cloud.shell({ centreUrl: centre.url, ...config });
    shell.join(ports);
    await until('it is registered', () => shell.centre.registered !== undefined);
    await stack.leave();
    expect(stack.closed).toBe(false);
    if (config.drainLimitMs === 0) expect(shell.agent.state).toBe('serving');
  });

  it('a node that leaves reports that to the leader and the instance of its region until it is empty, also after it has registered anew', async () => {
    const region = await cloud.centre('region');
    const { shell, stack } = await cloud.shell({
      centreUrl: centre.url,
      regionCentreUrl: region.url,
      drainLimitMs: 600_000,
    });
    const drains: string[] = [];
    let isEmpty = false;
    shell.join({ ...nothing, isEmpty: () => isEmpty, onDrain: (on, reason) => void drains.push(`${on} ${reason}`) });
    await until('it reports', () => centre.reports.length > 0 && region.reports.length > 0);
    let hasLeft = false;
    const leaveDone = stack.leave().then(() => {
      hasLeft = true;
    });
    for (const at of [centre, region])
      await until('it is heard', () => at.reports.at(-1)?.leaving === true && at.reports.at(-1)?.state === 'draining');
    centre.cut('the centre restarts');
    await until('it has registered anew', () => centre.registrations.length === 2);
    const reportCount = centre.reports.length;
    await until(
      'it says so again',
      () => centre.reports.length > reportCount && centre.reports.at(-1)?.leaving === true,
    );
    expect([hasLeft, drains]).toEqual([false, ['false ', 'true its process is to end']]);
    isEmpty = true;
    await leaveDone;
  });

  it('a refused registration ends the link, and is retried on the next', async () => {
    let isServiceReady = false;
    const readyAfter = async (wait: Promise<void>): Promise<void> => {
      await wait;
      isServiceReady = true;
    };
    const { shell } = await cloud.shell({ centreUrl: centre.url }, { readyAfter });
    centre.refuseWith = 'NODE_DENIED';
    let ready = 0;
    shell.join({
      ...nothing,
      onRegistered: () => {
        ready += 1;
      },
    });
    await until('it has tried twice', () => centre.registrations.length >= 2);
    expect([ready, shell.centre.registered, isServiceReady]).toEqual([0, undefined, false]);
    centre.refuseWith = undefined;
    await until('it is registered', () => ready === 1);
    await until('systemd would hear of it', () => isServiceReady);
    expect(centre.links.size).toBe(1);
  });
});

describe('with two centres', () => {
  it('a node finds the leader by the hint of the other centre, and that centre when it leads later', async () => {
    const leader = await cloud.centre('centre-2');
    centre.leads = false;
    centre.leaderUrl = leader.url;
    const { shell } = await cloud.shell({ centreUrl: `${centre.url},${leader.url}` });
    shell.join({ ...nothing, rooms: () => [room] });
    await until('it is at the leader', () => leader.registrations.length === 1);
    expect(centre.registrations).toHaveLength(0);
    centre.leads = true;
    centre.epoch = 2;
    await leader.close();
    await until('it is at the standby', () => centre.registrations.length === 1);
    expect(centre.registrations[0]).toMatchObject({
      centreIncarnation: 'centre-2-1',
      rooms: [{ roomKey: 'acme/lobby' }],
    });
    await until('it has obeyed it', () => shell.agent.epoch === 2);
  });
});

describe('at the instance of its region', () => {
  it('a node registers too, with its own part; its plan and its drain come from the leader', async () => {
    const instance = await cloud.centre('centre-fra');
    instance.epoch = 7;
    instance.plan = { deniedIds: ['node-z'], nodes: [{ nodeId: 'from the instance' }] };
    const { shell } = await cloud.shell({ centreUrl: centre.url, regionCentreUrl: instance.url });
    const received: unknown[] = [];
    const linked: string[] = [];
    shell.join({
      ...nothing,
      rooms: () => [room],
      onPlan: (plan) => void received.push(plan.nodes.map(({ nodeId }) => nodeId)),
      onDrain: (on) => void received.push(on),
      onLeaderLink: ({ remote }) => void linked.push(`leader ${remote.id}`),
      onRegionLink: ({ remote }) => void linked.push(`region ${remote.id}`),
    });
    await until('both have taken it', () => [shell.centre, shell.region].every(({ registered }) => registered));
    expect(instance.registrations[0]?.rooms).toEqual([]);
    expect(received).toEqual([false, []]);
    expect(shell.isDenied('node-z')).toBe(false);
    expect(linked.sort()).toEqual(['leader centre', 'region centre-fra']);
    expect(shell.regionEpoch).toBe(7);
    shell.confirm('DE_1');
    for (const at of [centre, instance])
      await until('it is confirmed', () => at.reports.some((report) => report.confirmedDecisionIds.includes('DE_1')));
  });

  it('a node obeys no lower epoch once the leader has named the centre that places there, and reports the obeyed epoch', async () => {
    const instance = await cloud.centre('centre-fra');
    const { shell } = await cloud.shell({ centreUrl: centre.url, regionCentreUrl: instance.url });
    shell.join(nothing);
    await until('both have taken it', () => [shell.centre, shell.region].every(({ registered }) => registered));
    for (const link of centre.links) post(link, note.placer, { region: 'fra', epoch: 8, incarnation: 'leader' });
    await until('it is heard', () => shell.regionEpoch === 8);
    instance.cut('the test cuts it');
    await until('the instance is asked again', () => instance.registrations.length > 1);
    expect(shell.region.registered).toBeUndefined();
    centre.cut('the test cuts it');
    await until('the leader is informed', () => centre.registrations.at(-1)?.regionEpoch === 8);
    expect(centre.registrations.at(-1)?.regionIncarnation).toBe('leader');
    instance.epoch = 9;
    await until('it obeys the one above', () => shell.regionEpoch === 9);
  });

  it("the leader's word about the region counts even without an instance", async () => {
    const { shell } = await cloud.shell({ centreUrl: centre.url });
    shell.join(nothing);
    await until('it is registered', () => shell.centre.registered !== undefined);
    for (const link of centre.links) post(link, note.placer, { region: 'fra', epoch: 3, incarnation: 'leader' });
    await until('it is heard', () => shell.regionEpoch === 3);
    expect(shell.region.link).toBeUndefined();
  });
});

describe('links from other nodes', () => {
  it.each([
    [nodeKind.media, { sfu: true, signaling: true }],
    [nodeKind.signaling, { signaling: true, gateway: true, api: true, recorder: true }],
    [nodeKind.edgeProbe, { 'edge-probe': true }],
    [nodeKind.gateway, { api: true }],
  ] as const)('come to a %s node from kinds that may dial it', async (kind, may: Readonly<Record<string, boolean>>) => {
    const { shell, stack } = await cloud.shell({ centreUrl: centre.url }, { kind });
    const server = await shell.listenLinks({ listen: { ip: '127.0.0.1', port: 0 }, onLink: () => undefined });
    stack.add('links', (cause) => server.close(cause));
    const found = await Promise.all(
      [...Object.values(nodeKind), 'unknown'].map(async (remote) => {
        const link = cloud.dial(server.port, { id: `from-${remote}`, kind: remote });
        return [
          remote,
          await link.then(
            () => true,
            () => false,
          ),
        ];
      }),
    );
    expect(Object.fromEntries(found.filter(([, isTaken]) => isTaken))).toEqual(may);
  });

  it('are refused to itself, to a node that is shut out, and to a node that `accept` refuses', async () => {
    centre.plan = { deniedIds: ['node-z'] };
    const { shell, stack } = await cloud.shell({ centreUrl: centre.url });
    const server = await shell.listenLinks({
      listen: { ip: '127.0.0.1', port: 0 },
      accept: ({ id }) => id !== 'node-x',
      onLink: () => undefined,
    });
    stack.add('links', (cause) => server.close(cause));
    shell.join(nothing);
    await until('the plan is known', () => shell.denied.size === 1);
    for (const id of ['node-a', 'node-z', 'node-x'])
      await expect(cloud.dial(server.port, { id, kind: nodeKind.media }), id).rejects.toThrow('refused');
    expect((await cloud.dial(server.port, { id: 'node-b', kind: nodeKind.media })).remote.id).toBe('node-a');
  });
});

it('a node that starts late in the life of its certificate renews it after its registration', async () => {
  const { shell, credentials } = await cloud.shell({ centreUrl: centre.url }, { ttlMs: 20_000 });
  shell.join(nothing);
  await until('it is renewed', () => shell.credentials().notAfterMs > credentials.notAfterMs);
  expect(centre.renewals).toBe(1);
});

it('a certificate is renewed over the link before it ends, and used from then on in both directions', async () => {
  const clock = systemClock();
  // The check of every minute runs many times a second.
  const fast = {
    ...clock,
    every: (periodMs: number, fn: () => void) => clock.every(periodMs === 60_000 ? 20 : periodMs, fn),
  };
  const { shell, stack, credentials } = await cloud.shell({ centreUrl: centre.url }, { clock: fast, ttlMs: 5000 });
  const server = await shell.listenLinks({ listen: { ip: '127.0.0.1', port: 0 }, onLink: () => undefined });
  stack.add('links', (cause) => server.close(cause));
  shell.join(nothing);
  await until('it is renewed', () => shell.credentials().notAfterMs > credentials.notAfterMs);
  await until('the old certificate has ended', () => Date.now() > credentials.notAfterMs + 100);
  expect(centre.renewals).toBe(1);
  centre.cut('the test cuts it');
  await until('it registers with the new one', () => centre.registrations.length === 2);
  await cloud.dial(server.port, { id: 'node-b', kind: nodeKind.media });
});
