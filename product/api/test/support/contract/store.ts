// Tests of the features that the api needs of a database of any kind. Folders of the service add the needs of their
// queries.
import { emptyPolicy, wire } from '@meridian/protocol';
import { createLogger, type Link, ManualClock, seededRng, systemClock } from '@meridian/runtime';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../../src/access/keys.ts';
import { Revocations } from '../../../src/access/revocations.ts';
import { Intake } from '../../../src/events/intake.ts';
import { Jobs, type NewJob } from '../../../src/jobs/jobs.ts';
import { RoomGuards } from '../../../src/rooms/room-guards.ts';
import { type Database, openDatabase, openStore } from '../../../src/store/store.ts';
import { transact } from '../../../src/store/transaction.ts';
import { entry, journal } from '../../unit/events/journals.ts';
import { operatorKey, type TestApi, testApi } from '../test-api.ts';

export interface StoreContract {
  readonly name: string;
  open(): Promise<string>;
  /** Returns the URL of a database after all migrations, which take longer than most tests. */
  migrated(): Promise<string>;
}

const log = createLogger({ name: 'api', level: 'fatal' });

async function guardedRooms(db: Database): Promise<string[]> {
  const asked = Promise.withResolvers<Parameters<Link['onRequest']>[1]>();
  const link = { onRequest: (_type, handler) => asked.resolve(handler) } as Pick<Link, 'onRequest'> as Link;
  new RoomGuards({ db, clock: new ManualClock(), log }).attach(link);
  const request = wire.RoomGuardsRequest.encode({}).finish();
  const answer = wire.RoomGuards.decode(await (await asked.promise)(request, link));
  return answer.rooms.map(({ roomKey }) => roomKey ?? '');
}

