// The morning inspection over REST, its daily report and its mail.
import { createLogger, type Logger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Inspections, REPORTS_MAX } from '../../../src/inspection/inspections.ts';
import { noteBackup } from '../../../src/inspection/sums.ts';
import type { MailConfig } from '../../../src/mail/delivery.ts';
import { transact } from '../../../src/store/transaction.ts';
import { fleetNode } from '../../support/scripted-fleet.ts';
import { header, smtp, to } from '../../support/smtp.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let mails: string[];
let alarmMail: MailConfig;
const closing: (() => unknown)[] = [];
beforeEach(async () => {
  const server = await smtp(closing);
  mails = server.mails;
  alarmMail = { smtpUrl: `smtp://127.0.0.1:${server.port}`, from: 'ops@example.org', fromName: 'Ops' };
  api = await testApi({ alarmMail });
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
/** Another instance of the api at the same database. */
const another = (): Inspections => {
  const log: Logger = createLogger({ name: 'api', level: 'fatal' });
  const { store, clock, views, history } = api;
  const { jobs } = api.telling;
  const ignored = { register: () => undefined, add: jobs.add.bind(jobs) } as unknown as typeof jobs;
  const o = { store, clock, views, history, log, jobs: ignored, mail: alarmMail, publicUrl: undefined };
  return new Inspections({ ...o, silences: async () => [], httpsEndsMs: () => undefined });
};

describe('the inspection', () => {
  it('is made now, from the cloud and the database', async () => {
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

  it('says of a node since when it is out of service, as long as it is', async () => {
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

describe('the report of a day', () => {
  beforeEach(async () => {
    expect(await ask('PUT', '/inspection/settings', settings)).toEqual([200, settings]);
  });

  it('is made once of two instances, kept, and mailed to each recipient once', async () => {
    goTo('2027-03-01T05:59:00Z');
    expect(await api.inspections.makeDue()).toBeUndefined();
    goTo('2027-03-01T06:00:00Z');
    const made = await Promise.all([api.inspections.makeDue(), another().makeDue(), api.inspections.makeDue()]);
    expect(made.filter((day) => day !== undefined)).toEqual(['2027-03-01']);
    await api.telling.jobs.settled();
    expect(await days()).toEqual(['2027-03-01']);
    for (const each of settings.recipients) expect(to(mails, each)).toHaveLength(1);
    const [status, { madeAt, findings }] = await ask('GET', '/inspections/2027-03-01');
    expect([status, madeAt]).toEqual([200, '2027-03-01T06:00:00.000Z']);
    expect(findings.length).toBeGreaterThan(10);
    expect((await ask('GET', '/inspections/2027-03-02'))[0]).toBe(404);
  });

  it('that was missed is made later on the same day, and not on the next', async () => {
    goTo('2027-03-01T21:30:00Z');
    expect(await api.inspections.makeDue()).toBe('2027-03-01');
    goTo('2027-03-02T23:30:00Z');
    expect(await api.inspections.makeDue()).toBeUndefined();
  });

  it('is made by the job of each minute, which an api that starts late has too', async () => {
    goTo('2027-03-01T15:00:00Z');
    await transact(api.store.db, (db) => api.telling.jobs.add(db, { name: 'inspection' }, { payload: {} }));
    await api.telling.jobs.settled();
    expect(await days()).toEqual(['2027-03-01']);
  });

  it('goes after a month', async () => {
    for (let at = 0; at < REPORTS_MAX + 2; at += 1) {
      goTo(new Date(Date.UTC(2027, 2, 1 + at, 12)).toISOString());
      await api.inspections.makeDue();
    }
    const kept = await days();
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([REPORTS_MAX, '2027-04-02', '2027-03-03']);
    expect((await ask('GET', '/inspections/2027-03-02'))[0]).toBe(404);
  });

  it('is mailed in the language of the settings, and not to one that was taken out meanwhile', async () => {
    goTo('2027-03-01T07:00:00Z');
    await api.inspections.makeDue();
    await transact(api.store.db, async (db) => {
      const payload = { day: '2027-03-01', to: 'gone@example.org' };
      await api.telling.jobs.add(db, { name: 'inspection-mail' }, { payload });
    });
    await api.telling.jobs.settled();
    expect([mails.length, to(mails, 'a@example.org').length, to(mails, 'gone@example.org').length]).toEqual([2, 1, 0]);
    expect(header(mails[0] ?? '', 'Message-ID')).toMatch(/^<inspection\.2027-03-01\.[0-9a-f]{16}@example\.org>$/);
    expect(header(mails[0] ?? '', 'Content-Type')).toMatch(/^multipart\/alternative/);
    expect(mails[0]).toContain('lang=3D"zh"');
  });
});

describe('settings', () => {
  it('begin with seven in the morning, and refuse what is none', async () => {
    const [, usual] = await ask('GET', '/inspection/settings');
    expect(usual).toEqual({ hour: 7, timeZone: 'UTC', language: 'en', recipients: [] });
    for (const wrong of [{ hour: 24 }, { timeZone: 'Mars/Base' }, { recipients: ['x'] }, { language: 'fr' }]) {
      const [status, { code }] = await ask('PUT', '/inspection/settings', { ...settings, ...wrong });
      expect([wrong, status, code]).toEqual([wrong, 400, 'REQUEST_INVALID']);
    }
    expect((await ask('GET', '/inspection/settings'))[1]).toEqual(usual);
  });

  it('are tried by a mail now', async () => {
    expect(await ask('POST', '/inspection/mail')).toEqual([200, { recipients: 0, error: 'NO_RECIPIENTS' }]);
    await ask('PUT', '/inspection/settings', { ...settings, recipients: ['a@example.org'] });
    expect(await ask('POST', '/inspection/mail')).toEqual([200, { recipients: 1 }]);
    expect(to(mails, 'a@example.org')).toHaveLength(1);
  });
});
