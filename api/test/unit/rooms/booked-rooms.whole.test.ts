// Rooms of meetings: what a meeting says is what an owner is answered.
import { emptyPolicy, MeridianError, policyToWire, type RoomPolicy, rpc, wire } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BookedPolicy, bookedAct, presentOf } from '../../../src/meetings/core/policy.ts';
import { policyAfter } from '../../../src/rooms/core/stored-acts.ts';
import { withoutEffects } from '../../support/database.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

/** The clock of these tests begins at 2026-01-01T00:00Z. */
const daily = { title: 'Stand-up', localStart: '2026-01-01T09:00', durationMinutes: 30, recurrence: 'FREQ=DAILY' };
const nineMs = Date.UTC(2026, 0, 1, 9);
const book = async (more: object = {}) => {
  const answer = await api.ask('POST', '/meetings', { body: { ...daily, ...more } });
  expect([answer.statusCode, answer.json().code]).toEqual([201, undefined]);
  return answer.json() as { id: string; room: string; invitees: { id: string }[] };
};
const change = async (path: string, body: object) => {
  const answer = await api.ask('PATCH', path, { body, headers: { 'if-match': '*' } });
  expect([answer.statusCode, answer.json().code]).toEqual([200, undefined]);
};
/** As an owner asks when it opens the room. */
const opened = (room: string, tenant = 'acme') => asked(room, { tenant });
/** As an owner asks; `sent`: with the policy that it has. */
async function asked(
  room: string,
  { tenant = 'acme', sent }: { readonly tenant?: string; readonly sent?: RoomPolicy },
): Promise<Partial<RoomPolicy> | undefined> {
  const handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array>>();
  const onRequest: Link['onRequest'] = (type, handler) => void handlers.set(type, handler as never);
  api.policies.attach({ onRequest } as Link);
  const question = wire.PolicyExchange.encode({
    roomKey: `${tenant}/${room}`,
    policy: sent ? policyToWire(sent) : null,
  }).finish();
  const answer = await handlers.get(rpc.policyExchange.number)?.(question);
  const { policy } = wire.PolicyStored.decode(answer ?? new Uint8Array());
  return (policy ?? undefined) as Partial<RoomPolicy> | undefined;
}
/** As it was stored last, whatever its meeting says since. */
async function stored(room: string): Promise<RoomPolicy | undefined> {
  const row = await api.store.db.selectFrom('rooms').select('policy').where('name', '=', room).executeTakeFirst();
  return row && (JSON.parse(row.policy) as RoomPolicy);
}
const goTo = (wallMs: number): void => api.clock.advance(wallMs - api.clock.wallMs());

