import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, limits, rpc, serve } from '@meridian/protocol';
import { createCsr, createLogger, type Link, systemClock } from '@meridian/runtime';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openGeo } from '../../src/adapters/geo/chain.ts';
import { DISTRUST_AFTER_MS } from '../../src/fleet/core/distrust.ts';
import { admin, skippingClock, startCentre, tempDir, until } from './support/centre.ts';
import { codeOf, FakeNode, frankfurt, newSession, singapore } from './support/fake-node.ts';

let centre: Awaited<ReturnType<typeof startCentre>>;
const nodes: FakeNode[] = [];

async function start(options: ConstructorParameters<typeof FakeNode>[0]): Promise<FakeNode> {
  const node = await FakeNode.start(centre, options);
  nodes.push(node);
  return node;
}

async function stop(): Promise<void> {
  for (const node of nodes.splice(0)) node.close();
  await centre.close();
}

describe('a development centre with a media node and a signaling node in each of two regions', () => {
  let signalingFra: FakeNode;
  let signalingSgp: FakeNode;
  let sfuFra: FakeNode;

  beforeAll(async () => {
    centre = await startCentre({
      developmentCities: true,
      mode: 'relay',
      tenantModes: { modal: 'single' },
      joinsPerCore: 500,
    });
    sfuFra = await start({ id: 'sfu-fra-1', ...frankfurt });
    await start({ id: 'sfu-sgp-1', ...singapore });
    signalingFra = await start({ id: 'sig-fra', kind: 'signaling', ...frankfurt });
    signalingSgp = await start({ id: 'sig-sgp', kind: 'signaling', ...singapore });
  });
  afterAll(stop);

  test('places each client at the node nearest to its named city, whichever node asks', async () => {
    const a = await signalingFra.place({ fromCity: 'frankfurt' });
    const b = await signalingSgp.place({ fromCity: 'singapore' });
    const c = await signalingFra.place({ fromCity: 'singapore' });
    expect([a.nodeId, b.nodeId, c.nodeId]).toEqual(['sfu-fra-1', 'sfu-sgp-1', 'sfu-sgp-1']);
    expect([a.ok, a.mode, a.location?.source, a.location?.label]).toEqual([true, 'normal', 'city', 'Frankfurt']);
    expect(await codeOf(signalingFra.place({ fromCity: 'atlantis' }))).toBe('CITY_UNKNOWN');
  });

  test('gives every node the plan of all nodes, and signaling nodes also the path between the media nodes', async () => {
    const plan = await until('a plan of four nodes', () =>
      signalingFra.plans.find((found) => found.nodes.length === 4),
    );
    expect(plan.nodes.map((node) => `${node.nodeId} ${node.state}`).sort()).toEqual([
      'sfu-fra-1 alive',
      'sfu-sgp-1 alive',
      'sig-fra alive',
      'sig-sgp alive',
    ]);
    expect(plan.paths.map(({ a, b, via }) => ({ a, b, via }))).toEqual([{ a: 'sfu-fra-1', b: 'sfu-sgp-1', via: '' }]);
    const held = await until('as many at a media node', () => sfuFra.plans.find((found) => found.nodes.length === 4));
    expect(held.paths).toEqual([]);
  });

  test('tells media nodes, and no other kind, where a media node takes links', async () => {
    const ask = (asker: FakeNode, nodeId: string) => call(asker.link as Link, rpc.nodeAddress, { nodeId });
    expect(await ask(sfuFra, 'sfu-sgp-1')).toMatchObject({ controlUrl: 'wss://127.0.0.1:7910' });
    for (const nodeId of ['sig-sgp', 'sfu-of-nowhere'])
      expect(await ask(sfuFra, nodeId)).toMatchObject({ controlUrl: '' });
    expect(await codeOf(ask(signalingFra, 'sfu-sgp-1'))).toBe('KIND_NOT_PERMITTED');
  });

  test('shows a decision and its reasons to a caller with the cluster token', async () => {
    const placed = await signalingFra.place({ fromCity: 'singapore' });
    const { status, body } = await admin(centre, 'GET', `/v1/decisions/${placed.decisionId}`);
    expect(status).toBe(200);
    expect(body.decision.nodeId).toBe('sfu-sgp-1');
    expect(body.explanation.isReproduced).toBe(true);
    expect(body.explanation.lines.join('\n')).toContain('Chosen: sfu-sgp-1 on host host-sfu-sgp-1');
  });

  test("answers with the client's location, and explains the rest of the decision when the session asks", async () => {
    const sessionId = newSession();
    const placed = await signalingFra.place({ sessionId, fromCity: 'singapore' });
    expect(placed.reasons).toEqual(['the city was named by the client (development)']);
    // The session may have been resumed at another signaling node, so any may ask.
    const explained = await signalingSgp.explain(placed.decisionId, sessionId);
    expect(explained.nodeId).toBe('sfu-sgp-1');
    expect(explained.scores.map((row) => row.nodeId)).toEqual(['sfu-sgp-1', 'sfu-fra-1']);
    expect(explained.scores[0]?.parts?.map((part) => part.name)).toEqual(['access', 'room', 'load']);
    expect(explained.reasons.slice(0, 2)).toEqual([
      'the city was named by the client (development)',
      expect.stringMatching(/^access: about \d+ ms from the client/),
    ]);
  });

  test('explains no decision about another session, and no unknown decision', async () => {
    const { decisionId } = await signalingFra.place({ fromCity: 'singapore' });
    expect(await codeOf(signalingFra.explain(decisionId, newSession()))).toBe('DECISION_UNKNOWN');
    expect(await codeOf(signalingFra.explain(decisionId, ''))).toBe('DECISION_UNKNOWN');
    for (const unknown of ['', 'DE_1', 'DE_0000000000000000', `${decisionId}x`, `${decisionId}.eu-central`])
      expect(await codeOf(signalingFra.explain(unknown, newSession())), unknown).toBe('DECISION_UNKNOWN');
  });

  test('offers the nearest signaling node first', async () => {
    const locate = (fromCity: string) => call(signalingFra.openLink(), rpc.locate, { fromCity });
    expect((await locate('tokyo')).signalingIds).toEqual(['sig-sgp', 'sig-fra']);
    expect((await locate('london')).signalingIds).toEqual(['sig-fra', 'sig-sgp']);
  });

  test('gives the room to the first signaling node that places into it, and informs the other', async () => {
    const roomKey = 't/owned';
    const first = await signalingSgp.place({ roomKey, fromCity: 'frankfurt' });
    const second = await signalingFra.place({ roomKey, fromCity: 'frankfurt' });
    expect(first.lease).toMatchObject({ ownerId: 'sig-sgp', epoch: 1, created: true });
    expect(second.lease).toMatchObject({ ownerId: 'sig-sgp', epoch: 1, created: false });
    const stale = call(signalingFra.openLink(), rpc.roomLease, { roomKey, epoch: 1 });
    expect(await codeOf(stale)).toBe('EPOCH_STALE');
    const renewed = await call(signalingSgp.openLink(), rpc.renewLeases, {
      leases: [
        { roomKey, epoch: 1 },
        { roomKey: 't/never', epoch: 0 },
      ],
    });
    expect([renewed.leases.length, renewed.lostRoomKeys]).toEqual([1, ['t/never']]);
  });

  test('names a media node as holder of a room as soon as the node reports the room', async () => {
    const roomKey = 't/held';
    const sessionId = newSession();
    const placed = await signalingFra.place({ roomKey, sessionId, fromCity: 'frankfurt' });
    sfuFra.attach({ roomKey, sessionId, decisionId: placed.decisionId, ownerId: 'sig-fra', epoch: 1 });
    const lease = await until('the room has a node', async () => {
      const found = await call(signalingSgp.openLink(), rpc.roomLease, { roomKey });
      return found.nodeIds.length > 0 ? found : undefined;
    });
    expect([lease.ownerId, lease.nodeIds]).toEqual(['sig-fra', ['sfu-fra-1']]);
    expect(centre.centre.ledger.get(placed.decisionId)?.state).toBe('confirmed');
  });

  test('takes back a charge for the signaling node that made it, and for no other', async () => {
    const { decisionId } = await signalingFra.place({ roomKey: 't/back', fromCity: 'frankfurt' });
    expect(centre.centre.ledger.get(decisionId)?.state).toBe('assumed');
    expect(await codeOf(call(signalingSgp.openLink(), rpc.releaseDecision, { decisionId }))).toBe('NOT_PERMITTED');
    await call(signalingFra.openLink(), rpc.releaseDecision, { decisionId });
    await call(signalingFra.openLink(), rpc.releaseDecision, { decisionId });
    expect(centre.centre.ledger.get(decisionId)).toBeUndefined();
  });

  test('shows administrators and alarms its nodes, its admission rates and its location databases', async () => {
    const shown = async () => (await centre.metrics.registry.metrics()).split('\n');
    await until('they are all linked', async () => (await shown()).includes('meridian_scheduler_links 4') || undefined);
    expect(await shown()).toEqual(
      expect.arrayContaining([
        'meridian_scheduler_nodes{kind="sfu",state="alive"} 2',
        'meridian_scheduler_leading 1',
        'meridian_scheduler_centre_epoch 1',
        'meridian_scheduler_certificates_total{how="enrolled"} 4',
      ]),
    );
    const { body } = await admin(centre, 'GET', '/v1/admission');
    // Each region's rate: the configured rate of a core for each of its cores, less the present load.
    expect(body.regions.map(({ region }: { region: string }) => region)).toEqual(['eu-central', 'ap-southeast']);
    expect(body.regions[0].perSecond).toSatisfy((perSecond: number) => perSecond > 100 && perSecond <= 500);
    expect((await admin(centre, 'GET', '/v1/fleet')).body.location).toMatchObject({ databases: [] });
    const modeOf = async (key: string) =>
      (await admin(centre, 'DELETE', `/v1/rooms/${encodeURIComponent(key)}/mode`)).body.mode;
    expect([await modeOf('modal/x'), await modeOf('t/x')]).toEqual(['single', 'relay']);
  });

  test('drains a node on command: the node and the plan show it, and no session is placed there until the drain is lifted', async () => {
    const drain = (on: boolean) =>
      admin(centre, 'POST', '/v1/nodes/sfu-fra-1/drain', { body: { on, reason: 'kernel' } });
    expect((await drain(true)).body).toEqual({ on: true, told: true });
    expect(sfuFra.agent.state).toBe('draining');
    const sessionId = newSession();
    const placedDuringDrain = await signalingFra.place({ roomKey: 't/drain', sessionId, fromCity: 'frankfurt' });
    expect(placedDuringDrain.nodeId).toBe('sfu-sgp-1');
    const { rejections } = await signalingFra.explain(placedDuringDrain.decisionId, sessionId);
    expect(rejections.map((row) => `${row.nodeId} ${row.reason}`)).toEqual(['sfu-fra-1 draining: kernel']);
    await until(
      'the plan says draining',
      () =>
        signalingSgp.plans.at(-1)?.nodes.some((node) => node.nodeId === 'sfu-fra-1' && node.state === 'draining') ||
        undefined,
    );
    await drain(false);
    await until('it serves again', async () => {
      const placedAfterDrain = await signalingFra.place({ roomKey: 't/drain', fromCity: 'frankfurt' });
      return placedAfterDrain.nodeId === 'sfu-fra-1' || undefined;
    });
  });
});

