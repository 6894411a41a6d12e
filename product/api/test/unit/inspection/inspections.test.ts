import { createLogger, type Logger } from '@meridian/runtime';
import type { Insertable } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inspections, REPORTS_MAX } from '../../../src/inspection/inspections.ts';
import { noteBackup } from '../../../src/inspection/sums.ts';
import type { MailConfig } from '../../../src/mail/delivery.ts';
import { periodColumns } from '../../../src/quality/periods.ts';
import type { Tables } from '../../../src/store/tables.ts';
import { transact } from '../../../src/store/transaction.ts';
import { fleetNode } from '../../support/scripted-fleet.ts';
import { header, mailsTo, smtp } from '../../support/smtp.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

const dailyLimits = { meetingsOfUser: 100, meetingsOfTenant: 10, mailsOfUser: 100, mailsOfTenant: 100 };
let api: TestApi;
let mails: string[];
let alarmMail: MailConfig;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  const server = await smtp(closing);
  mails = server.mails;
  alarmMail = { smtpUrl: `smtp://127.0.0.1:${server.port}`, from: 'ops@example.org', fromName: 'Ops' };
  api = await testApi({ alarmMail, dailyLimits });
});
afterEach(async () => {
  await api.close();
  for (const close of closing.splice(0)) await close();
});

const ask = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: object) => {
  const got = await api.ask(method, path, { signer: operatorKey, scope: 'operator', ...(body && { body }) });
  return [got.statusCode, got.json()];
};
const settings = { hour: 7, timeZone: 'Europe/Berlin', language: 'zh', recipients: ['a@example.org', 'b@example.org'] };
const goTo = (text: string): void => api.clock.advance(Date.parse(text) - api.clock.wallMs());
const days = async () => (await ask('GET', '/inspections'))[1].days.map(({ day }: { day: string }) => day);
const anotherInstance = (): Inspections => {
  const log: Logger = createLogger({ name: 'api', level: 'fatal' });
  const { store, clock, views, history } = api;
  const { jobs } = api.telling;
  const ignored = { register: () => undefined, add: jobs.add.bind(jobs) } as unknown as typeof jobs;
  const o = { store, clock, views, history, log, jobs: ignored, mail: alarmMail, publicUrl: undefined };
  return new Inspections({ ...o, silences: async () => [], httpsEndsMs: () => undefined, dailyLimits });
};

describe('the inspection', () => {
  it('is made on request, from the cloud and the database', async () => {
    api.fleet.nodes = [
      { ...fleetNode({ id: 'sfu-1', city: 'Frankfurt' }), clockOffsetMs: 450, cordoned: true },
      { ...fleetNode({ id: 'sfu-2', city: 'London' }), load: { diskBytes: 100, diskFreeBytes: 10 } },
    ];
    await noteBackup(api.store.db, api.clock.wallMs() - 3_600_000);
    const [status, { findings }] = await ask('GET', '/inspection');
    expect(status).toBe(200);
    const found = findings.map(({ code, values }: { code: string; values: { node?: string } }) =>
      [code, values.node].filter(Boolean).join(' '),
    );
    expect(found).toEqual(
      expect.arrayContaining(['disks.bad sfu-2', 'clocks.bad sfu-1', 'backups.fine', 'database.fine']),
    );
    expect(found.filter((code: string) => code.endsWith('.unknown'))).toEqual([
      'capacity.unknown',
      'certificates.unknown',
    ]);
  });

  it('reports how long a node has been out of service', async () => {
    const [closed, open] = [true, false].map((cordoned) => ({
      ...fleetNode({ id: 'sfu-1', city: 'Frankfurt' }),
      cordoned,
    }));
    const codes = async (): Promise<string[]> => {
      api.clock.advance(25 * 3_600_000);
      await api.inspections.rememberClosed();
      return (await ask('GET', '/inspection'))[1].findings.map(({ code }: { code: string }) => code);
    };
    api.fleet.nodes = [closed as object];
    expect(await codes()).toContain('closed.fine');
    expect(await codes()).toContain('closed.bad');
    api.fleet.nodes = [open as object];
    expect(await codes()).toContain('closed.fine');
    api.fleet.nodes = [closed as object];
    expect(await codes()).toContain('closed.fine');
  });
});

