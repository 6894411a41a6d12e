import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Ask, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const HOUR_MS = 3_600_000;
interface Booked {
  readonly id: string;
  readonly room: string;
}
async function book(inHours: number, invited: number, more: object = {}, o: Ask = {}): Promise<Booked> {
  const localStart = new Date(api.clock.wallMs() + inHours * HOUR_MS).toISOString().slice(0, 19);
  const invitees = Array.from({ length: invited }, (_, at) => ({ email: `a${at}@example.org` }));
  const body = { title: 'Meeting', localStart, timeZone: 'UTC', durationMinutes: 60, invitees, ...more };
  const answer = await api.ask('POST', '/meetings', { body, ...o });
  expect(answer.statusCode).toBe(201);
  return answer.json();
}
const booked = () =>
  Object.fromEntries(
    [...api.centre.booked.values()].map(({ roomKey, region, sessions }) => [roomKey, [region, sessions]]),
  );
const seats = async (id: string) => {
  const answer = await api.ask('GET', `/meetings/${id}/seats`);
  return { status: answer.statusCode, ...answer.json() };
};

it('the api books seats of meetings in progress and of the next 24 hours, and of no later ones', async () => {
  const [running, soon, late] = [await book(-0.5, 2), await book(23, 3), await book(25, 4)];
  const daily = await book(1, 5, { recurrence: 'FREQ=DAILY' });
  await book(-2, 6);
  await book(2, 0);
  await api.bookings.reconcile();
  const expectedBooking = {
    [`acme/${running.room}`]: ['frankfurt', 2],
    [`acme/${soon.room}`]: ['frankfurt', 3],
    [`acme/${daily.room}`]: ['frankfurt', 5],
  };
  expect(booked()).toEqual(expectedBooking);
  api.clock.advance(2 * HOUR_MS);
  await api.ask('DELETE', `/meetings/${soon.id}`, { headers: { 'if-match': '*' } });
  await api.bookings.reconcile();
  expect(Object.keys(booked()).sort()).toEqual([`acme/${daily.room}`, `acme/${late.room}`].sort());
});

it('the api sends bookings to the centre in pages, and an empty page if there are none', async () => {
  await api.bookings.reconcile();
  expect(api.centre.pages).toEqual([0]);
  const { db } = api.store;
  const first = await book(1, 1);
  const { body } = await db.selectFrom('meetings').select('body').where('id', '=', first.id).executeTakeFirstOrThrow();
  const row = await db.selectFrom('meeting_occurrences').selectAll().executeTakeFirstOrThrow();
  const meeting = await db.selectFrom('meetings').selectAll().executeTakeFirstOrThrow();
  for (let at = 0; at < 1001; at += 1) {
    const id = `mt_${at}`;
    const copy = JSON.stringify({ ...JSON.parse(body), id, room: id });
    await db
      .insertInto('meetings')
      .values({ ...meeting, id, room: id, number: String(at), body: copy })
      .execute();
    await db
      .insertInto('meeting_occurrences')
      .values({ ...row, meeting: id })
      .execute();
  }
  await api.bookings.reconcile();
  expect([api.centre.pages, api.centre.booked.size]).toEqual([[0, 500, 500, 2], 1002]);
});

it('a user gets half of the seats that others leave, an administrator all', async () => {
  await api.store.db
    .updateTable('tenants')
    .set({ limits: JSON.stringify({ seats: 8 }) })
    .execute();
  const [host, admin] = [await api.user({ role: 'host' }), await api.user({ role: 'admin' })];
  const ofHost = await book(1, 9, {}, { as: host });
  const ofAdmin = await book(9, 9, {}, { as: admin });
  expect([await seats(ofHost.id), await seats(ofAdmin.id)]).toMatchObject([{ booked: 4 }, { booked: 8 }]);
  expect(JSON.stringify(ofHost)).not.toMatch(/bookedBy/i);
});

it('people whom a cohost adds count in the share of the cohost, also in a meeting of an API key', async () => {
  await api.store.db
    .updateTable('tenants')
    .set({ limits: JSON.stringify({ seats: 20 }) })
    .execute();
  const [ann, bob] = [await api.user({ role: 'host' }), await api.user({ role: 'host' })];
  const cohosts = [bob.user.id];
  const [ofAnn, ofKey] = [await book(1, 4, { cohosts }, { as: ann }), await book(20, 4, { cohosts })];
  const added = Array.from({ length: 80 }, (_, at) => ({ name: `Guest ${at}` }));
  for (const { id } of [ofAnn, ofKey]) {
    const headers = { 'if-match': '*' };
    const answer = await api.ask('POST', `/meetings/${id}/invitees`, { as: bob, headers, body: { invitees: added } });
    expect(answer.statusCode).toBeLessThan(300);
    expect(answer.body).not.toMatch(/bookedBy/i);
  }
  // Without bob's people: ann, bob and four guests; bob and four guests. Of the others' seats bob gets half.
  expect([await seats(ofAnn.id), await seats(ofKey.id)]).toMatchObject([
    { expected: 86, booked: 6 + 7 },
    { expected: 85, booked: 5 + 8 },
  ]);
  const nextOfAnn = await book(1.5, 4, {}, { as: ann });
  expect(await seats(nextOfAnn.id)).toMatchObject({ booked: 1 });
  // Bob makes hosts more: all hosts and cohosts count in his share, the four guests in ann's.
  const hosts = Array.from({ length: 40 }, (_, at) => `host-${at}`);
  const body = { hosts: [ann.user.id, ...hosts] };
  const changed = await api.ask('PATCH', `/meetings/${ofAnn.id}`, { as: bob, headers: { 'if-match': '*' }, body });
  expect(changed.statusCode).toBe(200);
  expect(await seats(ofAnn.id)).toMatchObject({ booked: 4 + 10 });
});

it('the seats of a meeting show shortages by the limit and at the centre', async () => {
  await api.store.db
    .updateTable('tenants')
    .set({ limits: JSON.stringify({ seats: 5 }) })
    .execute();
  const [one, two] = [await book(1, 4), await book(1, 4)];
  const [first = '', second = ''] = [one.id, two.id].sort();
  expect([await seats(first), await seats(second)]).toMatchObject([
    { status: 200, expected: 4, booked: 4 },
    { status: 200, expected: 4, booked: 1 },
  ]);
  expect(await seats(first)).not.toHaveProperty('kept');
  api.centre.live.set(`acme/${first === one.id ? one.room : two.room}`, { kept: 3, short: 1 });
  expect(await seats(first)).toMatchObject({ kept: 3, short: 1 });
  for (const state of ['down', 'mute'] as const) {
    api.centre.state = state;
    expect(await seats(first)).toMatchObject({ status: 200, booked: 4 });
    expect(await seats(first)).not.toHaveProperty('kept');
  }
});

it('the seats of a meeting that is over are 404', async () => {
  const { id } = await book(1, 1);
  api.clock.advance(3 * HOUR_MS);
  expect(await seats(id)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});

it('sending bookings fails while there is no centre', async () => {
  api.centre.state = 'down';
  await expect(api.bookings.reconcile()).rejects.toThrow('there is no link to a centre');
});
