import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../../../src/http/problems.ts';
import { fleetNode, seenLink } from '../../support/scripted-fleet.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
  const answer = await api.ask(method, path, { signer: operatorKey, scope: 'operator', ...(body && { body }) });
  return [answer.statusCode, answer.json()];
};

describe('nodes', () => {
  it('are shown with their known facts', async () => {
    const certificateNotAfterMs = Date.UTC(2026, 10, 27);
    api.fleet.nodes = [
      {
        ...fleetNode({ id: 'sfu-1', city: 'Frankfurt', sessions: 7, state: 'draining' }),
        draining: true,
        drainReason: 'new disk',
        sessionsToMove: 5,
        certificateNotAfterMs,
      },
      {
        ...fleetNode({ id: 'sig-1', city: 'London', kind: 'signaling' }),
        cordoned: true,
        distrust: 'it says too little',
      },
    ];
    expect(await ask('GET', '/console/nodes')).toEqual([
      200,
      {
        nodes: [
          {
            nodeId: 'sfu-1',
            kind: 'sfu',
            hostId: 'host-sfu-1',
            site: 'eu/Frankfurt',
            region: 'eu',
            city: 'Frankfurt',
            state: 'draining',
            isLinked: true,
            silentMs: 40,
            version: '1.2.3',
            cpu: 0.2,
            txBps: 10,
            rxBps: 20,
            sessions: 7,
            sessionsMax: 100,
            rssBytes: 5,
            loopLagMs: 1,
            isCordoned: false,
            isDraining: true,
            drainReason: 'new disk',
            sessionsToMove: 5,
            isLeaving: false,
            certificateEndsAt: '2026-11-27T00:00:00.000Z',
          },
          expect.objectContaining({
            nodeId: 'sig-1',
            isCordoned: true,
            cordonReason: '',
            distrust: 'it says too little',
          }),
        ],
      },
    ]);
  });

  it('are shown with disks, slots, and settings that differ from the usual ones', async () => {
    const nodeWithSetting = (id: string, value: string, load = {}) => {
      const { node, ...rest } = fleetNode({ id, city: 'Frankfurt', kind: 'recorder' });
      return { ...rest, node: { ...node, config: [{ key: 'logLevel', value }] }, load: { ...rest.load, ...load } };
    };
    const fullNode = { diskBytes: 1e12, diskFreeBytes: 0, recordSlots: 4, recordSlotsUsed: 0 };
    api.fleet.nodes = [
      nodeWithSetting('r1', '"info"', fullNode),
      nodeWithSetting('r2', '"debug"'),
      nodeWithSetting('r3', '"info"'),
    ];
    const [, { nodes }] = await ask('GET', '/console/nodes');
    expect(nodes[0]).toMatchObject({ disk: { bytes: 1e12, freeBytes: 0 }, recordSlots: { all: 4, used: 0 } });
    expect(nodes[0]).not.toHaveProperty('configDrift');
    expect(nodes[1].configDrift).toEqual([{ key: 'logLevel', ownValue: '"debug"', usualValue: '"info"' }]);
    expect(nodes[1]).not.toHaveProperty('disk');
    expect(nodes[1]).not.toHaveProperty('config');
  });

  it.each(['cordon', 'drain', 'uncordon'] as const)(
    '%s goes to the centre, and into the audit log',
    async (command) => {
      expect(await ask('POST', `/console/nodes/sfu-1/${command}`, { reason: 'new disk' })).toEqual([
        200,
        { heard: true },
      ]);
      expect(api.fleet.orders).toEqual([{ nodeId: 'sfu-1', command, reason: 'new disk' }]);
      const entries = await api.store.db
        .selectFrom('audit_entries')
        .select(['operation', 'targets', 'status'])
        .execute();
      expect(entries).toEqual([{ operation: `${command}Node`, targets: '{"node":"sfu-1"}', status: 200 }]);
    },
  );

  it('without an entry are 404; other refusals of the centre are 400; without a centre, 503', async () => {
    expect(await ask('POST', '/console/nodes/none/drain')).toMatchObject([404, { code: 'NOT_FOUND' }]);
    const [status, problem] = await ask('POST', '/console/nodes/sfu-1/drain', { reason: 'x'.repeat(257) });
    expect([status, problem.code]).toEqual([400, 'REQUEST_INVALID']);
    api.centre.state = 'down';
    api.clock.advance(2000);
    for (const [method, path] of [
      ['GET', '/console/nodes'],
      ['POST', '/console/nodes/sfu-1/drain'],
      ['GET', '/console/rooms/acme/demo/plan'],
    ] as const)
      expect([path, ...(await ask(method, path))]).toMatchObject([path, 503, { code: 'CENTRE_UNREACHABLE' }]);
    expect(api.fleet.orders).toEqual([]);
  });
});