it('the inspection counts the minutes of connections that no hour contains yet', async () => {
  const { db } = api.store;
  const nowMs = Math.floor(api.clock.wallMs() / 60_000) * 60_000;
  const session = {
    key: 1,
    session_id: 's1',
    tenant: 'acme',
    last_ms: nowMs,
    to_roll: 1,
    hour_from_ms: nowMs - 60_000,
  };
  await db.insertInto('quality_sessions').values(session).execute();
  const unrelated = Object.fromEntries(periodColumns.map((name) => [name, 0]));
  const figures = { session: 1, strong: 5, weak: 1, node_id: 'sfu-1' };
  for (const at_ms of [nowMs - 120_000, nowMs - 60_000, nowMs])
    await db
      .insertInto('quality_1m')
      .values({ ...unrelated, ...figures, at_ms } as unknown as Insertable<Tables['quality_1m']>)
      .execute();
  const [, { findings }] = await ask('GET', '/inspection');
  const [found] = findings.filter(({ check }: { check: string }) => check === 'quality');
  expect(found).toMatchObject({ code: 'quality.few', severity: 'fine', values: { minutes: 2, weakShare: 1 / 6 } });
});

describe('quotas of tenants', () => {
  const found = async (): Promise<string[]> => {
    api.clock.advance(15_000);
    const [, { findings }] = await ask('GET', '/inspection');
    const own = findings.filter(({ check }: { check: string }) => check === 'quotas');
    return own.map(({ code, values }: { code: string; values: Record<string, unknown> }) =>
      [code, values['tenant'], values['used'] ?? values['usedBytes'] ?? values['refused']].filter(Boolean).join(' '),
    );
  };
  const limit = (id: string, limits: object) =>
    api.store.db
      .updateTable('tenants')
      .set({ limits: JSON.stringify(limits) })
      .where('id', '=', id)
      .execute();
  const live = (key: number, o: { tenant?: string; room?: string; ago?: number; live?: 0 | 1 } = {}) =>
    api.store.db
      .insertInto('quality_sessions')
      .values({
        key,
        session_id: `s${key}`,
        tenant: o.tenant ?? 'acme',
        room: o.room ?? 'board',
        is_live: o.live ?? 1,
        last_ms: Math.floor(api.clock.wallMs()) - (o.ago ?? -60_000),
      })
      .execute();

  const addRecording = (id: string, o: { bytes: number; minutes?: number; tenant?: string; deleted?: boolean }) => {
    const nowMs = Math.floor(api.clock.wallMs());
    const recordingFields = {
      id,
      tenant: o.tenant ?? 'acme',
      room: 'board',
      sid: `RM_${id}`,
      identity: 'r',
      mode: '',
      layout: '',
    };
    const by = { made_by: '', meeting: '', occurrence: '', recorders: '[]', files: '[]', failure: '' };
    const numbers = { estimated: 0, epoch: 1, seq: 1, told: 0, sequence: 0, duration_ms: 0, hole_ms: 0 };
    const times = { settled_ms: null, deleted_ms: o.deleted === true ? nowMs : null, erased_ms: null };
    const recordedTimes = {
      started_ms: nowMs - (o.minutes ?? 0) * 60_000,
      ended_ms: nowMs,
      bytes: o.bytes,
      state: 'finished',
    };
    const row = Object.assign(recordingFields, by, numbers, times, recordedTimes);
    return api.store.db.insertInto('recordings').values(row).execute();
  };

  it('are fine for unused limits, and unknown when the database does not answer', async () => {
    await limit('acme', { seats: 1, rooms: 1, recordingBytes: 1, recordingMinutes: 1 });
    expect(await found()).toEqual(['quotas.fine']);
    const { schema } = api.store.db;
    await schema.alterTable('join_hours').renameTo('away').execute();
    const unknown = await found();
    // Test databases of PostgreSQL are reused.
    await schema.alterTable('away').renameTo('join_hours').execute();
    expect(unknown).toEqual(['quotas.unknown']);
  });

  it('count the people and rooms that are present', async () => {
    await limit('acme', { seats: 5, rooms: 2 });
    for (const key of [1, 2, 3, 4]) await live(key);
    await live(5, { live: 0 });
    await live(6, { ago: 15_000, room: 'old' }); // half a minute old by the time of the inspection
    await live(7, { tenant: 'globex', room: 'other' });
    expect(await found()).toEqual(['quotas.seats acme 4']);
    await live(8, { room: 'second' });
    expect(await found()).toEqual(['quotas.seats acme 5']);
    await limit('acme', { seats: 100, rooms: 2 });
    expect(await found()).toEqual(['quotas.rooms acme 2']);
  });

  it('are checked for every tenant, however many there are', async () => {
    const ids = Array.from({ length: 1001 }, (_, at) => `t${String(at).padStart(4, '0')}`);
    const limits = JSON.stringify({ seats: 1 });
    const rows = ids.map((id) => ({ id, name: id, limits, version: 1, created_ms: 1 }));
    await api.store.db.insertInto('tenants').values(rows).execute();
    await live(1, { tenant: 't0000' });
    await live(2, { tenant: 't0500' });
    await live(3, { tenant: 't1000' });
    expect(await found()).toEqual(['quotas.seats t0000 1', 'quotas.seats t0500 1', 'quotas.seats t1000 1']);
  });

  it('count the day with more use, today or yesterday, of the whole tenant', async () => {
    const day = Math.floor(api.clock.wallMs() / 86_400_000);
    const row = { tenant: 'acme', who: '', day } as const;
    const rows = [
      { ...row, what: 'meetings' as const, used: 7 },
      { ...row, what: 'meetings' as const, used: 8, day: day - 1 },
      { ...row, what: 'meetings' as const, used: 10, day: day - 2 },
      { ...row, what: 'mails' as const, used: 100, who: 'ann' },
    ];
    await api.store.db.insertInto('quotas').values(rows).execute();
    expect(await found()).toEqual(['quotas.meetings acme 8']);
  });

  it('count kept recordings, and the minutes recorded in this month', async () => {
    await limit('acme', { recordingBytes: 1000, recordingMinutes: 0 });
    goTo('2027-03-20T12:00:00Z');
    await addRecording('re_1', { bytes: 900 });
    await addRecording('re_2', { bytes: 900, deleted: true });
    await addRecording('re_3', { bytes: 900, tenant: 'globex' });
    expect(await found()).toEqual(['quotas.recordingBytes acme 900']);
    await limit('acme', { recordingBytes: 0, recordingMinutes: 10 });
    expect(await found()).toEqual(['quotas.fine']);
    await addRecording('re_4', { bytes: 0, minutes: 9 });
    expect(await found()).toEqual(['quotas.recordingMinutes acme 9']);
  });

  it('are reported as too small if joins were refused for them in the last 24 h', async () => {
    const hourMs = Math.floor(api.clock.wallMs() / 3_600_000) * 3_600_000;
    const row = { region: 'eu', tenant: 'acme', from_ms: hourMs, code: 'QUOTA_EXCEEDED', joins: 3 };
    const rows = [
      row,
      { ...row, region: 'ap', joins: 4 },
      { ...row, from_ms: hourMs - 25 * 3_600_000, joins: 100 },
      { ...row, tenant: 'globex', code: 'ROOM_FULL' },
      { ...row, tenant: '' },
    ];
    await api.store.db.insertInto('join_hours').values(rows).execute();
    expect(await found()).toEqual(['quotas.refused acme 7']);
  });
});

