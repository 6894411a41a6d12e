import { emptyPolicy, MeridianError, policyToWire, type RoomPolicy, rpc, wire } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
const openRoom = (room: string, tenant = 'acme') => askForPolicy(room, { tenant });
/** Requests the room's policy as an owner that has the policy `sent`. Returns the answer. */
async function askForPolicy(
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
/** Returns the stored policy, without later changes of the meeting. */
async function stored(room: string): Promise<RoomPolicy | undefined> {
  const row = await api.store.db.selectFrom('rooms').select('policy').where('name', '=', room).executeTakeFirst();
  return row && (JSON.parse(row.policy) as RoomPolicy);
}
/** Reports a life of the room from nine o'clock, which is over after ten minutes. */
async function end(room: string, reason: string): Promise<void> {
  const entries = [
    { seq: 1, wallMs: nineMs, opened: {} },
    { seq: 2, wallMs: nineMs + 10 * MINUTE_MS, over: { reason } },
  ];
  goTo(nineMs + 10 * MINUTE_MS);
  const life = { roomKey: `acme/${room}`, sid: `RM_${reason}`, epoch: 1, createdWallMs: nineMs, lost: 0, entries };
  await api.telling.intake.take(wire.Journal.decode(wire.Journal.encode(life).finish()));
}
const goTo = (wallMs: number): void => api.clock.advance(wallMs - api.clock.wallMs());

describe('the room of a meeting', () => {
  it('opens with the settings of the meeting, at its last version', async () => {
    const invitees = [
      { email: 'bob@example.org', role: 'speaker' },
      { userId: 'cem', role: 'attendee' },
      { name: 'Zoe' },
    ];
    const settings = { waitingRoom: true, capacity: 5, hardEnd: true };
    const meeting = await book({ hosts: ['ann'], cohosts: ['ben'], invitees, settings });
    const policy = await openRoom(meeting.room);
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
    expect((await openRoom(meeting.room))?.version).toBe(1);
    expect(await openRoom(meeting.room, 'globex')).toBeUndefined();
    expect(await openRoom('other')).toBeUndefined();
    expect((await api.ask('GET', `/rooms/${meeting.room}`, { signer: tenants[1] })).statusCode).toBe(404);
    expect((await api.ask('GET', `/rooms/${meeting.room}`)).json()).toMatchObject({ name: meeting.room });
  });

  it('waits for a host if the meeting requires one', async () => {
    const { room } = await book({ settings: { joinBeforeHost: false } });
    expect(await openRoom(room)).toMatchObject({ needsHost: true, opensWallMs: 0, lobby: false });
  });

  it.each([
    ['ended', true],
    ['empty', false],
  ])('that is over as `%s` during its booked time needs a host to open again: %s', async (reason, needsHost) => {
    const { room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    expect(await openRoom(room)).toMatchObject({ needsHost: false });
    await end(room, reason);
    expect(await openRoom(room)).toMatchObject({ needsHost });
    goTo(nineMs + DAY_MS);
    expect(await openRoom(room)).toMatchObject({ needsHost: false });
  });

  it('that was ended for everyone follows at once, even if a participant has opened it again', async () => {
    const { room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    await openRoom(room);
    await end(room, 'ended');
    expect(await stored(room)).toMatchObject({ needsHost: true });
  });

  it.each([
    ['all hosts', ['ann'], false],
    ['one of two hosts', ['ann', 'guest-host'], true],
  ])('that was ended for everyone opens without a host if %s are deactivated', async (_, hosts, needsHost) => {
    const admin = await api.user({ id: 'root', email: 'root@example.org', role: 'admin' });
    await api.user({ id: 'ann', email: 'ann@example.org', role: 'host' });
    const { room } = await book({ hosts });
    await api.ask('PATCH', '/users/ann', { as: admin, body: { active: false }, headers: { 'if-match': '*' } });
    goTo(nineMs);
    await openRoom(room);
    await end(room, 'ended');
    expect(await openRoom(room)).toMatchObject({ needsHost });
  });

  it('that was ended for everyone opens without a host if the meeting has none', async () => {
    const { room } = await book();
    goTo(nineMs);
    await openRoom(room);
    await end(room, 'ended');
    expect(await openRoom(room)).toMatchObject({ needsHost: false });
  });

  it('gets the changed settings of the meeting at once, and nothing else', async () => {
    const { id, room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    await openRoom(room);
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
    expect((await openRoom(room))?.version).toBe(7);
    await api.ask('DELETE', at);
    expect((await stored(room))?.opensWallMs).toBe(nineMs + DAY_MS - 15 * MINUTE_MS);
  });

  it('with participants is changed by its owner, together with simultaneous changes of hosts', async () => {
    const { id, room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    const policy = await openRoom(room);
    api.owners.open(`acme/${room}`, { policy: { ...policy, version: 2, locked: true } });
    await change(`/meetings/${id}`, { settings: { waitingRoom: true }, cohosts: ['ben'] });
    expect(await stored(room)).toMatchObject({ version: 3, locked: true, lobby: true });
    expect((await stored(room))?.members.map(({ identity }) => identity)).toEqual(['ann', 'ben']);
    expect(api.owners.commands.at(-1)?.actor).toEqual({ kind: 'service', id: 'meetings' });
    await openRoom(room);
    expect(api.owners.commands).toHaveLength(1);
  });

  it('of a cancelled meeting admits only hosts', async () => {
    const { id, room } = await book({ hosts: ['ann'], settings: { hardEnd: true } });
    await openRoom(room);
    await api.ask('DELETE', `/meetings/${id}`);
    expect(await stored(room)).toMatchObject({
      version: 2,
      locked: true,
      endsWallMs: 0,
      members: [{ identity: 'ann' }],
    });
    expect(await openRoom(room)).toMatchObject({ version: 2, locked: true });
  });
});

describe('the end of a meeting', () => {
  const halfPastMs = nineMs + 30 * MINUTE_MS;
  const extend = async (id: string, minutes: number, headers: Record<string, string> = {}) =>
    (await api.ask('POST', `/meetings/${id}/extend`, { body: { minutes }, headers })).json();

  it('is moved by REST for the running occurrence and its room', async () => {
    const { id, room } = await book({ hosts: ['ann'] });
    const otherMeeting = await book({ title: 'Next', localStart: '2026-01-01T09:30', recurrence: '', hosts: ['ann'] });
    goTo(nineMs);
    await openRoom(room);
    const headers = { 'idempotency-key': 'k1' };
    const answer = await extend(id, 15, headers);
    expect(answer.occurrence).toMatchObject({
      originalStart: `${daily.localStart}:00`,
      endsAt: '2026-01-01T09:45:00.000Z',
    });
    expect(answer.conflicts).toMatchObject([{ meetingId: otherMeeting.id, title: 'Next' }]);
    expect(await stored(room)).toMatchObject({ version: 2, endsWallMs: halfPastMs + 15 * MINUTE_MS });
    expect(await extend(id, 15, headers)).toEqual(answer);
    const meeting = (await api.ask('GET', `/meetings/${id}`)).json();
    expect(meeting).toMatchObject({ version: 2, sequence: 0, durationMinutes: 30 });
    expect(meeting.overrides).toEqual([{ originalStart: '2026-01-01T09:00:00', durationMinutes: 45 }]);
    // An overrun meeting is extended from now.
    goTo(halfPastMs + 40 * MINUTE_MS);
    expect((await extend(id, 10)).occurrence.endsAt).toBe('2026-01-01T10:20:00.000Z');
  });

  it('is moved to a later time by a host in the room, and the seats stay booked until then', async () => {
    const { id, room } = await book();
    goTo(nineMs);
    await openRoom(room);
    const before = await stored(room);
    const hosts = (version: number, endsWallMs: number) =>
      api.policies.take('acme', room, { ...(before ?? emptyPolicy), version, endsWallMs, locked: true });
    await hosts(2, halfPastMs + 29 * MINUTE_MS + 1);
    const endOf = async () =>
      (await api.ask('GET', `/meetings/${id}/occurrences?from=2026-01-01T00:00:00Z`)).json().data[0].endsAt;
    expect(await endOf()).toBe('2026-01-01T10:00:00.000Z');
    expect((await openRoom(room))?.locked).toBe(true);
    // An earlier end changes only the room.
    await hosts(7, nineMs + MINUTE_MS);
    expect(await endOf()).toBe('2026-01-01T10:00:00.000Z');
    expect(await openRoom(room)).toMatchObject({ version: 7, endsWallMs: nineMs + MINUTE_MS });
    // An end beyond the longest meeting changes only the room.
    await hosts(8, nineMs + 2 * DAY_MS);
    expect(await endOf()).toBe('2026-01-01T10:00:00.000Z');
    expect((await openRoom(room))?.endsWallMs).toBe(nineMs + 2 * DAY_MS);
  });
});

describe('a change whose process ends right after the commit', () => {
  const untilTen = () => nineMs + 60 * MINUTE_MS;
  const extended = (id: string) =>
    withoutEffects(api.store.db, (db) => api.meetings.extendPresent(db, { tenant: 'acme', id }, untilTen));
  const byJob = async () => {
    api.clock.advance(5000);
    await api.telling.jobs.settled();
  };

  it('still reaches the room, by its job', async () => {
    const { id, room } = await book();
    goTo(nineMs);
    await openRoom(room);
    await extended(id);
    await byJob();
    expect(await stored(room)).toMatchObject({ version: 2, endsWallMs: untilTen() });
  });
});

describe('a room that is open at the beginning of the next occurrence', () => {
  it('gets the settings of that occurrence within a minute, once', async () => {
    const { room } = await book({ hosts: ['ann'] });
    goTo(nineMs);
    const policy = await openRoom(room);
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
});
