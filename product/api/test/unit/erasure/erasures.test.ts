import { emptyPolicy } from '@meridian/protocol';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tableFacts } from '../../../src/store/table-facts.ts';
import { transact } from '../../../src/store/transaction.ts';
import { fill } from '../../support/filled-tenant.ts';
import { makeItem } from '../../support/items.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';
import { entry, journal } from '../events/journals.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const erase = async (body: object, signer: { key: string; secret: string } = tenants[0]) =>
  api.ask('POST', '/tenant/erasures', { body, signer });
const later = async (ms: number) => {
  api.clock.advance(ms);
  await api.telling.jobs.settled();
};
const get = async (id: string) => (await api.ask('GET', `/tenant/erasures/${id}`)).json();
/** Returns all stored rows but those that keep ids for others or expire by themselves. */
const stored = async (): Promise<string> => {
  const expiringTables = ['audit_entries', 'idempotency', 'revocations'];
  const texts = Object.keys(tableFacts).map(async (table) => {
    const { rows } = await sql`select * from ${sql.table(table)}`.execute(api.store.db);
    // Sealed texts are random, and may spell a name.
    const readable = (rows as object[]).map((row) => ({ ...row, sealed_secret: '' }));
    return expiringTables.includes(table) ? '' : JSON.stringify([table, readable]);
  });
  // Only these tests name sessions after persons.
  return (await Promise.all(texts)).join('\n').replaceAll('PA_bob', '');
};

