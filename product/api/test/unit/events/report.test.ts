import { emptyParticipant, participantToWire, wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestApi, type tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
let headers: Record<string, string>;
let meeting: { id: string; room: string; number: string; invitees: { id: string }[] };
/** Mondays at nine in Berlin. */
const firstMs = Date.parse('2026-03-02T08:00:00Z');
const secondMs = Date.parse('2026-03-09T08:00:00Z');
const MINUTE_MS = 60_000;
const window = '?from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z';

const call = async (url: string, more: Record<string, string> = headers) =>
  api.app.inject({ url: `/api/v1${url}`, headers: more });
const bearer = async (signer?: (typeof tenants)[number]) => {
  const scope = 'meetings:read meetings:write reports:read';
  const exp = Math.floor(api.clock.wallMs() / 1000) + 600;
  return { authorization: `Bearer ${await api.token({ scope, exp }, signer)}` };
};
beforeEach(async () => {
  api = await testApi();
  api.clock.advance(secondMs + 10 * MINUTE_MS - api.clock.wallMs());
  headers = await bearer();
  const answer = await api.app.inject({
    method: 'POST',
    url: '/api/v1/meetings',
    headers,
    payload: {
      title: 'Stand-up',
      localStart: '2026-03-02T09:00',
      timeZone: 'Europe/Berlin',
      durationMinutes: 30,
      recurrence: 'FREQ=WEEKLY;BYDAY=MO',
      hosts: ['hanna'],
      cohosts: ['carl'],
      invitees: [
        { userId: 'ann', name: 'Ann A.', email: 'ann@example.org', status: 'accepted' },
        { email: 'guest@example.org', name: '=HYPERLINK("x")' },
        { name: 'by telephone' },
      ],
    },
  });
  expect(answer.statusCode).toBe(201);
  meeting = answer.json();
});
afterEach(() => api.close());

const sessionOf = (name: string) => `PA_${name.replace('-', '')}`.padEnd(20, 'x');
const participant = (name: string, joinedWallMs: number) =>
  participantToWire({
    ...emptyParticipant,
    sessionId: sessionOf(name),
    identity: name.split('-')[0] ?? '',
    name,
    kind: 'standard',
    joinedWallMs,
  });
type Stay = readonly [session: string, fromMinute: number, toMinute: number | undefined];

async function life(sid: string, startMs: number, stays: readonly Stay[], endMinute?: number) {
  const at = (minute: number) => startMs + minute * MINUTE_MS;
  const moves = stays
    .flatMap(([name, from, to]) => [
      { wallMs: at(from), joined: {}, participant: participant(name, at(from)) },
      ...(to === undefined
        ? []
        : [{ wallMs: at(to), left: { reason: 'LEFT' }, participant: participant(name, at(from)) }]),
    ])
    .sort((a, b) => a.wallMs - b.wallMs);
  const entries = [
    { wallMs: startMs, opened: {} },
    ...moves,
    ...(endMinute === undefined ? [] : [{ wallMs: at(endMinute), over: { reason: 'empty' } }]),
  ].map((entry, index) => ({ ...entry, seq: index + 1 }));
  const message = { roomKey: `acme/${meeting.room}`, sid, epoch: 1, createdWallMs: startMs, lost: 0, entries };
  await api.telling.intake.take(wire.Journal.decode(wire.Journal.encode(message).finish()));
}
const reportQuality = (name: string, sid: string, quality: wire.SessionQuality.$Properties, route: string[]) => {
  const stay = { roomKey: `acme/${meeting.room}`, sid, sessionId: sessionOf(name), quality, route, signalingId: 's' };
  return api.telling.qualities.take(wire.StayQualities.decode(wire.StayQualities.encode({ stays: [stay] }).finish()));
};
const report = async (query = window) => (await call(`/meetings/${meeting.id}/report${query}`)).json();

describe('the report of a meeting', () => {
  it('is empty without participants', async () => {
    expect(await report()).toEqual({
      meetingId: meeting.id,
      number: meeting.number,
      title: 'Stand-up',
      occurrences: [],
      complete: true,
    });
  });

  it('lists the occurrences that took place, their participants with times, and the expected ones', async () => {
    await life(
      'RM_1',
      firstMs - 5 * MINUTE_MS,
      [
        ['hanna', 0, 20],
        ['ann-1', 5, 15],
        ['ann-2', 10, 25],
        ['eve', 7, 9],
      ],
      26,
    );
    // An empty moment does not end the occurrence.
    await life('RM_2', firstMs + 25 * MINUTE_MS, [['hanna-again', 0, 10]], 10);
    await life('RM_3', secondMs, [['hanna', 0, undefined]]);
    await life('RM_4', secondMs + 3 * 86_400_000, [['eve', 0, 1]], 1);
    const { occurrences } = await report();
    expect(
      occurrences.map((each: { originalStart?: string; sids: string[] }) => [each.originalStart, each.sids]),
    ).toEqual([
      ['2026-03-02T09:00:00', ['RM_1', 'RM_2']],
      ['2026-03-09T09:00:00', ['RM_3']],
      [undefined, ['RM_4']],
    ]);
    const [first, second, third] = occurrences;
    expect(first).toMatchObject({
      title: 'Stand-up',
      startsAt: '2026-03-02T08:00:00.000Z',
      endsAt: '2026-03-02T08:30:00.000Z',
      startedAt: '2026-03-02T07:55:00.000Z',
      endedAt: '2026-03-02T08:35:00.000Z',
    });
    expect(first.persons).toEqual([
      {
        attendance: 'present',
        identity: 'hanna',
        name: 'hanna-again',
        kind: 'standard',
        as: 'host',
        joins: 2,
        firstJoinedAt: '2026-03-02T07:55:00.000Z',
        lastLeftAt: '2026-03-02T08:35:00.000Z',
        totalS: 1800,
        estimated: false,
        sessionIds: ['PA_hannaxxxxxxxxxxxx', 'PA_hannaagainxxxxxxx'],
      },
      {
        // The stays on two devices overlap, from minute 5 to 25.
        attendance: 'present',
        identity: 'ann',
        name: 'ann-2',
        kind: 'standard',
        as: 'invitee',
        joins: 2,
        email: 'ann@example.org',
        inviteeStatus: 'accepted',
        totalS: 1200,
        estimated: false,
        sessionIds: ['PA_ann1xxxxxxxxxxxxx', 'PA_ann2xxxxxxxxxxxxx'],
        firstJoinedAt: '2026-03-02T08:00:00.000Z',
        lastLeftAt: '2026-03-02T08:20:00.000Z',
      },
      expect.objectContaining({ attendance: 'present', identity: 'eve', totalS: 120 }),
      {
        attendance: 'absent',
        identity: meeting.invitees[1]?.id,
        name: '=HYPERLINK("x")',
        as: 'invitee',
        joins: 0,
        email: 'guest@example.org',
        inviteeStatus: 'needsAction',
        totalS: 0,
        estimated: false,
        sessionIds: [],
      },
      expect.objectContaining({ attendance: 'absent', identity: '', name: 'by telephone', as: 'invitee' }),
      expect.objectContaining({ attendance: 'absent', identity: 'carl', as: 'cohost' }),
    ]);
    expect(first.persons[2].as).toBeUndefined();
    expect([second.endedAt, second.persons[0].lastLeftAt]).toEqual([undefined, undefined]);
    expect([third.startsAt, third.persons[0].identity]).toEqual([undefined, 'eve']);
  });

  it('combines the quality of several sessions of a person', async () => {
    await life(
      'RM_1',
      firstMs,
      [
        ['ann-1', 0, 10],
        ['ann-2', 10, 20],
        ['eve', 0, 5],
      ],
      20,
    );
    const felt = { packetsSent: 100, packetsSentLost: 1, freezeCount: 1, freezeMs: 300, bytesSent: 1_000_000 };
    await reportQuality(
      'ann-1',
      'RM_1',
      { ...felt, measuredS: 30, rttP50Ms: 10, rttP95Ms: 90, device: 'A', sentWidth: 9, sentHeight: 9 },
      ['x', 'y'],
    );
    await reportQuality(
      'ann-2',
      'RM_1',
      { ...felt, measuredS: 10, rttP50Ms: 50, rttP95Ms: 60, device: 'B', transport: 'udp' },
      ['y'],
    );
    const { persons } = (await report()).occurrences[0];
    expect(persons[0].quality).toMatchObject({
      measuredS: 40,
      rttP50Ms: 20,
      rttP95Ms: 90,
      sentLoss: 0.01,
      freezeCount: 2,
      freezeMs: 600,
      sentBps: 400_000,
      route: ['y', 'x'],
      transport: 'udp',
      sentWidth: 9,
      sentHeight: 9,
    });
    expect(persons[0].quality.device.split('; ').sort()).toEqual(['A', 'B']);
    expect(persons[1].quality).toBeUndefined();
  });

  it('comes as CSV, with a line for each person and without formulas', async () => {
    await life('RM_1', firstMs, [['ann-1', 0, 10]], 20);
    await reportQuality('ann-1', 'RM_1', { measuredS: 30, rttP50Ms: 10, rttP95Ms: 90, device: '@A' }, ['x', 'y']);
    const answer = await call(`/meetings/${meeting.id}/report.csv${window}`);
    expect(answer.headers['content-type']).toContain('text/csv');
    const [names, ann, ...others] = answer.body.split('\r\n');
    expect(names).toMatch(
      /^meetingId,number,originalStart,title,startsAt,endsAt,startedAt,endedAt,sids,attendance,identity,name,/,
    );
    expect(ann).toContain(`${meeting.id},${meeting.number},2026-03-02T09:00:00,Stand-up,`);
    expect(ann).toContain(",600,false,'@A,");
    expect(ann).toContain(',x y,');
    expect(others).toHaveLength(5);
    expect(others[0]).toContain(`"'=HYPERLINK(""x"")"`);
  });

  const windows: [string, number][] = [
    ['?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', 400],
    ['?from=2020-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', 400],
    ['?from=yesterday', 400],
    ['?from=2026-02-30T00:00:00Z', 400],
    ['?from=9999-12-30T00:00:00Z&to=9999-12-31T23:59:59Z', 200],
    ['?from=0000-01-01T00:00:00Z&to=0000-01-02T00:00:00Z', 200],
    ['', 200],
  ];
  it.each(windows)('answers %j with %i', async (query, status) => {
    await life('RM_1', firstMs, [['ann-1', 0, 10]], 20);
    expect((await call(`/meetings/${meeting.id}/report${query}`)).statusCode).toBe(status);
  });

  it('covers only its period', async () => {
    await life('RM_1', firstMs, [['ann-1', 0, 10]], 20);
    expect((await report('?from=2026-03-02T08:00:01Z&to=2026-04-01T00:00:00Z')).occurrences).toEqual([]);
    expect((await report('?from=2026-03-02T08:00:00Z&to=2026-03-02T08:00:01Z')).occurrences).toHaveLength(1);
  });

  it('is not found with a token for another room', async () => {
    const scope = 'reports:read';
    const exp = Math.floor(api.clock.wallMs() / 1000) + 600;
    const other = { authorization: `Bearer ${await api.token({ scope, exp, video: { room: 'other' } })}` };
    for (const path of ['report', 'report.csv'])
      expect((await call(`/meetings/${meeting.id}/${path}`, other)).statusCode).toBe(404);
  });
});
