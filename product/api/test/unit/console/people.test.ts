import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CentrePaths } from '../../../src/console/ports.ts';
import { sessionBy, timelineOf } from '../../../src/console/timeline.ts';
import { fleetNode, seenLink } from '../../support/scripted-fleet.ts';
import { type Ask, operatorKey, type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal } from '../events/journals.ts';
import { ann, bob, factsOf, recordOf, send } from '../quality/batches.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const eve = 'PA_eeeeeeeeeeeeeeeeeeee';
const nowMs = () => api.clock.wallMs();
const operator = (path: string) => api.ask('GET', `/console${path}`, { scope: 'operator', signer: operatorKey });
const body = async (path: string) => (await operator(path)).json();
const idsOf = ({ people }: { people: { sessionId: string }[] }) => people.map(({ sessionId }) => sessionId);
const add = (id: string, facts: wire.SessionFacts.$Properties = {}, record: wire.QualityRecord.$Properties = {}) =>
  send(api, {
    facts: [factsOf(id, { joinedWallMs: nowMs() - 60_000, ...facts })],
    records: [recordOf(id, nowMs(), record)],
  });
/** Adds a life of acme's lobby, RM_1, with both people, and one of globex's with eve. */
const lives = async () => {
  await api.telling.intake.take(journal(1, 1, [entry.opened('ann', 'bob')]));
  await api.telling.intake.take(journal(1, 1, [entry.opened('eve')], { roomKey: 'globex/lobby', sid: 'RM_2' }));
  await add(ann);
  await add(bob);
  await add(eve, { roomKey: 'globex/lobby', sid: 'RM_2', identity: 'eve' });
};