describe('erasing a person', () => {
  it('leaves no name, address or identity in any table', async () => {
    const { meeting } = await fill(api);
    await api.telling.intake.take(journal(1, 10, [entry.left('bob')]));
    const { db } = api.store;
    const bobByName = { identity: 'bob', name: 'Bob Brown' };
    await db
      .insertInto('quality_sessions')
      .values({ key: 1, session_id: 'PA_bob', tenant: 'acme', ...bobByName })
      .execute();
    const device = { session: 1, at_ms: 1, kind: 'device', source: 'microphone', reason: 'AirPods of Bob' };
    await db
      .insertInto('session_events')
      .values({ ...device, from_node: '', to_node: '', decision_id: '' })
      .execute();
    await api.policies.take('acme', 'lobby', {
      ...emptyPolicy,
      version: 9,
      members: [
        { identity: 'bob', role: 'host' },
        { identity: 'ann', role: 'host' },
      ],
      bans: [{ identity: 'bob', untilWallMs: 0 }],
    });
    const link = await api.app.inject({
      method: 'POST',
      url: '/api/v1/join-links',
      payload: { room: 'lobby' },
      headers: { authorization: `Bearer ${await api.token({ scope: 'links:write', via: 'user:bob' })}` },
    });
    expect(link.statusCode).toBe(201);
    expect(await stored()).toMatch(/"made_by":"bob"/i);
    const made = await erase({ identity: 'bob' });
    expect([made.statusCode, made.json()]).toEqual([
      202,
      {
        id: expect.stringMatching(/^ER_/),
        state: 'running',
        changed: {},
        pseudonym: expect.stringMatching(/^ERASED_/),
        createdAt: new Date(api.clock.wallMs()).toISOString(),
      },
    ]);
    expect(await api.store.db.selectFrom('users').select('id').where('id', '=', 'bob').execute()).toEqual([]);
    expect(api.revoked.flatMap(({ entries }) => entries.map(({ id }) => id))).toContain('user:bob');
    // The feeds went with the user; a feed made after that goes with the erasure's job.
    expect((await api.ask('GET', '/calendar-feeds')).json().data).toEqual([]);
    await api.ask('POST', '/calendar-feeds', { body: { userId: 'bob' } });
    await later(10_000);
    const { id, pseudonym } = made.json();
    expect(await get(id)).toMatchObject({
      state: 'done',
      doneAt: new Date(api.clock.wallMs()).toISOString(),
      changed: { meetings: 1, stays: 1, events: 2, joinLinks: 2, calendarFeeds: 1, rooms: 1 },
    });
    const text = await stored();
    expect(text.match(/.{0,80}bob.{0,40}/i)).toBeNull();
    expect(text).toContain(pseudonym);
    const { data } = (await api.ask('GET', '/room-lives/RM_1/stays')).json();
    const shownPeople = data.map(({ identity, name }: { identity: string; name: string }) => [identity, name]);
    expect(shownPeople.sort((a: string[]) => (a[0] === 'ann' ? -1 : 1))).toEqual([
      ['ann', 'ann'],
      [pseudonym, 'erased'],
    ]);
    const keptMeeting = (await api.ask('GET', `/meetings/${meeting}`)).json();
    expect(keptMeeting).toMatchObject({ hosts: ['ann'], version: 2, sequence: 0 });
    expect(keptMeeting.invitees).toMatchObject([{ email: '', name: 'erased', userId: '' }]);
    expect((await api.ask('GET', '/rooms/lobby')).json()).toMatchObject({ name: 'lobby' });
    expect((await api.policies.get('acme', 'lobby'))?.policy).toMatchObject({
      members: [{ identity: 'ann' }],
      bans: [],
    });
    expect((await api.ask('GET', '/audit/verification')).json().whole).toBe(true);
  });

  it('ends links that a person whom only the company knows made in a room', async () => {
    const invite = async (sub: string) => {
      const token = await api.token({ sub, video: { room: 'lobby', roomJoin: true, roomAdmin: true } });
      const headers = { authorization: `Bearer ${token}` };
      return (await api.app.inject({ method: 'POST', url: '/api/v1/join-links/invite', headers })).json().id;
    };
    const [, kept] = [await invite('zoe'), await invite('yan')];
    const { id } = (await erase({ identity: 'zoe' })).json();
    await later(10_000);
    expect(await get(id)).toMatchObject({ state: 'done', changed: { joinLinks: 1 } });
    expect((await api.ask('GET', '/join-links')).json().data).toMatchObject([{ id: kept }]);
    expect((await stored()).match(/zoe/i)).toBeNull();
  });

  it('finds a person by address alone, and touches no other tenant', async () => {
    const { meeting } = await fill(api);
    const otherTenantAnswer = await erase({ email: 'bob@example.org' }, tenants[1]);
    await later(10_000);
    expect((await api.ask('GET', `/meetings/${meeting}`)).json().invitees[0].name).toBe('Bob Brown');
    expect((await api.ask('GET', `/tenant/erasures/${otherTenantAnswer.json().id}`)).statusCode).toBe(404);
    await erase({ email: 'BOB@example.org' });
    await later(10_000);
    expect((await api.ask('GET', `/meetings/${meeting}`)).json().invitees[0].name).toBe('erased');
  });

  it('finds the stays of an invitee by address, even after an interruption', async () => {
    const body = { title: 'Talk', invitees: [{ email: 'zed@example.org', name: 'Zed' }, { email: 'kim@example.org' }] };
    const [zed, kim] = (await api.ask('POST', '/meetings', { body }))
      .json()
      .invitees.map((one: { id: string }) => one.id);
    await api.telling.intake.take(journal(1, 1, [entry.opened(zed, kim), entry.left(kim)]));
    const { id } = (await erase({ email: 'zed@example.org' })).json();
    await later(10_000);
    // The person is still in the room, and the meeting no longer names it.
    expect(await get(id)).toMatchObject({ state: 'running', changed: { meetings: 1 } });
    await api.telling.intake.take(journal(1, 4, [entry.left(zed), entry.over()]));
    await later(60_000);
    expect(await get(id)).toMatchObject({ state: 'done', changed: { meetings: 1, stays: 1, events: 2 } });
    const { data } = (await api.ask('GET', '/room-lives/RM_1/stays')).json();
    expect(data.map(({ name }: { name: string }) => name).sort()).toEqual(['erased', kim]);
    const times = await api.store.db.selectFrom('meeting_persons').select(['person', 'starts_ms']).execute();
    expect(times).toEqual([{ person: 'mail:kim@example.org', starts_ms: expect.any(Number) }]);
    expect((await stored()).match(/zed/i)).toBeNull();
  });

  it('waits until the person has left the room, and then erases that stay too', async () => {
    await api.telling.intake.take(journal(1, 1, [entry.opened('ann', 'bob')]));
    const { id } = (await erase({ identity: 'bob' })).json();
    await later(10_000);
    expect(await get(id)).toMatchObject({ state: 'running', changed: {} });
    await api.telling.intake.take(journal(1, 2, [entry.left('bob'), entry.over()]));
    await later(60_000);
    expect(await get(id)).toMatchObject({ state: 'done', changed: { stays: 1, events: 2 } });
    expect(await stored()).not.toMatch(/"bob|bob"/);
  });

  it('deletes recordings that only the person had, and the name of the person from those of its meetings', async () => {
    const { fra } = api.recorders;
    const recorded = (id: string, o: object) => [
      entry.recording(id, 'rec-fra', o),
      entry.recording(id, 'rec-fra', { isOver: true, ...o }),
    ];
    const of = [...recorded('re_own', { identity: 'bob' }), ...recorded('re_all', { byIdentity: 'bob' })];
    for (const id of ['re_own', 're_all', 're_alone', 're_runs']) fra.stints.set(`acme/${id}`, {});
    const runs = entry.recording('re_runs', 'rec-fra', { byIdentity: 'bob' });
    const alone = recorded('re_alone', { byIdentity: 'bob' });
    await api.telling.intake.take(journal(1, 1, [entry.opened('ann'), ...of, ...alone, runs]));
    await api.telling.jobs.settled();
    const { db } = api.store;
    await db.updateTable('recordings').set({ meeting: 'mt_1' }).where('id', 'in', ['re_all', 're_runs']).execute();
    const { id } = (await erase({ identity: 'bob' })).json();
    await later(10_000);
    expect([...fra.stints.keys()]).toEqual(['acme/re_all', 'acme/re_runs']);
    expect(await get(id)).toMatchObject({ state: 'running', changed: { recordings: 3 } });
    await api.telling.intake.take(journal(1, 19, [entry.over()]));
    await later(60_000);
    expect(await get(id)).toMatchObject({ state: 'done', changed: { recordings: 4 } });
    expect(await stored()).not.toMatch(/"bob|bob"/);
    const { data } = (await api.ask('GET', '/recordings')).json();
    expect(data.map((one: { id: string; by: string }) => [one.id, one.by]).sort()).toEqual([
      ['re_all', expect.stringMatching(/^ERASED_/)],
      ['re_runs', expect.stringMatching(/^ERASED_/)],
    ]);
  });

  it('keeps recordings that the person started or spoke in, without its name', async () => {
    const { db } = api.store;
    await api.telling.intake.take(
      journal(1, 1, [
        entry.opened('ann', 'bob'),
        entry.recording('re_all', 'rec-fra', { byIdentity: 'bob' }),
        entry.recording('re_all', 'rec-fra', { byIdentity: 'bob', isOver: true }),
        entry.left('bob'),
      ]),
    );
    const item = await makeItem(api, { owner: 'bob', title: 'Review — bob', visibility: 'tenant' });
    const chapters = JSON.stringify([
      { startMs: 0, title: 'bob' },
      { startMs: 5, title: 'ann' },
    ]);
    await transact(db, (trx) => api.items.change(trx, { tenant: 'acme', id: item.id }, { chapters }));
    const ofRecording = { tenant: 'acme', recording: 're_all' };
    await db.updateTable('library_items').set({ recording: 're_all' }).where('id', '=', item.id).execute();
    const media = { source: 'camera' as const, offset_ms: 0, duration_ms: 9, width: 1, height: 1, bytes: 1 };
    const output = { name: 'p001-camera', item: item.id, identity: 'bob', participant: 'bob', chapters, ...media };
    await db.insertInto('recording_outputs').values(Object.assign(output, ofRecording)).execute();
    const post = (name: string) => ({ ms: 1, kind: 'chat', name, text: 'hi', style: '' });
    const posts = JSON.stringify([post('bob'), post('ann')]);
    await db
      .insertInto('recording_posts')
      .values(Object.assign({ page: 0, posts }, ofRecording))
      .execute();
    const vtt = 'WEBVTT\n\n00:00.000 --> 00:01.000\n<v.loud bob>Hi, I am called bo.b</v>\n<v ann>Hi</v>\n';
    await api.ask('PUT', '/recordings/re_all/transcripts/en', { body: { vtt } });
    await api.ask('PUT', `/library/items/${item.id}/transcripts/de`, { body: { vtt } });
    const reader = { tenant: 'acme', item: item.id, kind: 'user', reader: 'bob', may: 'play' } as const;
    await db.insertInto('library_item_readers').values(reader).execute();
    await erase({ identity: 'bob' });
    await later(10_000);
    expect(await stored()).not.toMatch(/"bob|bob"/);
    expect((await api.ask('GET', `/library/items/${item.id}`)).json()).toMatchObject({
      title: 'Review — erased',
      owner: expect.stringMatching(/^ERASED_/),
      chapters: [{ title: 'erased' }, { title: 'ann' }],
    });
    expect((await api.ask('GET', '/recordings/re_all')).json().outputs).toMatchObject([
      { identity: expect.stringMatching(/^ERASED_/), participant: 'erased' },
    ]);
    const page = await db.selectFrom('recording_posts').select('posts').executeTakeFirstOrThrow();
    expect(JSON.parse(page.posts).map(({ name }: { name: string }) => name)).toEqual(['erased', 'ann']);
    expect(await db.selectFrom('library_item_readers').selectAll().execute()).toEqual([]);
    for (const table of ['recording_transcripts', 'library_transcripts'] as const)
      for (const { vtt: kept } of await db.selectFrom(table).select('vtt').execute()) {
        expect(kept).toContain('<v.loud erased>Hi, I am called bo.b</v>\n<v ann>Hi</v>');
      }
  });

  it('deletes private files of recordings, unless hosts of a meeting have them', async () => {
    const { db } = api.store;
    const [alone, ofMeeting, shown] = [
      await makeItem(api, { owner: 'bob' }),
      await makeItem(api, { owner: 'bob' }),
      await makeItem(api, { owner: 'bob', visibility: 'tenant' }),
    ];
    await db.updateTable('library_items').set({ recording: 're_9' }).execute();
    const reader = { tenant: 'acme', item: ofMeeting.id, kind: 'meeting', reader: 'mt_1', may: 'change' } as const;
    await db.insertInto('library_item_readers').values(reader).execute();
    await erase({ identity: 'bob' });
    await later(10_000);
    const left = (await api.ask('GET', '/library/items')).json().data.map(({ id }: { id: string }) => id);
    expect(new Set(left)).toEqual(new Set([ofMeeting.id, shown.id]));
    expect(left).not.toContain(alone.id);
  });

  it('deletes items that only the person could see, and removes the name from other items', async () => {
    const privateItem = await makeItem(api, { owner: 'bob' });
    const open = await makeItem(api, { owner: 'bob', visibility: 'tenant', title: 'Open' });
    const deletedItem = await makeItem(api, { owner: 'bob', visibility: 'tenant' });
    const itemOfAnn = await makeItem(api, { owner: 'ann' });
    await api.ask('DELETE', `/library/items/${deletedItem.id}`);
    const trashed = await makeItem(api, { owner: 'bob', visibility: 'tenant' });
    await api.ask('POST', `/library/items/${trashed.id}/trash`);
    const trashedByBob = await makeItem(api, { owner: 'ann' });
    await transact(api.store.db, (trx) => api.items.trash(trx, { tenant: 'acme', id: trashedByBob.id, by: 'bob' }));
    const { id } = (await erase({ identity: 'bob' })).json();
    await later(10_000);
    expect(await get(id)).toMatchObject({ state: 'done', changed: { items: 3 } });
    expect(await stored()).not.toMatch(/"bob|bob"/);
    const inTrash = (await api.ask('GET', '/library/items?trashed=true')).json().data;
    expect(inTrash.map((one: { id: string }) => one.id)).toEqual([trashedByBob.id]);
    const { data } = (await api.ask('GET', '/library/items')).json();
    const left = data.map((one: { id: string; owner: string }) => [one.id, one.owner]).sort();
    const expectedItems = [
      [open.id, expect.stringMatching(/^ERASED_/)],
      [itemOfAnn.id, 'ann'],
    ];
    expect(left).toEqual(expectedItems.sort());
    const itemEvents = (await api.ask('GET', `/events?sid=${privateItem.id}`)).json().data;
    expect(itemEvents.map(({ event }: { event: string }) => event).sort()).toEqual(['item.deleted', 'item.ready']);
    const { requestLog } = api.libraries.fra;
    expect(requestLog.filter((one) => one.startsWith('erase acme/'))).toHaveLength(3);
  });

  it('removes the name from orders of distribution and their events; the orders continue', async () => {
    const { id: item } = await makeItem(api);
    const bob = await api.user({ id: 'bob', email: 'bob@example.org', role: 'admin' });
    await api.user({ id: 'admin', email: 'admin@example.org', role: 'admin' });
    const order = async (as?: typeof bob) => {
      const body = { name: 'Hall', kind: 'agent', region: 'frankfurt' };
      const { id } = (await api.ask('POST', '/distribution/receivers', { body })).json().receiver;
      const of = { body: { item, to: { receivers: [id] } }, ...(as && { as }) };
      return { id: (await api.ask('POST', '/distribution/orders', of)).json().id as string, receiver: id };
    };
    const [over, gone, runs, other] = [await order(bob), await order(bob), await order(bob), await order()];
    for (const { receiver } of [over, gone]) await api.ask('DELETE', `/distribution/receivers/${receiver}`);
    // Its row expires before its events do.
    await api.store.db.deleteFrom('distribution_orders').where('id', '=', gone.id).execute();
    const before = await stored();
    expect([before.includes('"made_by":"bob"'), before.includes('createdBy\\":\\"bob')]).toEqual([true, true]);
    const { id, pseudonym } = (await erase({ identity: 'bob' })).json();
    await later(10_000);
    expect(await get(id)).toMatchObject({ state: 'done', changed: { orders: 2 } });
    await api.ask('DELETE', `/distribution/receivers/${runs.receiver}`);
    expect(await stored()).not.toMatch(/"bob|bob"/);
    for (const { id: one } of [over, runs]) {
      expect((await api.ask('GET', `/distribution/orders/${one}`)).json().createdBy).toBe(pseudonym);
      const { data } = (await api.ask('GET', `/events?sid=acme/orders/${one}`)).json();
      expect(data).toMatchObject([{ event: 'order.completed', order: { createdBy: pseudonym } }]);
    }
    expect((await api.ask('GET', `/distribution/orders/${other.id}`)).json().createdBy).toBe(tenants[0].key);
  });

  it('happens once under an Idempotency-Key, and a repetition changes nothing', async () => {
    await fill(api);
    const ask = () =>
      api.ask('POST', '/tenant/erasures', { body: { identity: 'ann' }, headers: { 'idempotency-key': 'e' } });
    const first = await ask();
    expect((await ask()).json()).toEqual(first.json());
    await later(10_000);
    const again = await erase({ identity: 'ann' });
    await later(10_000);
    expect(await get(again.json().id)).toMatchObject({ state: 'done', changed: {} });
  });

  it.each([
    [{}, 400, 'REQUEST_INVALID'],
    [{ identity: '' }, 400, 'REQUEST_INVALID'],
    [{ identity: 'a\u200bb' }, 400, 'REQUEST_INVALID'],
    [{ identity: 'admin' }, 409, 'LAST_ADMIN'],
    [{ identity: 'admin', email: 'other@example.org' }, 409, 'CONFLICT'],
  ])('is refused as %j', async (body, status, code) => {
    await api.user({ id: 'admin', email: 'admin@example.org', role: 'admin' });
    await api.user({ id: 'other', email: 'other@example.org' });
    expect((await erase(body)).json()).toMatchObject({ status, code });
    expect(await api.store.db.selectFrom('users').select('id').orderBy('id').execute()).toHaveLength(2);
  });
});