describe('the report of a day', () => {
  beforeEach(async () => {
    expect(await ask('PUT', '/inspection/settings', settings)).toEqual([200, settings]);
  });

  it('is made once by two instances, stored, and mailed to each recipient once', async () => {
    goTo('2027-03-01T05:59:00Z');
    expect(await api.inspections.makeDue()).toBeUndefined();
    goTo('2027-03-01T06:00:00Z');
    const made = await Promise.all([api.inspections.makeDue(), anotherInstance().makeDue(), api.inspections.makeDue()]);
    expect(made.filter((day) => day !== undefined)).toEqual(['2027-03-01']);
    await api.telling.jobs.settled();
    expect(await days()).toEqual(['2027-03-01']);
    for (const each of settings.recipients) expect(mailsTo(mails, each)).toHaveLength(1);
    const [status, { createdAt, findings }] = await ask('GET', '/inspections/2027-03-01');
    expect([status, createdAt]).toEqual([200, '2027-03-01T06:00:00.000Z']);
    expect(findings.length).toBeGreaterThan(10);
    expect((await ask('GET', '/inspections/2027-03-02'))[0]).toBe(404);
  });

  it('that was missed is made later on the same day, and not on the next day', async () => {
    goTo('2027-03-01T21:30:00Z');
    expect(await api.inspections.makeDue()).toBe('2027-03-01');
    goTo('2027-03-02T23:30:00Z');
    expect(await api.inspections.makeDue()).toBeUndefined();
  });

  it('is made by a job each minute, even in an api that starts late', async () => {
    goTo('2027-03-01T15:00:00Z');
    await transact(api.store.db, (db) => api.telling.jobs.add(db, { name: 'inspection' }, { payload: {} }));
    await api.telling.jobs.settled();
    expect(await days()).toEqual(['2027-03-01']);
  });

  it('is deleted after a month', async () => {
    for (let at = 0; at < REPORTS_MAX + 2; at += 1) {
      goTo(new Date(Date.UTC(2027, 2, 1 + at, 12)).toISOString());
      await api.inspections.makeDue();
    }
    const keptDays = await days();
    expect([keptDays.length, keptDays[0], keptDays.at(-1)]).toEqual([REPORTS_MAX, '2027-04-02', '2027-03-03']);
    expect((await ask('GET', '/inspections/2027-03-02'))[0]).toBe(404);
  });

  it('is mailed in the language of the settings, and not to a recipient removed meanwhile', async () => {
    goTo('2027-03-01T07:00:00Z');
    await api.inspections.makeDue();
    await transact(api.store.db, async (db) => {
      const payload = { day: '2027-03-01', to: 'gone@example.org' };
      await api.telling.jobs.add(db, { name: 'inspection-mail' }, { payload });
    });
    await api.telling.jobs.settled();
    expect([mails.length, mailsTo(mails, 'a@example.org').length, mailsTo(mails, 'gone@example.org').length]).toEqual([
      2, 1, 0,
    ]);
    expect(header(mails[0] ?? '', 'Message-ID')).toMatch(/^<inspection\.2027-03-01\.[0-9a-f]{16}@example\.org>$/);
    expect(header(mails[0] ?? '', 'Content-Type')).toMatch(/^multipart\/alternative/);
    expect(mails[0]).toContain('lang=3D"zh"');
  });
});

describe('settings of the inspection', () => {
  it('begin with seven in the morning, and refuse invalid values', async () => {
    const [, defaultSettings] = await ask('GET', '/inspection/settings');
    expect(defaultSettings).toEqual({ hour: 7, timeZone: 'UTC', language: 'en', recipients: [] });
    for (const wrong of [{ hour: 24 }, { timeZone: 'Mars/Base' }, { recipients: ['x'] }, { language: 'fr' }]) {
      const [status, { code }] = await ask('PUT', '/inspection/settings', { ...settings, ...wrong });
      expect([wrong, status, code]).toEqual([wrong, 400, 'REQUEST_INVALID']);
    }
    expect((await ask('GET', '/inspection/settings'))[1]).toEqual(defaultSettings);
  });

  it('are tested by a mail at once', async () => {
    expect(await ask('POST', '/inspection/mail')).toEqual([200, { recipients: 0, error: 'NO_RECIPIENTS' }]);
    await ask('PUT', '/inspection/settings', { ...settings, recipients: ['a@example.org'] });
    expect(await ask('POST', '/inspection/mail')).toEqual([200, { recipients: 1 }]);
    expect(mailsTo(mails, 'a@example.org')).toHaveLength(1);
  });
});
