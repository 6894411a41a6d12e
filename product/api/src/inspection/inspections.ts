// The morning inspection: one instance of the api makes it once a day, stores and mails it.
import { createHash } from 'node:crypto';
import type { RestLanguage } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { Problem } from '../http/problems.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import { ATTEMPTS_MAX, CONNECTIONS, Delivery, type MailConfig } from '../mail/delivery.ts';
import { readTimeZone } from '../meetings/core/local-time.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { dueDay } from './core/due.ts';
import { inspectionMail } from './core/mail.ts';
import { countOf, type InspectionReport, inspect } from './core/report.ts';
import { type GatheringOptions, gatherInspection } from './gathering.ts';

/** Stored reports: a month of days, to compare with last month. */
export const REPORTS_MAX = 31;
export const RECIPIENTS_MAX = 20;
const MINUTE_MS = 60_000;
/**
 * Lifetime of the cached report: several people may open the page at once, and one query of a day's sums serves them.
 */
const FRESH_MS = 15_000;
const ONE = 'settings';

export interface InspectionSettings {
  /** Hour from which a report is due, 0 to 23. */
  readonly hour: number;
  readonly timeZone: string;
  readonly language: RestLanguage;
  readonly recipients: readonly string[];
}
const defaultSettings: InspectionSettings = { hour: 7, timeZone: 'UTC', language: 'en', recipients: [] };

export interface StoredDay {
  readonly day: string;
  readonly madeMs: number;
  readonly problems: number;
  readonly attentions: number;
}

export interface InspectionsOptions extends Omit<GatheringOptions, 'log'> {
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly mail: MailConfig | undefined;
  readonly publicUrl: string | undefined;
}

interface MailJob {
  readonly day: string;
  readonly to: string;
}

export class Inspections {
  readonly #o: InspectionsOptions;
  readonly #delivery: Delivery | undefined;
  readonly #mails: JobKind<MailJob> | undefined;
  #cached: { readonly untilMs: number; readonly report: Promise<InspectionReport> } | undefined;

  /** Registers jobs, so it must be constructed before they start, and closed after them. */
  constructor(o: InspectionsOptions) {
    this.#o = o;
    this.#delivery = o.mail && new Delivery({ config: o.mail, log: o.log });
    this.#mails = this.#delivery && {
      name: 'inspection-mail',
      concurrency: CONNECTIONS,
      leaseMs: this.#delivery.longestMs,
      attemptsMax: ATTEMPTS_MAX,
      run: async (job) => {
        await this.#sendStored(job);
        return undefined;
      },
    };
    if (this.#mails !== undefined) o.jobs.register(this.#mails);
    o.jobs.register(this.#daily);
  }

  /** Returns a report made at most 15 s ago; unknown facts become findings. Never rejects. */
  current(): Promise<InspectionReport> {
    const nowMs = this.#o.clock.nowMs();
    if (this.#cached !== undefined && nowMs < this.#cached.untilMs) return this.#cached.report;
    const report = gatherInspection(this.#o).then(inspect);
    this.#cached = { untilMs: nowMs + FRESH_MS, report };
    return report;
  }

  /** Returns the stored days, the newest first. */
  days(): Promise<StoredDay[]> {
    return this.#o.store.db
      .selectFrom('inspections')
      .select(['day', 'made_ms as madeMs', 'problems', 'attentions'])
      .orderBy('day', 'desc')
      .limit(REPORTS_MAX)
      .execute();
  }

  /** Rejects with NOT_FOUND. */
  async reportOf(day: string): Promise<InspectionReport> {
    const row = await this.#storedReport(day);
    if (row === undefined) throw new Problem('NOT_FOUND');
    return row;
  }

  async settings(): Promise<InspectionSettings> {
    const found = this.#o.store.db.selectFrom('inspection_settings').selectAll().where('id', '=', ONE);
    const row = await found.executeTakeFirst();
    if (row === undefined) return defaultSettings;
    const language = row.language === 'zh' ? 'zh' : 'en';
    return { hour: row.hour, timeZone: row.time_zone, language, recipients: JSON.parse(row.recipients) };
  }

  /** Rejects with REQUEST_INVALID for an unknown time zone. */
  async change(settings: InspectionSettings): Promise<InspectionSettings> {
    const { db } = this.#o.store;
    const timeZone = readTimeZone(settings.timeZone);
    if (timeZone === undefined)
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '/timeZone', detail: 'is not a time zone of the IANA database' }],
      });
    const row = {
      hour: settings.hour,
      time_zone: timeZone,
      language: settings.language,
      recipients: JSON.stringify([...new Set(settings.recipients)]),
      updated_ms: Math.floor(this.#o.clock.wallMs()),
    };
    await db
      .insertInto('inspection_settings')
      .values({ id: ONE, ...row })
      .onConflict((on) => on.column('id').doUpdateSet(row))
      .execute();
    return this.settings();
  }