describe('a timeline', () => {
  const codeOf = async (path: string, o: Ask = {}) => {
    const answer = await api.ask('GET', path, o);
    return answer.statusCode === 200 ? answer.json().person.identity : answer.json().code;
  };
  const ofLife = (sid: string, id: string) => `/room-lives/${sid}/sessions/${id}/timeline`;

  it('is given only to the tenant of the session', async () => {
    await lives();
    expect(await codeOf(ofLife('RM_1', ann))).toBe('ann');
    expect(await codeOf(ofLife('RM_2', eve), { signer: tenants[1] })).toBe('eve');
    for (const [sid, id] of [
      ['RM_2', eve],
      ['RM_1', eve],
      ['RM_2', ann],
      ['RM_3', ann],
      ['RM_1', 'PA_none'],
    ] as const)
      expect([sid, id, await codeOf(ofLife(sid, id))]).toEqual([sid, id, 'NOT_FOUND']);
    expect(await codeOf(ofLife('RM_1', ann), { signer: tenants[1] })).toBe('NOT_FOUND');
    await api.telling.intake.take(journal(1, 1, [entry.opened('ann')], { sid: 'RM_9' }));
    expect(await codeOf(ofLife('RM_9', ann))).toBe('NOT_FOUND');
    // The tenant counts, not the life that a signaling node reports.
    const otherSession = 'PA_oooooooooooooooooooo';
    await add(otherSession, { roomKey: 'globex/lobby', sid: 'RM_1' });
    expect(await codeOf(ofLife('RM_1', otherSession))).toBe('NOT_FOUND');
    expect(await codeOf(ofLife('RM_1', ann), { scope: 'rooms:admin' })).toBe('NOT_PERMITTED');
    expect(await codeOf(ofLife('RM_1', ann), { scope: 'operator', signer: operatorKey })).toBe('NOT_PERMITTED');
  });

  it('is given to a token for its room, and refused to one for another room', async () => {
    await lives();
    const by = async (room: string) => {
      const token = await api.token({ scope: 'reports:read', video: { room } });
      return codeOf(ofLife('RM_1', ann), { headers: { authorization: `Bearer ${token}` } });
    };
    expect([await by('lobby'), await by('board')]).toEqual(['ann', 'NOT_FOUND']);
  });

  it('hides texts that are for operators from tenants', async () => {
    await lives();
    const refused = { hostId: 'host-1', refusedBy: 'draining', refusalReason: 'we owe the rent' };
    const story = { why: 'nearest_refused', nearest: refused, moveFromNodeId: 'sfu-x', moveReason: 'to hide it' };
    api.centre.explained.set('DE_1', { decisionId: 'DE_1', madeWallMs: nowMs(), ...story, lines: ['we owe the rent'] });
    await add(ann, { decisionId: 'DE_1' });
    const seenBy = async (path: string, o?: Ask) =>
      (await api.ask('GET', path, { scope: 'reports:read', ...o })).json();
    const { decisions } = await seenBy(ofLife('RM_1', ann));
    expect(decisions).toMatchObject([{ why: 'nearest_refused', nearest: { refusedBy: 'draining' }, lines: [] }]);
    expect(JSON.stringify(decisions)).not.toMatch(/rent|hide/);
    expect(JSON.stringify(await body(`/sessions/${ann}`))).toMatch(/we owe the rent.*to hide it|to hide it.*we owe/);
  });

  it('of a meeting’s session is given to users that may change the meeting', async () => {
    const [host, other] = [await api.user({ id: 'host', role: 'host' }), await api.user({ id: 'other', role: 'host' })];
    const times = { localStart: '2030-01-07T10:00:00', timeZone: 'UTC', durationMinutes: 45 };
    const invitees = [{ userId: 'other', email: 'other@example.org', name: 'Other' }];
    const booked = await api.ask('POST', '/meetings', { body: { title: 'A', ...times, hosts: ['host'], invitees } });
    const meeting = booked.json().id as string;
    await add(ann, { roomKey: `acme/${meeting}`, sid: 'RM_7' });
    await add(bob);
    const path = (id: string) => `/meetings/${meeting}/sessions/${id}/timeline`;
    expect(await codeOf(path(ann), { as: host })).toBe('ann');
    expect(await codeOf(path(ann))).toBe('ann');
    expect(await codeOf(path(ann), { as: other })).toBe('NOT_PERMITTED');
    expect(await codeOf(path(bob))).toBe('NOT_FOUND');
    await add(eve, { roomKey: `globex/${meeting}`, sid: 'RM_8' });
    expect(await codeOf(path(eve))).toBe('NOT_FOUND');
    expect(await codeOf(path(ann), { signer: tenants[1] })).toBe('NOT_FOUND');
    expect(await codeOf(ofLife('RM_7', ann), { as: host })).toBe('NOT_PERMITTED');
  });

  it('shows the person, the quality, the events and their reasons', async () => {
    api.centre.explained.set('DE_1', { decisionId: 'DE_1', madeWallMs: nowMs(), why: 'nearest', lines: ['near'] });
    await add(ann, { decisionId: 'DE_1' });
    const muted = { sessionId: ann, wallMs: nowMs() - 5000, kind: 'muted', source: 'microphone' };
    await send(api, { records: [recordOf(ann, nowMs() - 10_000, { source: '' })], events: [muted] });
    const shown = await body(`/sessions/${ann}`);
    expect(shown).toEqual({
      person: {
        sessionId: ann,
        tenant: 'acme',
        room: 'lobby',
        sid: 'RM_1',
        identity: 'ann',
        name: 'Ann',
        protocol: 'webrtc',
        nodeId: 'sfu-fra-1',
        fromNodeIds: ['sfu-sgp-1'],
        place: 'Hamburg',
        countryCode: 'DE',
        joinedAt: new Date(nowMs() - 60_000).toISOString(),
        strength: 'strong',
        rttMs: 20,
        loss: 0.002,
        freezeShare: 0.005,
      },
      roomTitle: '',
      signalingId: 'sig-fra',
      sdk: 'web/1',
      device: 'Chrome 131, Windows',
      transport: 'udp',
      network: 'wifi',
      stepS: 10,
      points: [
        { at: new Date(nowMs() - 10_000).toISOString(), strength: 'unknown', nodeId: 'sfu-fra-1', source: '' },
        {
          at: new Date(nowMs()).toISOString(),
          strength: 'strong',
          nodeId: 'sfu-fra-1',
          source: 'client',
          rttMs: 20,
          outboundLoss: 0.001,
          inboundLoss: 0.002,
          jitterMs: 3,
          freezeMs: 50,
          concealed: 0.01,
          sentBps: 1_000_000,
          receivedBps: 2_000_000,
          sentHeight: 720,
          receivedHeight: 1080,
          receivedFps: 30,
          layer: 2,
        },
      ],
      events: [{ at: new Date(nowMs() - 5000).toISOString(), kind: 'muted', source: 'microphone' }],
      decisions: [expect.objectContaining({ decisionId: 'DE_1', why: 'nearest', lines: ['near'] })],
      paths: [],
    });
  });

  it('has, for operators, the paths to its node while the session is live', async () => {
    await add(ann);
    const path = { fromHostId: 'sgp-1', toHostId: 'fra-1', fromSite: 'as/Singapore', toSite: 'eu/Frankfurt' };
    const shownPath = { ...path, isReachable: true, via: '', viaSite: '', why: 'direct' };
    const pathRequests: unknown[] = [];
    const paths: CentrePaths = {
      siteOf: async () => undefined,
      crossing: async () => () => false,
      pathsTo: async (...of) => {
        pathRequests.push(of);
        return [shownPath];
      },
    };
    const shown = async (o?: { paths: CentrePaths }) => {
      const row = await sessionBy(api.store.db, ann);
      if (row === undefined) throw new Error('no session');
      const { stories } = api.quality;
      return (await timelineOf({ db: api.store.db, clock: api.clock, stories }, row, o)).paths;
    };
    expect([await shown({ paths }), await shown()]).toEqual([[shownPath], []]);
    expect(pathRequests).toEqual([['sfu-fra-1', ['sfu-sgp-1']]]);
    await send(api, { events: [{ sessionId: ann, wallMs: nowMs(), kind: 'left' }] });
    expect(await shown({ paths })).toEqual([]);
  });

  it('is not found for an unknown session, or one without a known owner', async () => {
    await send(api, { records: [recordOf(ann, nowMs())] });
    for (const id of [ann, bob, 'x']) expect((await body(`/sessions/${id}`)).code).toBe('NOT_FOUND');
  });

  it('has points of minutes after a day and of hours after a month, up to the present', async () => {
    await add(ann);
    api.clock.advance(15_000);
    const stepOf = async () => {
      const { stepS, points } = await body(`/sessions/${ann}`);
      return [stepS, points.length];
    };
    expect(await stepOf()).toEqual([10, 1]);
    api.clock.advance(86_400_000);
    await send(api, { records: [recordOf(ann, nowMs())] });
    await api.quality.rollingUp.run();
    // The first minute is rolled up; the newest points are not in a minute yet.
    expect(await stepOf()).toEqual([60, 2]);
    api.clock.advance(31 * 86_400_000);
    await api.quality.rollingUp.run();
    expect(await stepOf()).toEqual([3600, 2]);
  });
});