describe('an api', () => {
  test('sees the fleet with its certificates, links, plans of rooms and stories, and orders nodes as administrators do', async () => {
    let wallAheadMs = 0;
    const clock = { ...systemClock(), wallMs: () => Date.now() + wallAheadMs };
    centre = await startCentre({ developmentCities: true, clock });
    onTestFinished(stop);
    const media = await start({ id: 'sfu-fra-1', ...frankfurt });
    await start({ id: 'sfu-sgp-1', ...singapore });
    const signaling = await start({ id: 'sig-fra', kind: 'signaling', ...frankfurt });
    const api = (await start({ id: 'api-1', kind: 'api', ...frankfurt })).openLink();
    const placed = await signaling.place({ fromCity: 'singapore' });

    const { nodes, centreEpoch } = await call(api, rpc.fleetSeen, {});
    expect(nodes.map(({ node, state, isLinked }) => [node?.nodeId, state, isLinked]).sort()).toEqual(
      ['api-1', 'sfu-fra-1', 'sfu-sgp-1', 'sig-fra'].map((id) => [id, 'alive', true]),
    );
    const certificatesMs = nodes.map(({ certificateNotAfterMs = 0 }) => (certificateNotAfterMs ?? 0) - Date.now());
    for (const restMs of certificatesMs) {
      expect(restMs).toBeGreaterThan(limits.certificateLifetimeMs - 600_000);
      expect(restMs).toBeLessThanOrEqual(limits.certificateLifetimeMs);
    }
    expect(Number(centreEpoch)).toBe(centre.terms.epoch);
    const links = await until('the hosts are planned', async () => {
      const seen = await call(api, rpc.linksSeen, { withReasons: true, hostId: 'host-sfu-sgp-1' });
      return seen.links.length > 0 ? seen.links : undefined;
    });
    expect(links.map(({ fromHostId, toHostId, why }) => [fromHostId, toHostId, why !== ''])).toContainEqual([
      ...['host-sfu-fra-1', 'host-sfu-sgp-1'],
      true,
    ]);
    const plan = JSON.parse((await call(api, rpc.roomPlanned, { roomKey: 't/room' })).json);
    expect(plan).toMatchObject({ roomKey: 't/room', lease: { ownerId: 'sig-fra' } });
    const { stories } = await call(api, rpc.decisionStories, { decisionIds: [placed.decisionId, 'DE_0000'] });
    expect(stories).toMatchObject([{ decisionId: placed.decisionId, why: 'nearest', chosen: { nodeId: 'sfu-sgp-1' } }]);
    const shown = await admin(centre, 'GET', `/v1/decisions/${placed.decisionId}`);
    expect(shown.body.story).toMatchObject({ why: 'nearest', nearest: { nodeId: 'sfu-sgp-1' } });

    const wanted = { fromWallMs: 0, toWallMs: Date.now(), words: [], level: 'info', limit: 1 };
    expect(await codeOf(call(api, rpc.logsSought, { nodeId: 'centre', wanted }))).toBe('NO_LOGS');
    serve(media.openLink(), rpc.logLines, ({ words }) => ({ source: 'file', lines: [{ text: words.join() }] }));
    const ofMedia = await call(api, rpc.logsSought, { nodeId: 'sfu-fra-1', wanted: { ...wanted, words: ['a', 'b'] } });
    expect(ofMedia).toMatchObject({ source: 'file', lines: [{ text: 'a,b' }] });

    const order = (command: string, reason = '') =>
      call(api, rpc.nodeCommand, { nodeId: 'sfu-fra-1', command, reason });
    expect(await order('drain', 'kernel')).toEqual({ heard: true });
    expect(media.agent.state).toBe('draining');
    expect((await order('uncordon')).heard).toBe(true);
    expect(media.agent.state).toBe('serving');
    // A newer certificate counts as soon as it is issued, although the link still uses the old certificate.
    wallAheadMs = 3_600_000;
    const { csrPem } = await createCsr({ id: 'api-1', kind: 'api', region: frankfurt.region });
    const { notAfterMs } = await call(api, rpc.renewCertificate, { csrPem });
    const renewed = (await call(api, rpc.fleetSeen, {})).nodes.find(({ node }) => node?.nodeId === 'api-1');
    expect(renewed?.certificateNotAfterMs).toBe(notAfterMs);
    expect(notAfterMs - Date.now()).toBeGreaterThan(limits.certificateLifetimeMs + 1_800_000);
    for (const rejectedCall of [
      call(signaling.openLink(), rpc.fleetSeen, {}),
      call(signaling.openLink(), rpc.nodeCommand, { nodeId: 'sfu-fra-1', command: 'drain', reason: '' }),
      call(signaling.openLink(), rpc.logsSought, { nodeId: 'sfu-fra-1', wanted }),
      call(media.openLink(), rpc.decisionStories, { decisionIds: [placed.decisionId] }),
    ])
      expect(await codeOf(rejectedCall)).toBe('KIND_NOT_PERMITTED');
  });
});