it('the world shows how long the centre has been away, and keeps its last answers', async () => {
  expect(await ask('GET', '/console/world')).toMatchObject([
    200,
    { centre: { isReachable: true }, sites: [{ site: 'eu/Frankfurt' }], totals: { nodes: 1 } },
  ]);
  api.centre.state = 'down';
  api.clock.advance(2000);
  await ask('GET', '/console/world');
  api.clock.advance(3000);
  expect(await ask('GET', '/console/world')).toMatchObject([
    200,
    { centre: { isReachable: false, sinceMs: 3000 }, sites: [{ site: 'eu/Frankfurt' }] },
  ]);
});

it('paths between sites have their figures, their relay and the reason', async () => {
  api.fleet.nodes = ['Frankfurt', 'London', 'Paris'].map((city) => fleetNode({ id: city, city }));
  api.fleet.links = [
    seenLink('host-Frankfurt', 'host-London', { via: 'host-Paris', lossFast: 0.02 }),
    seenLink('host-London', 'host-Frankfurt', { rttMs: -1 }),
    seenLink('host-London', 'host-Paris'),
  ];
  const [status, { paths }] = await ask('GET', '/console/paths?fromSite=eu%2FFrankfurt&toSite=eu%2FLondon');
  expect([status, paths]).toEqual([
    200,
    [
      {
        fromHostId: 'host-Frankfurt',
        toHostId: 'host-London',
        fromSite: 'eu/Frankfurt',
        toSite: 'eu/London',
        isReachable: true,
        via: 'host-Paris',
        viaSite: 'eu/Paris',
        pathMs: 10,
        rttMs: 20,
        jitterMs: 1,
        loss: 0.02,
        why: 'direct costs 10 ms, the least',
      },
      expect.not.objectContaining({ rttMs: expect.anything() }),
    ],
  ]);
});

describe('the plan of a room', () => {
  const plan = {
    words: ['Room acme/demo: 3 in it, on 2 hosts.'],
    nodeIds: ['fra', 'lon'],
    members: [{ nodeId: 'fra' }, { nodeId: 'fra' }, { nodeId: 'lon' }],
    paths: [{ a: 'fra', b: 'lon', via: '' }],
  };
  it('joins the centre’s explanation, the hops of the owner, and the paths between its hosts', async () => {
    api.fleet.nodes = ['fra', 'lon', 'par'].map((id) => fleetNode({ id, city: id }));
    // The paths use a relay that the room's fence forbids.
    api.fleet.links = [
      seenLink('host-fra', 'host-lon', { via: 'host-par' }),
      seenLink('host-lon', 'host-fra'),
      seenLink('host-fra', 'host-par'),
    ];
    api.fleet.plans = { 'acme/demo': plan };
    api.owners.open('acme/demo', { participants: [{ identity: 'ann' }] });
    const hops = [{ trackId: 'TR_1', nodeId: 'lon', fromNodeId: 'fra' }];
    const view = api.owners.live.get('acme/demo') ?? expect.fail('it is open');
    api.owners.live.set('acme/demo', { ...view, paths: hops });
    const [status, body] = await ask('GET', '/console/rooms/acme/demo/plan');
    expect(status).toBe(200);
    expect(body).toMatchObject({ lines: plan.words, hops });
    expect(body.nodes).toEqual([
      { nodeId: 'fra', hostId: 'host-fra', site: 'eu/fra', sessions: 2 },
      { nodeId: 'lon', hostId: 'host-lon', site: 'eu/lon', sessions: 1 },
    ]);
    expect(
      body.paths.map((path: Record<string, unknown>) => [path['fromHostId'], path['via'], path['viaSite']]),
    ).toEqual([
      ['host-fra', '', ''],
      ['host-lon', '', ''],
    ]);
  });

  it('has the centre’s part while the owner of the room is away', async () => {
    api.fleet.plans = { 'acme/demo': plan };
    api.owners.view = async () => {
      throw new Problem('ROOM_UNREACHABLE');
    };
    const [status, { lines, hops, nodes }] = await ask('GET', '/console/rooms/acme/demo/plan');
    expect([status, hops, nodes.length]).toEqual([200, [], 2]);
    expect(lines).toEqual([...plan.words, expect.stringMatching(/^The room’s owner does not answer/)]);
  });

  it('is 404 for an unknown room and for an impossible name', async () => {
    expect(await ask('GET', '/console/rooms/acme/none/plan')).toMatchObject([404, { code: 'NOT_FOUND' }]);
    expect(await ask('GET', `/console/rooms/ac%2Fme/none/plan`)).toMatchObject([404, { code: 'NOT_FOUND' }]);
  });

  it('leaves out parts of an unexpected shape', async () => {
    api.fleet.plans = { 'acme/odd': { words: 'no list', nodeIds: ['fra', 7], members: [null], paths: [{ a: 1 }] } };
    expect(await ask('GET', '/console/rooms/acme/odd/plan')).toEqual([
      200,
      { lines: [], hops: [], paths: [], nodes: [{ nodeId: 'fra', hostId: '', site: '', sessions: 0 }] },
    ]);
  });
});