describe('a span of a timeline', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const wrongSpans = [
    'from=2026-11-23T08:00:10Z&to=2026-11-23T08:00:10Z',
    'from=2026-11-23T08:00:10Z&to=2026-11-23T08:00:00Z',
    'from=yesterday',
    'from=2016-12-31T25:00:00Z',
    `to=${'9'.repeat(50)}`,
  ];
  it.each(wrongSpans)('is refused for operators, lives and meetings: %s', async (query) => {
    await lives();
    const refused = { status: 400, code: 'REQUEST_INVALID' };
    expect(await body(`/sessions/${ann}?${query}`)).toMatchObject(refused);
    expect((await api.ask('GET', `/room-lives/RM_1/sessions/${ann}/timeline?${query}`)).json()).toMatchObject(refused);
    expect((await api.ask('GET', `/meetings/m/sessions/${ann}/timeline?${query}`)).json()).toMatchObject(refused);
  });

  it('has only the points of the span, but all events of the session', async () => {
    await lives();
    const startMs = Math.ceil(nowMs() / 10_000) * 10_000;
    const records = [10, 20, 30, 40].map((second) => recordOf(ann, startMs + second * 1000));
    const muted = { sessionId: ann, wallMs: startMs, kind: 'muted', source: 'microphone' };
    api.clock.advance(60_000);
    await send(api, { records, events: [muted] });
    const timesOf = async (path: string) => {
      const { points, events } = (await api.ask('GET', path)).json();
      expect(events.map(({ kind }: { kind: string }) => kind)).toContain('muted');
      return points.map((one: { at: string }) => (Date.parse(one.at) - startMs) / 1000);
    };
    const path = `/room-lives/RM_1/sessions/${ann}/timeline`;
    // A point that the span touches is included whole.
    const query = `?from=${at(startMs + 12_000)}&to=${at(startMs + 28_000)}`;
    expect(await timesOf(path + query)).toEqual([20, 30]);
    expect(await timesOf(`${path}?from=${at(startMs + 30_000)}`)).toEqual([40]);
    expect(await timesOf(`${path}?from=${at(startMs + 86_400_000)}`)).toEqual([]);
    const operators = (await body(`/sessions/${ann}${query}`)).points;
    expect(operators).toHaveLength(2);
  });

  it('has points from the finest table that covers the span', async () => {
    await add(ann);
    api.clock.advance(86_400_000);
    const endMs = nowMs();
    await send(api, { records: [recordOf(ann, endMs - 10_000), recordOf(ann, endMs)] });
    await api.quality.rollingUp.run();
    const cut = async (query: string) => {
      const { stepS, points } = await body(`/sessions/${ann}${query}`);
      return [stepS, points.length];
    };
    expect((await cut(''))[0]).toBe(60);
    expect(await cut(`?from=${at(endMs - 60_000)}`)).toEqual([10, 2]);
    expect(await cut(`?from=${at(endMs - 60_000)}&to=${at(endMs + 60_000)}`)).toEqual([10, 2]);
    expect((await cut(`?to=${at(endMs - 86_000_000)}`))[0]).toBe(60);
  });
});