describe('sessions that a gateway or recorder (their opener) opens', () => {
  let signaling: FakeNode;

  beforeAll(async () => {
    centre = await startCentre({ developmentCities: true });
    await start({ id: 'sfu-fra-1', ...frankfurt });
    await start({ id: 'sfu-sgp-1', ...singapore });
    await start({ id: 'sfu-sgp-gw', ...singapore, hostId: 'host-gw' });
    signaling = await start({ id: 'sig-fra', kind: 'signaling', ...frankfurt });
    await start({ id: 'gw-sgp', kind: 'gateway', ...singapore, hostId: 'host-gw' });
    await start({ id: 'rec-fra', kind: 'recorder', ...frankfurt });
  });
  afterAll(stop);

  test('are placed on the host of their opener, and the decision says why', async () => {
    const placed = await signaling.place({ openerId: 'gw-sgp', clientIp: '91.1.2.3', fromCity: 'frankfurt' });
    expect([placed.nodeId, placed.location?.source]).toEqual(['sfu-sgp-gw', 'opener']);
    expect(placed.reasons).toEqual(['opened by the gateway gw-sgp and placed near it']);
    const { body } = await admin(centre, 'GET', `/v1/decisions/${placed.decisionId}`);
    expect(body.explanation.isReproduced).toBe(true);
    expect(body.explanation.lines.join('\n')).toContain('on host host-gw, where gw-sgp is, which opened the session.');
  });

  test('are placed near an opener whose host has no media node, unless they have to be on its host', async () => {
    expect(await signaling.place({ openerId: 'rec-fra' })).toMatchObject({ ok: true, nodeId: 'sfu-fra-1' });
    const refused = await signaling.place({ openerId: 'rec-fra', onHost: true });
    expect(refused).toMatchObject({ ok: false, code: 'NO_NODE' });
    expect(refused.reasons.join('; ')).toContain('only a media node of its host host-rec-fra may take it');
    const { body } = await admin(centre, 'GET', `/v1/decisions/${refused.decisionId}`);
    expect(body.explanation.lines.join('\n')).toContain('rec-fra needs a media node of its own host host-rec-fra');
  });

  test('are refused when their opener is unknown, or of a kind that opens no sessions', async () => {
    for (const openerId of ['gw-9', 'sfu-sgp-gw', 'sig-fra'])
      expect(await codeOf(signaling.place({ openerId })), openerId).toBe('OPENER_UNKNOWN');
    expect(await codeOf(signaling.place({ onHost: true }))).toBe('REQUEST_INVALID');
  });

  test('have openers that every node finds in its plan', async () => {
    const known = await until('a plan with both', () =>
      signaling.plans.flatMap(({ nodes }) => nodes).find((node) => node.kind === 'gateway'),
    );
    expect(known).toMatchObject({ nodeId: 'gw-sgp', hostId: 'host-gw' });
  });
});

