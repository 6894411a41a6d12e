import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Ask, type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

async function book(inHours: number, o: Ask = {}): Promise<{ readonly room: string }> {
  const localStart = new Date(api.clock.wallMs() + inHours * 3_600_000).toISOString().slice(0, 19);
  const invitees = [{ email: 'a@example.org' }, { email: 'b@example.org' }];
  const body = { title: 'Meeting', localStart, timeZone: 'UTC', durationMinutes: 60, invitees };
  const answer = await api.ask('POST', '/meetings', { body, ...o });
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

it('a tenant with more occurrences than the centre accepts leaves other tenants theirs', async () => {
  const { db } = api.store;
  await book(1);
  const row = await db.selectFrom('meeting_occurrences').selectAll().executeTakeFirstOrThrow();
  const many = Array.from({ length: 10_000 }, (_, at) => ({ ...row, original_start: `2000-01-01T00:00:${at}` }));
  for (let at = 0; at < many.length; at += 500)
    await db
      .insertInto('meeting_occurrences')
      .values(many.slice(at, at + 500))
      .execute();
  const { room } = await book(3, { signer: tenants[1] });
  await api.bookings.reconcile();
  const booked = [...api.centre.booked.values()].find(({ roomKey }) => roomKey === `globex/${room}`);
  expect(booked).toMatchObject({ region: 'frankfurt', sessions: 2 });
});