  /** Returns the day of the report that was made; undefined if none was due. */
  async makeDue(): Promise<string | undefined> {
    const { store, clock } = this.#o;
    const settings = await this.settings();
    const day = dueDay(settings, clock.wallMs());
    if (day === undefined || (await this.#storedReport(day)) !== undefined) return undefined;
    const report = inspect(await gatherInspection(this.#o));
    return transact(store.db, async (db) => {
      const row = {
        day,
        made_ms: report.madeMs,
        problems: countOf(report, 'problem'),
        attentions: countOf(report, 'attention'),
        report: JSON.stringify(report),
      };
      const insertedRow = await db
        .insertInto('inspections')
        .values(row)
        .onConflict((on) => on.column('day').doNothing())
        .returning('day')
        .execute();
      // The other instance, which was faster, mails the report.
      if (insertedRow.length === 0) return undefined;
      await this.#dropOld(db);
      if (this.#mails !== undefined)
        for (const to of settings.recipients)
          await this.#o.jobs.add(db, this.#mails, { payload: { day, to }, key: `${day} ${to}` });
      return day;
    });
  }

  /** Mails the present report as a test. `error` is '' if the server accepted it or refused it permanently. */
  async mailNow(): Promise<{ readonly recipients: number; readonly error: string }> {
    const { recipients, ...settings } = await this.settings();
    const delivery = this.#delivery;
    if (delivery === undefined) return { recipients: 0, error: 'NO_MAIL_SERVER' };
    if (recipients.length === 0) return { recipients: 0, error: 'NO_RECIPIENTS' };
    const report = await this.current();
    const day = dueDay({ ...settings, hour: 0 }, report.madeMs) ?? '';
    const mailText = inspectionMail({ ...settings, report, day, publicUrl: this.#publicUrl });
    const id = `${day}.${Math.floor(this.#o.clock.wallMs())}.test`;
    const mail = { ...mailText, to: [...recipients], messageId: `<inspection.${id}@${delivery.host}>` };
    return delivery.send(mail, { inspection: day }).then(
      () => ({ recipients: recipients.length, error: '' }),
      () => ({ recipients: recipients.length, error: 'MAIL_NOT_TAKEN' }),
    );
  }

  /** Stores since when nodes are cordoned or draining. Changes nothing while the centre does not answer. */
  async rememberClosed(): Promise<void> {
    const { views, store, clock } = this.#o;
    const { nodes } = await views.latest();
    if (!views.centreState.isReachable || !views.isKnown) return;
    const closed = nodes.filter(({ isCordoned, isDraining }) => isCordoned || isDraining).map(({ nodeId }) => nodeId);
    const since_ms = Math.floor(clock.wallMs());
    await transact(store.db, async (db) => {
      const knownClosed = new Set(
        (await db.selectFrom('inspection_closed').select('node').execute()).map(({ node }) => node),
      );
      for (const node of knownClosed)
        if (!closed.includes(node)) await db.deleteFrom('inspection_closed').where('node', '=', node).execute();
      for (const node of closed)
        if (!knownClosed.has(node))
          await db
            .insertInto('inspection_closed')
            .values({ node, since_ms })
            .onConflict((on) => on.doNothing())
            .execute();
    });
  }

  close(): void {
    this.#delivery?.close();
  }

  /** Runs every minute, so that a missed report is made soon after the start. */
  get #daily(): JobKind<unknown> {
    return {
      name: 'inspection',
      concurrency: 1,
      leaseMs: 5 * MINUTE_MS,
      every: { ms: MINUTE_MS },
      run: async () => {
        await this.rememberClosed();
        await this.makeDue();
        return undefined;
      },
    };
  }

  get #publicUrl(): string {
    return (this.#o.publicUrl ?? '').replace(/\/+$/, '');
  }

  async #storedReport(day: string): Promise<InspectionReport | undefined> {
    const { db } = this.#o.store;
    const row = await db.selectFrom('inspections').select('report').where('day', '=', day).executeTakeFirst();
    return row && (JSON.parse(row.report) as InspectionReport);
  }

  async #dropOld(db: Transaction): Promise<void> {
    const newest = db.selectFrom('inspections').select('day').orderBy('day', 'desc').limit(REPORTS_MAX);
    await db.deleteFrom('inspections').where('day', 'not in', newest).execute();
  }

  /** Skips a recipient that was removed meanwhile. */
  async #sendStored({ day, to }: MailJob): Promise<void> {
    const [report, { recipients, ...settings }] = [await this.#storedReport(day), await this.settings()];
    const delivery = this.#delivery;
    if (report === undefined || delivery === undefined || !recipients.includes(to)) return;
    const hash = createHash('sha256').update(to).digest('hex').slice(0, 16);
    const mail = {
      ...inspectionMail({ ...settings, report, day, publicUrl: this.#publicUrl }),
      to: [to],
      messageId: `<inspection.${day}.${hash}@${delivery.host}>`,
      date: new Date(report.madeMs),
    };
    await delivery.send(mail, { inspection: day });
  }
}