describe('a production centre with the databases of the installation', () => {
  let signaling: FakeNode;

  beforeAll(async () => {
    centre = await startCentre({ geoCityFiles: undefined, geoCountryFiles: undefined });
    await start({ id: 'sfu-fra-1', ...frankfurt });
    await start({ id: 'sfu-sgp-1', ...singapore });
    signaling = await start({ id: 'sig-fra', kind: 'signaling', ...frankfurt });
  });
  afterAll(stop);

  // Addresses from the middle of large blocks of a single national carrier: 91.0.0.0/10 and 2003::/19, 116.86.0.0/15
  // and 2406:3003::/32.
  test.each([
    { clientIp: '91.23.45.67', country: 'DE', nodeId: 'sfu-fra-1' },
    { clientIp: '116.87.12.34', country: 'SG', nodeId: 'sfu-sgp-1' },
    { clientIp: '2003:e5:1234::1', country: 'DE', nodeId: 'sfu-fra-1' },
    { clientIp: '2406:3003:2001::1', country: 'SG', nodeId: 'sfu-sgp-1' },
    { clientIp: '::ffff:116.87.12.34', country: 'SG', nodeId: 'sfu-sgp-1' },
  ])('places $clientIp ($country) on $nodeId, and names source and radius', async (row) => {
    const placed = await signaling.place({ clientIp: row.clientIp });
    expect([placed.nodeId, placed.location?.source, placed.location?.countryCode]).toEqual([
      row.nodeId,
      'dbip-city',
      row.country,
    ]);
    expect(placed.location?.radiusKm).toBe(100);
    expect(placed.reasons[0]).toBe('the address is known to dbip-city');
  });

  test.each(['127.0.0.1', '10.1.2.3', '::1', 'fd00::1', '', 'not an address', '240.0.0.1'])(
    'places "%s" where its signaling node is, and says that its location is unknown',
    async (clientIp) => {
      const placed = await signaling.place({ clientIp, fromCity: 'singapore' });
      expect([placed.nodeId, placed.location?.source, placed.location?.label]).toEqual([
        'sfu-fra-1',
        'none',
        'frankfurt',
      ]);
      expect(placed.reasons[0]).toContain('the city it named was ignored');
    },
  );
});