describe('live rooms', () => {
  it('are listed by name, of all tenants or one, in pages, and can be searched', async () => {
    await lives();
    await add('PA_cccccccccccccccccccc', { roomKey: 'acme/Board_1', sid: 'RM_3' }, { nodeId: 'sfu-ams-1', rttMs: 900 });
    const names = async (query = '') =>
      (await body(`/rooms${query}`)).data.map((one: { room: string; tenant: string }) => `${one.tenant}/${one.room}`);
    expect(await names()).toEqual(['acme/Board_1', 'acme/lobby', 'globex/lobby']);
    expect(await names('?tenant=globex')).toEqual(['globex/lobby']);
    expect(await names('?search=OARD_')).toEqual(['acme/Board_1']);
    expect(await names('?search=%25')).toEqual([]);
    expect(await names('?search=RM_2')).toEqual(['globex/lobby']);
    const first = await body('/rooms?limit=2');
    expect(first.data[0]).toEqual({
      tenant: 'acme',
      room: 'Board_1',
      sid: 'RM_3',
      sessions: 1,
      nodes: 1,
      strength: { strong: 0, medium: 0, weak: 1, unknown: 0 },
    });
    const second = await body(`/rooms?limit=2&cursor=${first.nextCursor}`);
    expect([second.data.length, second.nextCursor]).toEqual([1, undefined]);
    api.clock.advance(30_000);
    expect(await names()).toEqual([]);
  });

  it('of a node are its rooms with people, with all their people', async () => {
    await add(ann);
    await add(bob, {}, { nodeId: 'sfu-ams-1' });
    await add(eve, { roomKey: 'globex/lobby', sid: 'RM_2' });
    const { rooms } = await body('/nodes/sfu-ams-1/rooms');
    expect(rooms).toMatchObject([{ tenant: 'acme', room: 'lobby', sessions: 2, nodes: 2 }]);
    expect((await body('/nodes/sfu-fra-1/rooms')).rooms).toHaveLength(2);
    expect((await body('/nodes/sfu-x/rooms')).rooms).toEqual([]);
  });
});

describe('people', () => {
  it('of a room belong to that tenant’s room, the worst first', async () => {
    await add(ann);
    await add(bob, {}, { rttMs: 900 });
    await add(eve, { roomKey: 'globex/lobby', sid: 'RM_2' });
    expect(idsOf(await body('/rooms/acme/lobby/people'))).toEqual([bob, ann]);
    expect(idsOf(await body('/rooms/globex/lobby/people'))).toEqual([eve]);
    expect((await body('/rooms/acme/board/people')).code).toBe('NOT_FOUND');
  });

  it('are found by site, place, link and strength; by a link, also if a relay sends their media on it', async () => {
    await add(ann);
    await add(bob, { place: 'Kiel' }, { nodeId: 'sfu-sgp-1', fromNodeIds: ['sfu-fra-1'], rttMs: 900 });
    await add(eve, {}, { nodeId: 'sfu-ams-1', fromNodeIds: ['sfuXfra-1'] });
    api.fleet.nodes = [
      fleetNode({ id: 'sfu-fra-1', city: 'Frankfurt' }),
      fleetNode({ id: 'sfu-ams-1', city: 'Amsterdam' }),
      fleetNode({ id: 'sfu-sgp-1', city: 'Singapore', region: 'ap' }),
    ];
    const found = async (query: string) => idsOf(await body(`/people?${query}`));
    expect(await found('site=eu/Amsterdam')).toEqual([eve]);
    expect(await found('place=Kiel')).toEqual([bob]);
    expect(await found('place=kIEL')).toEqual([bob]);
    expect(await found('place=Hamburg&strength=weak')).toEqual([]);
    expect(await found('place=Hamburg&limit=1')).toHaveLength(1);
    expect(await found('fromSite=ap/Singapore&toSite=eu/Frankfurt')).toEqual([bob, ann]);
    expect(await found('fromSite=eu/Frankfurt&toSite=ap/Singapore&strength=strong')).toEqual([ann]);
    expect(await found('fromSite=eu/Frankfurt&toSite=eu/Amsterdam')).toEqual([]);
    expect(await found('site=eu/Nowhere')).toEqual([]);
    const relayed = { inUse: true, via: 'host-sfu-ams-1' };
    api.fleet.links = [
      seenLink('host-sfu-fra-1', 'host-sfu-sgp-1', relayed),
      seenLink('host-sfu-sgp-1', 'host-sfu-fra-1', relayed),
    ];
    await api.clock.advance(3000);
    expect(await found('fromSite=eu/Frankfurt&toSite=eu/Amsterdam')).toEqual([bob, ann]);
  });

  it.each(['', '?site=a&place=b', '?fromSite=a', '?toSite=a', '?strength=weak', '?place=a&strength=good'])(
    'cannot be searched by "%s"',
    async (query) => {
      expect(await body(`/people${query}`)).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    },
  );
});