export function storeContract({ name, open, migrated }: StoreContract): void {
  describe(`a store on ${name}`, () => {
    let api: TestApi;
    beforeEach(async () => {
      api = await testApi({ url: await migrated() });
    });
    afterEach(() => api.close());

    it('returns times as numbers, and texts as they were stored', async () => {
      const wallMs = 4_102_444_800_123;
      const text = '名字 "\'\\ 🎧';
      await api.store.db
        .insertInto('tenants')
        .values({ id: 't', name: text, limits: '{}', created_ms: wallMs })
        .execute();
      const row = await api.store.db.selectFrom('tenants').selectAll().where('id', '=', 't').executeTakeFirst();
      expect(row).toEqual({ id: 't', name: text, limits: '{}', version: 1, created_ms: wallMs });
    });

    it('undoes a transaction that fails', async () => {
      const failing = transact(api.store.db, async (db) => {
        await db.insertInto('tenants').values({ id: 't', name: 't', limits: '{}', created_ms: 0 }).execute();
        throw new Error('undone');
      });
      await expect(failing).rejects.toThrow('undone');
      expect(await api.store.db.selectFrom('tenants').select('id').where('id', '=', 't').execute()).toEqual([]);
    });

    it('refuses a key without a tenant', async () => {
      const row = { id: 'k', tenant: 'unknown', name: 'k', scopes: '', regions: '', created_ms: 0, revoked_ms: null };
      const insert = api.store.db.insertInto('api_keys').values({ ...row, sealed_secret: '' });
      await expect(insert.execute()).rejects.toThrow(/foreign key/i);
    });

    it('finds guarded rooms even if an older api, which knows no `guards`, has changed them', async () => {
      const { db } = api.store;
      const lobby = JSON.stringify({ lobby: true });
      const insert = (name: string, policy: string) =>
        sql`insert into rooms (tenant, name, name_key, version, policy, idle_ms_max)
          values ('acme', ${name}, ${name}, 1, ${policy}, 0)`.execute(db);
      const change = (name: string, policy: string) =>
        sql`update rooms set version = version + 1, policy = ${policy} where name = ${name}`.execute(db);
      await insert('new', lobby);
      await insert('open', '{}');
      for (const name of ['closed', 'opened'])
        await api.policies.take('acme', name, { ...emptyPolicy, version: 1, lobby: name === 'opened' });
      expect((await guardedRooms(db)).sort()).toEqual(['acme/new', 'acme/opened']);
      await change('closed', lobby);
      await change('opened', '{}');
      expect((await guardedRooms(db)).sort()).toEqual(['acme/closed', 'acme/new']);
      const judged = await db.selectFrom('rooms').select(['name', 'guards']).orderBy('name').execute();
      expect(judged.map(({ name, guards }) => `${name} ${guards}`)).toEqual([
        'closed 1',
        'new 1',
        'open 0',
        'opened 0',
      ]);
      // Only these rows are read, however many rooms there are.
      const select = sql`select name from rooms where guards_version <> version`;
      expect((await select.execute(db)).rows).toEqual([]);
    });

    it('makes one signing key for a tenant, even when instances need it at the same time', async () => {
      const url = await open();
      const count = url.startsWith('sqlite:') ? 1 : 3; // only one instance can open a SQLite file
      const stores = await Promise.all(Array.from({ length: count }, () => openStore({ url, dir: '.', log })));
      const keysOfStores = stores.map(
        ({ db }) => new ApiKeys({ db, sealSecret: 's'.repeat(32), clock: systemClock() }),
      );
      await keysOfStores[0]?.seed([{ id: 't', name: 't', key: 'k', secret: 'x'.repeat(32) }], []);
      const found = await Promise.all([...keysOfStores, ...keysOfStores].map((keys) => keys.signing('t')));
      expect(new Set(found.map((key) => key?.id)).size).toBe(1);
      expect(found[0]?.purpose).toBe('guests');
      await Promise.all(stores.map((store) => store.close()));
    });

    it('lists every row once while rows of the same time are added', async () => {
      const signer = operatorKey;
      const make = (id: string) => api.ask('POST', '/tenants', { body: { id, name: id }, signer });
      for (const id of ['b1', 'b3', 'b5']) await make(id);
      const first = (await api.ask('GET', '/tenants?limit=2', { signer })).json();
      await make('b2');
      const rest = (await api.ask('GET', `/tenants?limit=200&cursor=${first.nextCursor}`, { signer })).json();
      const ids = [...first.data, ...rest.data].map(({ id }: { id: string }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(['b1', 'b3', 'b5', 'acme', 'globex']));
    });

    it('carries out one of many requests under the same Idempotency-Key', async () => {
      const make = () =>
        api.ask('POST', '/keys', { body: { name: 'oa', scopes: [] }, headers: { 'idempotency-key': 'k1' } });
      const answers = await Promise.all(Array.from({ length: 12 }, make));
      const codes = answers.map((answer) => answer.json().code ?? 'made');
      expect(new Set(codes.filter((code) => code !== 'made'))).toEqual(
        codes.includes('IDEMPOTENCY_IN_FLIGHT') ? new Set(['IDEMPOTENCY_IN_FLIGHT']) : new Set(),
      );
      const ids = answers.filter(({ statusCode }) => statusCode === 201).map((answer) => answer.json().id);
      expect(new Set(ids).size).toBe(1);
      expect((await make()).json().id).toBe(ids[0]);
      const keys = await api.store.db.selectFrom('api_keys').select('id').where('name', '=', 'oa').execute();
      expect(keys).toEqual([{ id: ids[0] }]);
    });

    it('keeps the limit of keys of a name, even when many are made at once', async () => {
      const make = () => api.ask('POST', '/keys', { body: { name: 'oa', scopes: [] } });
      const statuses = (await Promise.all(Array.from({ length: 8 }, make))).map(({ statusCode }) => statusCode);
      expect(statuses.toSorted()).toEqual([201, 201, 409, 409, 409, 409, 409, 409]);
    });

    it('lets only one of two writers change the same version', async () => {
      const patch = (seats: number) =>
        api.ask('PATCH', '/tenants/acme', {
          signer: operatorKey,
          body: { limits: { seats } },
          headers: { 'if-match': '"1"' },
        });
      const statuses = (await Promise.all([1, 2, 3, 4].map(patch))).map(({ statusCode }) => statusCode);
      expect(statuses.toSorted()).toEqual([200, 412, 412, 412]);
    });

    it('numbers revocations without gaps, in the order in which instances see them', async () => {
      const readRevocations: string[] = [];
      let version = 0;
      const otherInstance = await Revocations.open({
        db: api.store.db,
        clock: new ManualClock(),
        log,
        onNew: (list) => {
          expect(list.since).toBe(version);
          version = list.version;
          readRevocations.push(...list.entries.map(({ id }) => id));
        },
      });
      // All requests get a connection of the pool and wait for their turn in PostgreSQL.
      const ids = Array.from({ length: 10 }, (_, at) => `t${at}`);
      const untilMs = api.clock.wallMs() + 1e9;
      await Promise.all([
        ...ids.map((id) => api.revocations.revoke({ tenant: 'acme', id, untilMs })),
        ...Array.from({ length: 5 }, () => otherInstance.poll()),
      ]);
      await otherInstance.poll();
      expect([version, readRevocations.toSorted()]).toEqual([10, ids.toSorted()]);
      await otherInstance.close();
    });

    it('gives each job to one instance, even when all poll together, by the time of the database', async () => {
      const store = await openStore({ url: await migrated(), dir: '.', log });
      const clock = systemClock();
      const ranJobs: string[] = [];
      const kind = { name: 'mail', concurrency: 5, leaseMs: 60_000 };
      const instances = ['a', 'b', 'c'].map((name) => {
        const jobs = new Jobs({ store, clock, rng: seededRng(name), log });
        jobs.register<string>({ ...kind, run: async (payload) => void ranJobs.push(payload) as undefined });
        return jobs;
      });
      const names = Array.from({ length: 40 }, (_, at) => `job ${at}`);
      const add = (job: NewJob<string>) => transact(store.db, async (trx) => instances[0]?.add(trx, kind, job));
      for (const payload of names) await add({ payload });
      await add({ payload: 'in an hour', inMs: 3600_000 });
      await Promise.all(instances.map((jobs) => jobs.settled()));
      expect(ranJobs.toSorted()).toEqual(names.toSorted());
      const remainingJobs = await store.db.selectFrom('jobs').select(['payload', 'attempts']).execute();
      expect(remainingJobs).toEqual([{ payload: '"in an hour"', attempts: 0 }]);
      for (const jobs of instances) await jobs.close();
      await store.close();
    });

    it('keeps the reports of owners once and in order, whichever instances they report to at the same time', async () => {
      const { db } = api.store;
      const committed: number[] = [];
      const intakes = ['a', 'b', 'c'].map(
        (name) =>
          new Intake({
            db,
            clock: api.clock,
            rng: seededRng(name),
            onRecordings: (trx, recordingsReport) => api.telling.recordings.records.applyJournal(trx, recordingsReport),
            onStored: async (trx, events) =>
              trx.afterCommit({
                key: 'events',
                log,
                run: () => void committed.push(...events.map(({ sequence }) => sequence)),
              }),
          }),
      );
      const entries = [entry.opened(), entry.joined('ann'), entry.joined('bob'), entry.left('ann'), entry.left('bob')];
      const ofRecording = [entry.recording('re_1', 'rec-fra'), entry.recording('re_1', 'rec-fra', { isOver: true })];
      const wholeJournal = journal(1, 1, [...entries, ...ofRecording, entry.over()]);
      const pieces = [wholeJournal, journal(1, 1, entries.slice(0, 3)), wholeJournal];
      await Promise.all(intakes.map((intake, at) => intake.take(pieces[at] ?? wholeJournal)));
      const events = await db
        .selectFrom('events')
        .select(['sequence', 'type'])
        .orderBy('sid')
        .orderBy('sequence')
        .execute();
      expect(events.map(({ sequence, type }) => `${sequence} ${type}`)).toEqual([
        '1 room_started',
        '2 participant_joined',
        '3 participant_joined',
        '4 participant_left',
        '5 participant_left',
        '6 room_finished',
        '1 recording.started',
        '2 recording.ended',
      ]);
      expect(committed.toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    });

    const executed = async (own: string, name: string, ...more: string[]): Promise<void> => {
      const { db, close } = await openStore({ url: own, dir: '.', log });
      for (const statement of more) await sql.raw(statement).execute(db);
      await sql`insert into kysely_migration (name, timestamp) values (${name}, '9999-01-01T00:00:00.000Z')`.execute(
        db,
      );
      await close();
    };

    it('is reopened unchanged, and refused when a later version has made a change that this version cannot live with', async () => {
      const ownStore = await open();
      await (await openStore({ url: ownStore, dir: '.', log })).close();
      await executed(ownStore, '9999-later-breaks');
      await expect(openStore({ url: ownStore, dir: '.', log })).rejects.toMatchObject({
        code: 'DATABASE_NEWER',
        message: expect.stringContaining('9999-later-breaks'),
      });
    });

    it('is refused and left unchanged when it dates from before the first release', async () => {
      const own = await open();
      const old = openDatabase({ url: own, dir: '.', log });
      await sql`create table kysely_migration (name varchar(255) primary key, timestamp text not null)`.execute(old);
      await sql`insert into kysely_migration values ('0001-access', '2026-01-01T00:00:00.000Z')`.execute(old);
      await expect(openStore({ url: own, dir: '.', log })).rejects.toMatchObject({
        code: 'DATABASE_OLDER',
        message: expect.stringContaining('remove the folder .meridian'),
      });
      expect((await old.introspection.getTables()).map(({ name }) => name)).toEqual([]);
      await old.destroy();
    });

    it('is used as it is when a later version has only added to it', async () => {
      const own = await open();
      await executed(own, '9999-later', 'alter table rooms add column later text');
      const { db, close } = await openStore({ url: own, dir: '.', log });
      const found = await sql`select name from kysely_migration where name = '9999-later'`.execute(db);
      expect(found.rows).toHaveLength(1);
      await close();
    });

    it('is created once by instances that start together', async () => {
      const own = await open();
      const count = own.startsWith('sqlite:') ? 1 : 3;
      const stores = await Promise.all(Array.from({ length: count }, () => openStore({ url: own, dir: '.', log })));
      for (const { db } of stores)
        expect(await db.selectFrom('revocation_version').selectAll().execute()).toHaveLength(1);
      await Promise.all(stores.map((store) => store.close()));
    });
  });
}