describe('sources of IP location', () => {
  const log = createLogger({ name: 'test', level: 'silent' });
  const german = '91.23.45.67';

  test('that are missing or broken are left out, and the next source answers', async () => {
    const temp = tempDir();
    const broken = join(temp.dir, 'broken.mmdb');
    writeFileSync(broken, 'this is no database');
    const geo = await openGeo(
      { geoipLite: false, maxmindFile: join(temp.dir, 'missing.mmdb'), cityFiles: [broken] },
      log,
    );
    temp.remove();
    expect(geo.sources).toEqual(['geo-whois-asn-country', 'geo-whois-asn-country']);
    expect(geo.locate(german)).toMatchObject({ source: 'geo-whois-asn-country', countryCode: 'DE', radiusKm: 430 });
    expect(geo.locate('2003:e5:1234::1')).toMatchObject({ countryCode: 'DE' });
  });

  test('may all be missing: no address is known, and nothing fails', async () => {
    const geo = await openGeo({ geoipLite: false, cityFiles: [], countryFiles: [] }, log);
    expect([geo.sources, geo.locate(german)]).toEqual([[], undefined]);
  });
});

describe('the charges of a node', () => {
  let signaling: FakeNode;
  let liar: FakeNode;
  const clock = skippingClock();

  beforeAll(async () => {
    centre = await startCentre({ developmentCities: true, clock });
    liar = await start({ id: 'sfu-liar', ...frankfurt, sessions: 40 });
    await start({ id: 'sfu-true', ...frankfurt, sessions: 5 });
    signaling = await start({ id: 'sig', kind: 'signaling', ...frankfurt });
  });
  afterAll(stop);

  test('lapse when the node does not confirm them in time, and their seats are free only then', async () => {
    // 40 + 5 seats: all are charged without any report, then no session fits.
    const seats = await Promise.all(Array.from({ length: 45 }, () => signaling.place({ fromCity: 'frankfurt' })));
    const perNode = (id: string) => seats.filter((placed) => placed.nodeId === id).length;
    expect([perNode('sfu-liar'), perNode('sfu-true')]).toEqual([40, 5]);
    const refused = await signaling.place({ fromCity: 'frankfurt' });
    expect([refused.ok, refused.code, refused.nodeId]).toEqual([false, 'NO_CAPACITY', '']);
    expect(refused.retryAfterMs).toBeGreaterThanOrEqual(3000);
    expect(refused.lease).toBeNull();
    clock.skip(limits.decisionConfirmMs - 5000);
    expect((await signaling.place({ fromCity: 'frankfurt' })).ok).toBe(false);
    clock.skip(5000);
    await until('a session fits again', async () => (await signaling.place({ fromCity: 'frankfurt' })).ok || undefined);
  });

  test('count although it claims no load: it is charged its held sessions, distrusted after 10 s, and trusted when its figures are true', async () => {
    const rooms = Array.from({ length: 30 }, newSession);
    liar.rooms = [{ roomKey: 't/big', epoch: 1, ownerId: 'sig', sessionIds: rooms }];
    liar.claimedSessions = 0;
    await until('the list has arrived', () => centre.centre.fleet.get('sfu-liar')?.listed.count === 30 || undefined);
    const placeExplained = async () => {
      const sessionId = newSession();
      const { decisionId } = await signaling.place({ roomKey: 't/lie', sessionId, fromCity: 'frankfurt' });
      return signaling.explain(decisionId, sessionId);
    };
    const early = await placeExplained();
    const loads = early.scores.flatMap((row) => row.parts ?? []).filter((part) => part.name === 'load');
    // 30 of the 32 sessions that a fresh node may take, and its other charges, although it claims none.
    expect(loads.some((part) => /^(9[4-9]|1\d\d) % of its capacity/.test(part.reason ?? ''))).toBe(true);
    clock.skip(DISTRUST_AFTER_MS);
    await until('it is distrusted', () => centre.centre.fleet.get('sfu-liar')?.distrust);
    const late = await placeExplained();
    expect(late.nodeId).toBe('sfu-true');
    expect(late.rejections.map((row) => `${row.nodeId} ${row.filter}`)).toEqual(['sfu-liar honest']);
    liar.claimedSessions = undefined;
    await until('it is trusted again', () => centre.centre.fleet.get('sfu-liar')?.distrust === undefined || undefined);
  });
});
