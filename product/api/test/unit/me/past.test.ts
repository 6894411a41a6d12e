import { emptyParticipant, participantToWire, wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

type User = Awaited<ReturnType<TestApi['user']>>;
let api: TestApi;
let hana: User;
let ivo: User;
let jane: User;
let otto: User;
let admin: User;
/** Mondays at nine in Berlin. */
const firstMs = Date.parse('2026-03-02T08:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

beforeEach(async () => {
  api = await testApi();
  await api.clock.advance(firstMs + 8 * DAY_MS - api.clock.wallMs());
  hana = await api.user({ role: 'host', email: 'hana@example.org', name: 'Hana' });
  ivo = await api.user({ role: 'member', email: 'ivo@example.org', name: 'Ivo' });
  jane = await api.user({ role: 'member', email: 'jane@example.org', name: 'Jane' });
  otto = await api.user({ role: 'host', email: 'otto@example.org' });
  admin = await api.user({ role: 'admin', email: 'admin@example.org' });
});
afterEach(() => api.close());

const get = async (as: User, path: string) => {
  const answer = await api.ask('GET', path, { as });
  return { status: answer.statusCode, body: answer.json() };
};
async function book(as: User, more: object = {}) {
  const body = {
    title: 'Stand-up',
    localStart: '2026-03-02T09:00',
    timeZone: 'Europe/Berlin',
    durationMinutes: 30,
    recurrence: 'FREQ=WEEKLY;COUNT=4',
    ...more,
  };
  const answer = await api.ask('POST', '/meetings', { as, body });
  expect(answer.statusCode).toBe(201);
  return answer.json();
}
const invitees = () => [{ userId: ivo.user.id, email: ivo.user.email }, { email: jane.user.email }];
const past = (as: User, more = '') => get(as, `/me/meetings?state=ended${more}`);
const startsOf = ({ body }: Awaited<ReturnType<typeof past>>): string[] =>
  body.data.map(({ title, startsAt }: { title: string; startsAt: string }) => `${title} ${startsAt.slice(5, 10)}`);

/** A life of the meeting's room on its first Monday, in which users came and left. */
async function held(
  meeting: { room: string },
  stays: readonly (readonly [User, number, number])[],
  { startMs = firstMs, reason = 'empty', lastedMin = 40 } = {},
) {
  const entries = [
    { wallMs: startMs, opened: {} },
    ...stays
      .flatMap(([{ user }, from, to], index) => {
        const participant = participantToWire({
          ...emptyParticipant,
          sessionId: `PA_${reason}${index}`.padEnd(20, 'x'),
          identity: user.id,
          name: user.email,
          kind: 'standard',
          joinedWallMs: startMs + from * MINUTE_MS,
        });
        return [
          { wallMs: startMs + from * MINUTE_MS, joined: {}, participant },
          { wallMs: startMs + to * MINUTE_MS, left: { reason: 'LEFT' }, participant },
        ];
      })
      .sort((a, b) => a.wallMs - b.wallMs),
    { wallMs: startMs + lastedMin * MINUTE_MS, over: { reason } },
  ].map((entry, index) => ({ ...entry, seq: index + 1 }));
  const message = {
    roomKey: `acme/${meeting.room}`,
    sid: `RM_${reason}`,
    epoch: 1,
    createdWallMs: startMs,
    lost: 0,
    entries,
  };
  await api.telling.intake.take(wire.Journal.decode(wire.Journal.encode(message).finish()));
}

describe('past meetings of a user', () => {
  it('are those that have ended, the latest first, with what the user was invited to, by title and in pages', async () => {
    await book(hana, { invitees: invitees() });
    await book(hana, { title: 'Review', localStart: '2026-03-05T09:00', recurrence: '' });
    for (const recurrence of ['', 'FREQ=DAILY;COUNT=2'])
      await book(hana, { title: 'Goes on', localStart: '2026-03-10T08:50', recurrence });
    await book(otto, { title: 'Of others', localStart: '2026-03-05T09:00', recurrence: '' });
    expect(startsOf(await past(hana))).toEqual(['Stand-up 03-09', 'Review 03-05', 'Stand-up 03-02']);
    expect(startsOf(await past(ivo))).toEqual(['Stand-up 03-09', 'Stand-up 03-02']);
    expect(startsOf(await past(hana, '&query=rev'))).toEqual(['Review 03-05']);
    expect(startsOf(await past(hana, '&from=2026-03-04T00:00:00Z&to=2026-03-06T00:00:00Z'))).toEqual(['Review 03-05']);
    const pages: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await past(hana, `&limit=1${cursor}`);
      pages.push(...body.data.map(({ startsAt }: { startsAt: string }) => startsAt.slice(8, 10)));
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(pages).toEqual(['09', '05', '02']);
  });

  it('at the same time are each on one page', async () => {
    const titles = ['A', 'B', 'C', 'D', 'E'];
    for (const title of titles) await book(hana, { title, localStart: '2026-03-05T09:00', recurrence: '' });
    const found: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await past(hana, `&limit=2${cursor}`);
      found.push(...body.data.map(({ title }: { title: string }) => title));
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(found.sort()).toEqual(titles);
  });

  const change = async (as: User, method: 'PATCH' | 'DELETE' | 'POST', path: string, body?: object): Promise<void> => {
    const headers = method === 'PATCH' ? { 'if-match': '*' } : {};
    const answer = await api.ask(method, `/meetings/${path}`, { as, headers, ...(body && { body }) });
    expect(answer.statusCode).toBeLessThan(300);
  };
  const bothMondays = ['Stand-up 03-09', 'Stand-up 03-02'];
  it.each([
    { what: 'its cancellation', method: 'DELETE' as const, ahead: [] },
    {
      what: 'another rule',
      method: 'PATCH' as const,
      body: { localStart: '2026-03-03T10:00', recurrence: 'FREQ=WEEKLY;COUNT=3' },
      ahead: ['Stand-up 03-10', 'Stand-up 03-17'],
    },
    {
      what: 'another time of day',
      method: 'PATCH' as const,
      body: { localStart: '2026-03-02T10:00' },
      ahead: ['Stand-up 03-16', 'Stand-up 03-23'],
    },
    {
      what: 'becoming a single meeting',
      method: 'PATCH' as const,
      body: { localStart: '2026-03-20T10:00', recurrence: '' },
      ahead: ['Stand-up 03-20'],
    },
    {
      what: 'another length',
      method: 'PATCH' as const,
      body: { durationMinutes: 45 },
      ahead: ['Stand-up 03-16', 'Stand-up 03-23'],
    },
  ])('stay after $what of the series, with who was there', async ({ method, body, ahead }) => {
    const meeting = await book(hana, { invitees: invitees() });
    await held(meeting, [[ivo, 0, 20]]);
    await change(hana, method, meeting.id, body);
    for (const as of [hana, ivo]) expect(startsOf(await past(as))).toEqual(bothMondays);
    expect(startsOf(await get(hana, '/me/meetings'))).toEqual(ahead);
    const path = `/me/meetings/${meeting.id}/occurrences/2026-03-02T09:00:00/attendance`;
    const { body: attended } = await get(hana, path);
    expect(attended).toMatchObject({ startsAt: '2026-03-02T08:00:00.000Z', startedAt: '2026-03-02T08:00:00.000Z' });
    // A second change keeps them, too.
    if (method === 'PATCH') await change(hana, 'PATCH', meeting.id, { title: 'Daily' });
    expect(startsOf(await past(hana))).toHaveLength(2);
  });

  it('stay when the series is split, and only once', async () => {
    const meeting = await book(hana);
    await change(hana, 'POST', `${meeting.id}/occurrences/2026-03-09T09:00:00/split`, { title: 'Later' });
    expect(startsOf(await past(hana))).toEqual(bothMondays);
    expect(startsOf(await get(hana, '/me/meetings'))).toEqual(['Later 03-16', 'Later 03-23']);
  });

  it('stay when a meeting that took place is moved ahead; a wrong past time is corrected', async () => {
    const meeting = await book(hana, { recurrence: '' });
    await change(hana, 'PATCH', meeting.id, { localStart: '2026-03-04T09:00' });
    expect(startsOf(await past(hana))).toEqual(['Stand-up 03-04']);
    await change(hana, 'PATCH', meeting.id, { localStart: '2026-03-12T09:00' });
    expect(startsOf(await past(hana))).toEqual(['Stand-up 03-04']);
    expect(startsOf(await get(hana, '/me/meetings'))).toEqual(['Stand-up 03-12']);
    await change(hana, 'DELETE', meeting.id);
    expect(startsOf(await past(hana))).toEqual(['Stand-up 03-04']);
  });

  it.each([
    { recurrence: '', next: [] },
    { recurrence: 'FREQ=DAILY;COUNT=2', next: ['Now 03-11'] },
  ])(
    'include a meeting that was ended for everyone, and needs a host now, but none that people left',
    async ({ recurrence, next }) => {
      const nowMs = api.clock.wallMs();
      const running = { title: 'Now', localStart: '2026-03-10T08:50', durationMinutes: 60, recurrence };
      const meeting = await book(hana, { ...running, invitees: invitees() });
      const startMs = nowMs - 10 * MINUTE_MS;
      const stays = [[ivo, 1, 5]] as const;
      await held(meeting, stays, { startMs, lastedMin: 5 });
      expect(startsOf(await past(hana))).toEqual([]);
      const needsHost = async () => (await get(admin, `/rooms/${meeting.room}`)).body.needsHost;
      expect(await needsHost()).toBe(false);
      await held(meeting, stays, { startMs, lastedMin: 6, reason: 'ended' });
      expect(await needsHost()).toBe(true);
      for (const as of [hana, ivo]) {
        expect(startsOf(await past(as))).toEqual(['Now 03-10']);
        expect(startsOf(await get(as, '/me/meetings'))).toEqual(next);
      }
      await change(hana, 'PATCH', meeting.id, { description: 'Notes' });
      expect(startsOf(await past(hana))).toEqual(['Now 03-10']);
      expect((await api.ask('POST', `/me/meetings/${meeting.id}/join`, { as: ivo })).statusCode).toBe(200);
    },
  );

  it('begin and end in a valid window', async () => {
    expect((await past(hana, '&from=2026-03-06T00:00:00Z&to=2026-03-04T00:00:00Z')).status).toBe(400);
  });
});

it('a meeting has the addresses where people join, in lists too', async () => {
  const meeting = await book(hana, { recurrence: '', localStart: '2026-03-12T09:00' });
  const urls = {
    joinUrl: expect.stringMatching(new RegExp(`^https?://[^/]+/m/${meeting.number}$`)),
    hostUrl: expect.stringMatching(new RegExp(`^https?://[^/]+/meetings/${meeting.id}/join$`)),
  };
  expect(meeting).toMatchObject(urls);
  expect((await get(hana, `/meetings/${meeting.id}`)).body).toMatchObject(urls);
  for (const path of ['/meetings', '/me/meetings']) expect((await get(hana, path)).body.data).toMatchObject([urls]);
});

it('operators get the titles of booked rooms, and nothing of other rooms', async () => {
  const meeting = await book(hana);
  const titlesOf = async (rooms: string, o: object = { signer: operatorKey, scope: 'operator' }) => {
    const answer = await api.ask('GET', `/console/room-titles?rooms=${encodeURIComponent(rooms)}`, o);
    return [answer.statusCode, answer.json().titles];
  };
  const room = `acme/${meeting.room}`;
  const title = { tenant: 'acme', room: meeting.room, title: 'Stand-up' };
  expect(await titlesOf(`${room},acme/lobby,globex/${meeting.room}`)).toEqual([200, [title]]);
  expect(await titlesOf('acme')).toEqual([400, undefined]);
  expect(await titlesOf(room, { as: admin })).toEqual([403, undefined]);
});

describe('attendance of an occurrence', () => {
  const attendance = (as: User, { id }: { id: string }, start = '2026-03-02T09:00:00') =>
    get(as, `/me/meetings/${id}/occurrences/${start}/attendance`);
  const present = { attendance: 'present' };

  it('names for hosts who came, for how long, and who did not', async () => {
    const meeting = await book(hana, { invitees: invitees() });
    await held(meeting, [
      [hana, 0, 30],
      [ivo, 5, 15],
    ]);
    for (const as of [hana, admin])
      expect((await attendance(as, meeting)).body).toMatchObject({
        title: 'Stand-up',
        hasReport: true,
        isShown: true,
        startedAt: '2026-03-02T08:00:00.000Z',
        endedAt: '2026-03-02T08:40:00.000Z',
        persons: [
          { ...present, name: hana.user.email, as: 'host', isMe: as === hana, totalS: 1800 },
          { ...present, name: ivo.user.email, as: 'invitee', isMe: false, totalS: 600 },
          { attendance: 'absent', as: 'invitee', email: jane.user.email, totalS: 0 },
        ],
      });
  });

  it('names for an invitee that was there those who came, without addresses', async () => {
    const meeting = await book(hana, { invitees: [...invitees(), { email: 'absent@example.org' }] });
    await held(meeting, [[ivo, 5, 15]]);
    const { body } = await attendance(ivo, meeting);
    expect(body).toMatchObject({ part: 'invitee', hasReport: false, isShown: true });
    expect(body.persons).toEqual([expect.objectContaining({ ...present, isMe: true, totalS: 600 })]);
    expect(JSON.stringify(body)).not.toContain('absent@example.org');
  });

  it('is not shown to an invitee that was not there', async () => {
    const meeting = await book(hana, { invitees: invitees() });
    await held(meeting, [[ivo, 5, 15]]);
    const { body } = await attendance(jane, meeting);
    expect(body).toMatchObject({ isShown: false, persons: [] });
    expect(body).not.toHaveProperty('startedAt');
  });

  it('says that an occurrence was not held', async () => {
    const meeting = await book(hana);
    const { body } = await attendance(hana, meeting, '2026-03-09T09:00:00');
    expect(body).toMatchObject({ isShown: true, persons: [] });
    expect(body).not.toHaveProperty('startedAt');
  });

  it('is hidden from others, of other tenants too, and for what the meeting never had', async () => {
    const meeting = await book(hana, { invitees: invitees() });
    await held(meeting, [[ivo, 5, 15]]);
    const stranger = await api.user({ role: 'admin', email: 'eve@example.net', tenant: 'globex' });
    for (const as of [otto, stranger]) expect((await attendance(as, meeting)).status).toBe(404);
    expect((await attendance(hana, meeting, '2026-03-03T09:00:00')).status).toBe(404);
    expect((await attendance(hana, meeting, 'monday')).status).toBe(404);
  });
});

describe('days of use', () => {
  const days = (as: User, more = '') => get(as, `/reports/days${more}`);

  it('count the rooms that began on each day, their people and their time, in the reader’s time zone', async () => {
    const meeting = await book(hana, { invitees: invitees() });
    const isBehindUtc = Date.parse('2026-03-03T02:00:00Z');
    await held(meeting, [
      [hana, 0, 30],
      [ivo, 5, 15],
      [ivo, 20, 25],
    ]);
    await held(meeting, [[ivo, 0, 10]], { startMs: isBehindUtc, reason: 'ended' });
    const { body } = await days(admin, '?days=9');
    expect(body.days).toHaveLength(9);
    expect([body.days[0], body.days[1], body.days.at(-1)]).toEqual([
      { day: '2026-03-02', rooms: 1, participants: 2, totalS: 45 * 60 },
      { day: '2026-03-03', rooms: 1, participants: 1, totalS: 600 },
      { day: '2026-03-10', rooms: 0, participants: 0, totalS: 0 },
    ]);
    expect((await days(admin, '?days=9&timeZone=America/New_York')).body.days[0]).toEqual({
      day: '2026-03-02',
      rooms: 2,
      participants: 2,
      totalS: 55 * 60,
    });
    expect((await days(admin)).body.days).toHaveLength(30);
    const stranger = await api.user({ role: 'admin', email: 'eve@example.net', tenant: 'globex' });
    expect((await days(stranger, '?days=9')).body.days[0]).toMatchObject({ rooms: 0, participants: 0 });
  });

  it('are for administrators, and need a valid time zone', async () => {
    expect((await days(hana)).status).toBe(403);
    for (const query of ['?timeZone=Mars/Base', '?days=0', '?days=93'])
      expect((await days(admin, query)).status).toBe(400);
  });
});

describe('the numbers of one meeting', () => {
  const MINUTE_S = 60;
  const lastedS = ({ joinedAt, leftAt }: { joinedAt: string; leftAt: string }) =>
    (Date.parse(leftAt) - Date.parse(joinedAt)) / 1000;
  const sessionId = (index: number): string => `PA_empty${index}`.padEnd(20, 'x');
  const measured = { measuredS: 600, packetsSent: 1000, packetsReceived: 1000, transport: 'udp' };
  const qualities = [
    { ...measured, rttP50Ms: 20, rttP95Ms: 40, packetsSentLost: 10, freezeMs: 1500 },
    { ...measured, rttP50Ms: 30, rttP95Ms: 90, packetsSentLost: 40, freezeMs: 0 },
    { ...measured, rttP50Ms: 25, rttP95Ms: 60, packetsReceivedLost: 25, freezeMs: 6000 },
  ];
  let meeting: { id: string; room: string };
  let report: { persons: Record<string, number & string & string[] & Record<string, number>>[]; startedAt: string };

  beforeEach(async () => {
    meeting = await book(hana, { invitees: invitees() });
    // Hana has two devices from minute 10 to 20; Ivo comes twice.
    await held(meeting, [
      [hana, 0, 20],
      [hana, 10, 30],
      [ivo, 5, 15],
      [ivo, 20, 25],
    ]);
    const stays = qualities.map((quality, index) => ({
      roomKey: `acme/${meeting.room}`,
      sid: 'RM_empty',
      sessionId: sessionId(index),
      signalingId: 'sig-fra',
      wallMs: firstMs,
      quality,
    }));
    await api.telling.qualities.take(wire.StayQualities.decode(wire.StayQualities.encode({ stays }).finish()));
    const breakOut = { room: `${meeting.room}~BO_0123456789ab` };
    await held(breakOut, [[ivo, 6, 12]], { reason: 'closed' });
    [report] = (await get(hana, `/meetings/${meeting.id}/report`)).body.occurrences;
  });

  it('are the same in its report, its attendance, and the reports of administrators', async () => {
    const { persons: inLife, ...life } = (await get(admin, '/room-lives/RM_empty/attendance')).body;
    const shared = ['identity', 'name', 'attendance', 'as', 'joins', 'firstJoinedAt', 'lastLeftAt', 'totalS'];
    const numbersOf = (person: Record<string, unknown>) => shared.map((name) => person[name]);
    expect(inLife.map(numbersOf)).toEqual(report.persons.map(numbersOf));
    const path = `/me/meetings/${meeting.id}/occurrences/2026-03-02T09:00:00/attendance`;
    const { persons: seen, ...occurrence } = (await get(hana, path)).body;
    const seenNames = ['name', 'attendance', 'as', 'firstJoinedAt', 'lastLeftAt', 'totalS', 'email'];
    const seenOf = (person: Record<string, unknown>) => seenNames.map((name) => person[name]);
    expect(seen.map(seenOf)).toEqual(report.persons.map(seenOf));
    expect(report.persons.map(({ totalS }) => totalS)).toEqual([30 * MINUTE_S, 15 * MINUTE_S, 0]);
    for (const other of [life, occurrence])
      expect([other.startedAt, other.endedAt]).toEqual([report.startedAt, '2026-03-02T08:40:00.000Z']);
  });

  it('add up to those of its day, without its break-outs', async () => {
    const present = report.persons.filter(({ attendance: state }) => state === 'present');
    const totalS = present.reduce((sum, person) => sum + (person['totalS'] ?? 0), 0);
    const day = { rooms: 1, participants: present.length, totalS };
    expect((await get(admin, '/reports/days?days=9')).body.days[0]).toEqual({ day: '2026-03-02', ...day });
    const life = (await get(admin, '/room-lives/RM_empty')).body;
    expect(life).toMatchObject({ participants: present.length, title: 'Stand-up', startedAt: report.startedAt });
  });

  it('are those of its sessions', async () => {
    const { data: stays } = (await get(admin, '/room-lives/RM_empty/stays')).body;
    for (const person of report.persons) {
      const own = stays.filter(({ identity }: { identity: string }) => identity === person['identity']);
      expect(own.map(({ participantSid }: { participantSid: string }) => participantSid)).toEqual(person['sessionIds']);
      expect(own).toHaveLength(person['joins'] ?? 0);
    }
    // Ivo's sessions do not overlap, and only the first has a quality.
    const [, ofIvo] = report.persons;
    const own = stays.filter(({ identity }: { identity: string }) => identity === ofIvo?.['identity']);
    expect(own.reduce((sum: number, stay: Parameters<typeof lastedS>[0]) => sum + lastedS(stay), 0)).toBe(
      ofIvo?.['totalS'],
    );
    expect(own[0].quality).toEqual(ofIvo?.['quality']);
    const { worst } = (await get(admin, '/room-lives/RM_empty')).body;
    const most = (numberOf: (quality: Record<string, number>) => number | undefined): number =>
      Math.max(...stays.map(({ quality }: { quality?: Record<string, number> }) => numberOf(quality ?? {}) ?? 0));
    expect(worst).toEqual({
      rttP95Ms: most(({ rttP95Ms }) => rttP95Ms),
      sentLoss: most(({ sentLoss }) => sentLoss),
      receivedLoss: most(({ receivedLoss }) => receivedLoss),
      freezeShare: most(({ freezeMs = 0, measuredS = 1 }) => freezeMs / (measuredS * 1000)),
    });
  });
});