describe('the room of a meeting', () => {
  it('opens with what the meeting says, at the version that it had', async () => {
    const invitees = [
      { email: 'bob@example.org', role: 'speaker' },
      { userId: 'cem', role: 'attendee' },
      { name: 'Zoe' },
    ];
    const settings = { waitingRoom: true, capacity: 5, hardEnd: true };
    const meeting = await book({ hosts: ['ann'], cohosts: ['ben'], invitees, settings });
    const policy = await opened(meeting.room);
    expect(policy).toMatchObject({
      version: 1,
      title: 'Stand-up',
      lobby: true,
      locked: false,
      capacity: 5,
      needsHost: false,
      hardEnd: true,
      opensWallMs: nineMs - 15 * MINUTE_MS,
      endsWallMs: nineMs + 30 * MINUTE_MS,
    });
    expect(policy?.members?.map(({ identity, role }) => [identity, role])).toEqual([
      ['ann', 'host'],
      ['ben', 'cohost'],
      [meeting.invitees[0]?.id, 'speaker'],
      ['cem', 'attendee'],
    ]);
    expect((await opened(meeting.room))?.version).toBe(1);
    expect(await opened(meeting.room, 'globex')).toBeUndefined();
    expect(await opened('other')).toBeUndefined();
    expect((await api.ask('GET', `/rooms/${meeting.room}`, { signer: tenants[1] })).statusCode).toBe(404);
    expect((await api.ask('GET', `/rooms/${meeting.room}`)).json()).toMatchObject({ name: meeting.room });
  });

  it('is shown as its meeting says, which stores nothing', async () => {
    const { id, room } = await book({ settings: { capacity: 5 } });
    await api.store.db.deleteFrom('rooms').execute();
    const shown = async () => (await api.policies.get('acme', room))?.policy;
    expect(await shown()).toMatchObject({ version: 1, capacity: 5 });
    expect(await stored(room)).toBeUndefined();
    await opened(room);
    api.owners.onCommand = () => {
      throw new MeridianError('ROOM_OWNER_LOST');
    };
    await change(`/meetings/${id}`, { settings: { capacity: 6 } });
    expect([(await shown())?.capacity, (await stored(room))?.capacity]).toEqual([6, 5]);
  });

  it('is a show where the meeting is one, from its next change on too', async () => {
    const { id, room } = await book({ settings: { kind: 'show' } });
    expect(await opened(room)).toMatchObject({ kind: 'show' });
    await change(`/meetings/${id}`, { settings: { kind: 'meeting' } });
    expect(await opened(room)).toMatchObject({ kind: '' });
  });

  it('waits for a host where no participant may come before', async () => {
    const { room } = await book({ settings: { joinBeforeHost: false } });
    expect(await opened(room)).toMatchObject({ needsHost: true, opensWallMs: 0, lobby: false });
  });

  it('keeps what hosts changed while the occurrence runs, and bans for the next one', async () => {
    const { room } = await book({ hosts: ['ann'] });
    await opened(room);
    const first = await stored(room);
    const bans = [{ identity: 'mallory', untilWallMs: 0 }];
    const byHosts = { locked: true, bans, spotlight: ['ann'], metadata: 'm', members: [] };
    goTo(nineMs);
    await api.policies.take('acme', room, { ...(first ?? emptyPolicy), ...byHosts, version: 7 });
    goTo(nineMs + 89 * MINUTE_MS);
    expect(await opened(room)).toMatchObject({ version: 7, locked: true, spotlight: ['ann'], members: [] });
    goTo(nineMs + 90 * MINUTE_MS);
    const next = await opened(room);
    expect(next).toMatchObject({ version: 8, bans, metadata: 'm', members: [{ identity: 'ann', role: 'host' }] });
    expect(next).toMatchObject({ locked: false, spotlight: [], endsWallMs: nineMs + DAY_MS + 30 * MINUTE_MS });
    expect((await opened(room))?.version).toBe(8);
  });

  it('hears of a change of the meeting at once, and of nothing else', async () => {
    const { id, room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    await opened(room);
    const before = await stored(room);
    const byHosts = { locked: true, version: 4, members: [{ identity: 'gil', role: 'speaker' as const }] };
    await api.policies.take('acme', room, { ...(before ?? emptyPolicy), ...byHosts });
    await change(`/meetings/${id}`, { settings: { waitingRoom: true }, cohosts: ['ben'] });
    expect(await stored(room)).toMatchObject({ version: 5, locked: true, lobby: true });
    expect((await stored(room))?.members).toEqual([
      { identity: 'gil', role: 'speaker' },
      { identity: 'ben', role: 'cohost' },
    ]);
    await change(`/meetings/${id}`, { description: 'Another agenda' });
    expect((await stored(room))?.version).toBe(5);
    await change(`/meetings/${id}`, { title: 'Another title' });
    expect(await stored(room)).toMatchObject({ version: 6, title: 'Another title' });
    const at = `/meetings/${id}/occurrences/2026-01-01T09:00:00`;
    await change(at, { durationMinutes: 45, title: 'Today' });
    const longer = { version: 7, title: 'Today', locked: true, endsWallMs: nineMs + 45 * MINUTE_MS };
    expect(await stored(room)).toMatchObject(longer);
    await api.ask('POST', `/meetings/${id}/occurrences/2026-01-05T09:00:00/split`, { body: { settings: {} } });
    expect((await opened(room))?.version).toBe(7);
    await api.ask('DELETE', at);
    expect((await stored(room))?.opensWallMs).toBe(nineMs + DAY_MS - 15 * MINUTE_MS);
  });

  it('with participants is changed by its owner, on top of what hosts do at the same time', async () => {
    const { id, room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    const policy = await opened(room);
    api.owners.open(`acme/${room}`, { policy: { ...policy, version: 2, locked: true } });
    await change(`/meetings/${id}`, { settings: { waitingRoom: true }, cohosts: ['ben'] });
    expect(await stored(room)).toMatchObject({ version: 3, locked: true, lobby: true });
    expect((await stored(room))?.members.map(({ identity }) => identity)).toEqual(['ann', 'ben']);
    expect(api.owners.commands.at(-1)?.actor).toEqual({ kind: 'service', id: 'meetings' });
    await opened(room);
    expect(api.owners.commands).toHaveLength(1);
  });

  it('has its owner’s policy stored as sent: a change of the meeting reaches that owner by an act', async () => {
    const { id, room } = await book();
    goTo(nineMs);
    const policy = await opened(room);
    // The process that has changed the meeting ends before the room follows.
    await withoutEffects(api.store.db, (db) =>
      api.meetings.extendPresent(db, { tenant: 'acme', id }, () => nineMs + 60 * MINUTE_MS),
    );
    const sent = { ...emptyPolicy, ...policy, version: 4, locked: true };
    expect(await asked(room, { sent })).toMatchObject({ version: 4, endsWallMs: nineMs + 30 * MINUTE_MS });
    expect(await stored(room)).toMatchObject({ version: 4, endsWallMs: nineMs + 30 * MINUTE_MS });
    expect((await opened(room))?.endsWallMs).toBe(nineMs + 60 * MINUTE_MS);
  });

  it('of a meeting that is cancelled lets only hosts in', async () => {
    const { id, room } = await book({ hosts: ['ann'], settings: { hardEnd: true } });
    await opened(room);
    await api.ask('DELETE', `/meetings/${id}`);
    expect(await stored(room)).toMatchObject({
      version: 2,
      locked: true,
      endsWallMs: 0,
      members: [{ identity: 'ann' }],
    });
    expect(await opened(room)).toMatchObject({ version: 2, locked: true });
  });

  it('follows the first half of a meeting that is split', async () => {
    const { id, room } = await book();
    goTo(nineMs + 2 * DAY_MS);
    await opened(room);
    const parted = await api.ask('POST', `/meetings/${id}/occurrences/2026-01-03T09:00:00/split`, { body: {} });
    expect(parted.statusCode).toBe(201);
    expect((await stored(room))?.endsWallMs).toBe(nineMs + DAY_MS + 30 * MINUTE_MS);
  });

  it('is the same to many that ask at once', async () => {
    const { room } = await book();
    const versions = await Promise.all(Array.from({ length: 5 }, async () => (await opened(room))?.version));
    expect(versions).toEqual([1, 1, 1, 1, 1]);
  });

  it('may have been created by REST: the meeting’s words count from the first question on', async () => {
    const { room } = await book({ settings: { capacity: 9 } });
    await api.policies.create('acme', room, { idleMsMax: 0 });
    expect(await opened(room)).toMatchObject({ version: 1, capacity: 9 });
    expect((await api.policies.get('acme', room))?.createdWallMs).toBeDefined();
  });
});

describe('the end of a meeting', () => {
  const halfPastMs = nineMs + 30 * MINUTE_MS;
  const extend = async (id: string, minutes: number, headers: Record<string, string> = {}) =>
    (await api.ask('POST', `/meetings/${id}/extend`, { body: { minutes }, headers })).json();

  it('is moved by REST for the occurrence that runs, in its room too', async () => {
    const { id, room } = await book({ hosts: ['ann'] });
    const other = await book({ title: 'Next', localStart: '2026-01-01T09:30', recurrence: '', hosts: ['ann'] });
    goTo(nineMs);
    await opened(room);
    const headers = { 'idempotency-key': 'k1' };
    const answer = await extend(id, 15, headers);
    expect(answer.occurrence).toMatchObject({
      originalStart: `${daily.localStart}:00`,
      endsAt: '2026-01-01T09:45:00.000Z',
    });
    expect(answer.conflicts).toMatchObject([{ meetingId: other.id, title: 'Next' }]);
    expect(await stored(room)).toMatchObject({ version: 2, endsWallMs: halfPastMs + 15 * MINUTE_MS });
    expect(await extend(id, 15, headers)).toEqual(answer);
    const meeting = (await api.ask('GET', `/meetings/${id}`)).json();
    expect(meeting).toMatchObject({ version: 2, sequence: 0, durationMinutes: 30 });
    expect(meeting.overrides).toEqual([{ originalStart: '2026-01-01T09:00:00', durationMinutes: 45 }]);
    // Beyond now where it overran.
    goTo(halfPastMs + 40 * MINUTE_MS);
    expect((await extend(id, 10)).occurrence.endsAt).toBe('2026-01-01T10:20:00.000Z');
  });

  it('of a meeting that takes place once is that of the meeting', async () => {
    const { id } = await book({ recurrence: '' });
    goTo(nineMs - 10 * MINUTE_MS);
    expect((await extend(id, 5)).occurrence.endsAt).toBe('2026-01-01T09:35:00.000Z');
    expect((await api.ask('GET', `/meetings/${id}`)).json()).toMatchObject({ durationMinutes: 35, overrides: [] });
    // Each of two callers that ask at once.
    await Promise.all([extend(id, 5), extend(id, 5)]);
    expect((await api.ask('GET', `/meetings/${id}`)).json()).toMatchObject({ durationMinutes: 45 });
  });

  it('stays when the meeting does not run, is cancelled, or would be too long', async () => {
    const { id } = await book();
    expect((await extend(id, 5)).code).toBe('CONFLICT');
    goTo(nineMs);
    expect((await extend(id, 1440)).code).toBe('CONFLICT');
    expect((await extend(id, 0)).code).toBe('REQUEST_INVALID');
    expect((await extend('mt_none', 5)).code).toBe('NOT_FOUND');
    await api.ask('DELETE', `/meetings/${id}`);
    expect((await extend(id, 5)).code).toBe('CONFLICT');
  });

  it('is moved by a host in the room: later than booked, the meeting is booked until then', async () => {
    const { id, room } = await book();
    goTo(nineMs);
    await opened(room);
    const before = await stored(room);
    const hosts = (version: number, endsWallMs: number) =>
      api.policies.take('acme', room, { ...(before ?? emptyPolicy), version, endsWallMs, locked: true });
    await hosts(2, halfPastMs + 29 * MINUTE_MS + 1);
    const endOf = async () =>
      (await api.ask('GET', `/meetings/${id}/occurrences?from=2026-01-01T00:00:00Z`)).json().data[0].endsAt;
    expect(await endOf()).toBe('2026-01-01T10:00:00.000Z');
    expect((await opened(room))?.locked).toBe(true);
    // Earlier: the room alone.
    await hosts(7, nineMs + MINUTE_MS);
    expect(await endOf()).toBe('2026-01-01T10:00:00.000Z');
    expect(await opened(room)).toMatchObject({ version: 7, endsWallMs: nineMs + MINUTE_MS });
    // For longer than a meeting is: the room alone.
    await hosts(8, nineMs + 2 * DAY_MS);
    expect(await endOf()).toBe('2026-01-01T10:00:00.000Z');
    expect((await opened(room))?.endsWallMs).toBe(nineMs + 2 * DAY_MS);
  });

  it('is moved too when that failed at first and the owner sends its policy again', async () => {
    let failures = 1;
    await api.close();
    api = await testApi({
      mail: () => ({
        changed: async (_db, { before }) => {
          if (before !== undefined && failures-- > 0) throw new Error('the database is away');
        },
      }),
    });
    const { id, room } = await book();
    goTo(nineMs);
    await opened(room);
    const before = await stored(room);
    const sent = { ...(before ?? emptyPolicy), version: 2, endsWallMs: halfPastMs + 15 * MINUTE_MS };
    await expect(api.policies.take('acme', room, sent)).rejects.toThrow('the database is away');
    expect(await stored(room)).toEqual(before);
    await api.policies.take('acme', room, sent);
    expect(await stored(room)).toMatchObject({ version: 2, endsWallMs: sent.endsWallMs });
    const { data } = (await api.ask('GET', `/meetings/${id}/occurrences?from=2026-01-01T00:00:00Z`)).json();
    expect(data[0].endsAt).toBe('2026-01-01T09:45:00.000Z');
  });

  it('is nothing to the booking when the room is no meeting’s', async () => {
    await api.policies.take('acme', 'demo', { ...emptyPolicy, version: 1, endsWallMs: nineMs });
    expect((await api.policies.get('acme', 'demo'))?.policy.endsWallMs).toBe(nineMs);
  });
});

describe('a change whose process ends right after it', () => {
  const untilTen = () => nineMs + 60 * MINUTE_MS;
  const extended = (id: string) =>
    withoutEffects(api.store.db, (db) => api.meetings.extendPresent(db, { tenant: 'acme', id }, untilTen));
  const byJob = async () => {
    api.clock.advance(5000);
    await api.telling.jobs.settled();
  };

  it('reaches the room by its job', async () => {
    const { id, room } = await book();
    goTo(nineMs);
    await opened(room);
    await extended(id);
    await byJob();
    expect(await stored(room)).toMatchObject({ version: 2, endsWallMs: untilTen() });
  });

  it('reaches an owner too that was out of reach, or came when it was stored already', async () => {
    const { id, room } = await book();
    goTo(nineMs);
    const policy = await opened(room);
    let asked = 0;
    api.owners.onCommand = () => {
      asked += 1;
      if (asked > 1) throw new MeridianError('ROOM_OWNER_LOST');
    };
    await change(`/meetings/${id}`, { settings: { hardEnd: true } });
    expect([asked, (await stored(room))?.hardEnd]).toEqual([2, true]);
    api.owners.open(`acme/${room}`, { policy: { ...policy, version: 2, locked: true } });
    api.owners.onCommand = () => undefined;
    await byJob();
    expect(await stored(room)).toMatchObject({ version: 3, hardEnd: true, locked: true });
    await byJob();
    expect(api.owners.commands).toHaveLength(1);
  });
});

describe('a room that is open when the next occurrence begins', () => {
  it('is as the meeting says for that one within a minute, and gets that once', async () => {
    const { room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    const policy = await opened(room);
    const members = [{ identity: 'gil', role: 'host' as const }];
    api.owners.open(`acme/${room}`, { policy: { ...policy, version: 2, locked: true, members } });
    goTo(nineMs + DAY_MS - 16 * MINUTE_MS);
    await api.following.sweep();
    expect(api.owners.commands).toEqual([]);
    goTo(nineMs + DAY_MS - 15 * MINUTE_MS);
    api.owners.refusal = new MeridianError('ROOM_OWNER_LOST');
    await api.following.sweep();
    await api.following.sweep();
    await api.following.sweep();
    const next = { version: 3, locked: false, endsWallMs: nineMs + DAY_MS + 30 * MINUTE_MS };
    expect(await stored(room)).toMatchObject({ ...next, members: [{ identity: 'ann', role: 'host' }] });
    expect(api.owners.commands).toHaveLength(2);
  });

  it('is so too when no sweep ran, or its owner was out of reach, until the occurrence had nearly ended', async () => {
    const { room } = await book({ hosts: ['ann'], durationMinutes: 480 });
    goTo(nineMs);
    const policy = await opened(room);
    api.owners.open(`acme/${room}`, { policy: { ...policy, version: 2, locked: true, members: [] } });
    goTo(nineMs + DAY_MS + 479 * MINUTE_MS);
    await api.following.sweep();
    const next = { version: 3, locked: false, endsWallMs: nineMs + DAY_MS + 480 * MINUTE_MS };
    expect(await stored(room)).toMatchObject({ ...next, members: [{ identity: 'ann', role: 'host' }] });
    await api.following.sweep();
    expect(api.owners.commands).toHaveLength(1);
  });

  it('stays as it is when that one was missed until it was over, and follows the next', async () => {
    const { room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    const policy = await opened(room);
    api.owners.open(`acme/${room}`, { policy: { ...policy, version: 2 } });
    goTo(nineMs + DAY_MS + 90 * MINUTE_MS);
    await api.following.sweep();
    expect(api.owners.commands).toEqual([]);
    goTo(nineMs + 2 * DAY_MS - 15 * MINUTE_MS);
    await api.following.sweep();
    expect((await stored(room))?.endsWallMs).toBe(nineMs + 2 * DAY_MS + 30 * MINUTE_MS);
  });
});

describe('the occurrence that a room is for', () => {
  const at = (startsMs: number, endsMs: number) => ({ startsMs, endsMs });
  const HOUR_MS = 60 * MINUTE_MS;
  it.each([
    ['none', undefined, undefined, undefined],
    ['the one that runs', at(0, 100), at(HOUR_MS, 2 * HOUR_MS), [0, false]],
    ['the one that overran, for an hour', at(-HOUR_MS, -HOUR_MS + 1), at(HOUR_MS, 2 * HOUR_MS), [-HOUR_MS, false]],
    ['the next one after that', at(-HOUR_MS, -HOUR_MS), at(HOUR_MS, 2 * HOUR_MS), [HOUR_MS, false]],
    ['the last, which is over', at(-HOUR_MS, -HOUR_MS), undefined, [-HOUR_MS, true]],
  ])('is %s', (_, last, next, expected) => {
    const found = presentOf(last, next, 0);
    expect(found && [found.occurrence.startsMs, found.isOver]).toEqual(expected);
  });
});

describe('a policy with what its meeting says', () => {
  const policy = {
    title: 'Weekly',
    lobby: false,
    locked: false,
    capacity: 0,
    members: [],
    opensWallMs: 1,
    needsHost: false,
    endsWallMs: 2,
    hardEnd: false,
    autoRecord: false,
    kind: '' as const,
  };
  it('leaves a room the show that hosts made it, where an older api applied what its meeting says', () => {
    const { kind: _, ...older } = policy;
    const before = { occurrence: 'a', policy: older } as unknown as BookedPolicy;
    expect(bookedAct(before, { occurrence: 'a', policy }).book.room).toEqual({});
    const show = { occurrence: 'a', policy: { ...policy, kind: 'show' as const } };
    expect(bookedAct(before, show).book.room).toEqual({ kind: 'show' });
  });
  it('forgets whom the meeting names no more, and keeps whom a host named', () => {
    const before = { occurrence: 'a', policy: { ...policy, members: [{ identity: 'ann', role: 'host' as const }] } };
    const policyOfRoom = {
      ...emptyPolicy,
      members: [
        { identity: 'ann', role: 'host' as const },
        { identity: 'gil', role: 'cohost' as const },
      ],
    };
    const room = { name: 'math', nowWallMs: 0, newBreakOutId: () => '' };
    const withBooked = (now: BookedPolicy) => policyAfter(policyOfRoom, bookedAct(before, now), room);
    expect(withBooked({ occurrence: 'a', policy }).members).toEqual([{ identity: 'gil', role: 'cohost' }]);
    expect(withBooked({ occurrence: 'b', policy }).members).toEqual([]);
  });
});
