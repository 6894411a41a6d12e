// Delivery of alarm messages by a job; their rows are inserted in the judge's transaction. If the process dies during a
// send, the message is sent again under the same id.
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { Problem } from '../http/problems.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Delivery } from '../mail/delivery.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import type { Transaction } from '../store/transaction.ts';
import { type Outcome, verdict } from '../webhooks/core/schedule.ts';
import { standardHeaders } from '../webhooks/messages.ts';
import type { Post } from '../webhooks/post.ts';
import type { AlarmMetrics } from './alarm-metrics.ts';
import {
  alarmId,
  alertsOf,
  contentOf,
  type NoticeContent,
  smsBodyOf,
  smsOf,
  subjectOf,
  textOf,
  webhookBodyOf,
} from './core/content.ts';
import type { Notice } from './core/notices.ts';
import type { Target } from './core/target-issues.ts';
import type { AlarmReceivers, ReceiverRow } from './receivers.ts';

export type NotificationRow = Selectable<Tables['alarm_notifications']>;

export interface AlarmSendingOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly jobs: Jobs;
  readonly post: Post;
  readonly counters: Pick<AlarmMetrics, 'sent'>;
  readonly receivers: AlarmReceivers;
  /** Absent: no mail server is configured. */
  readonly mail: Pick<Delivery, 'send' | 'host'> | undefined;
}

/** Longer than sending a mail takes. */
const LEASE_MS = 120_000;

export class AlarmSending {
  readonly #o: AlarmSendingOptions;
  readonly #kind: JobKind<{ readonly id: string }>;

  /** Registers jobs, so it must be constructed before they start. */
  constructor(o: AlarmSendingOptions) {
    this.#o = o;
    this.#kind = {
      name: 'alarm-notifications',
      concurrency: 8,
      // Limits receivers that do not answer to a few slots.
      perLane: 2,
      leaseMs: LEASE_MS,
      attemptsMax: Number.MAX_SAFE_INTEGER,
      run: ({ id }) => this.#deliver(id),
    };
    o.jobs.register(this.#kind);
  }

  /** Runs in the transaction that judges. */
  async add(db: Transaction, notice: Notice, receiverName: string): Promise<void> {
    const { clock, rng, jobs } = this.#o;
    const nowMs = clock.wallMs();
    const id = newId('AN_', (count) => rng.bytes(count), 20);
    const row: NotificationRow = {
      id,
      receiver: notice.receiver,
      receiver_name: receiverName,
      state: 'pending',
      content: JSON.stringify(contentOf(notice, nowMs)),
      attempts: 0,
      created_ms: nowMs,
      done_ms: null,
      last_status: null,
      last_error: '',
    };
    await db.insertInto('alarm_notifications').values(row).execute();
    const alarms = [...new Set(notice.items.map(({ entry }) => alarmId(entry.alarm)))];
    for (let at = 0; at < alarms.length; at += 500)
      await db
        .insertInto('alarm_notified')
        .values(alarms.slice(at, at + 500).map((alarm) => ({ alarm, notification: id })))
        .execute();
    await jobs.add(db, this.#kind, { payload: { id }, key: id, lane: notice.receiver });
  }

  /** Rejects with NOT_FOUND. */
  async test(receiver: string): Promise<Outcome> {
    const { clock, rng } = this.#o;
    const row = await this.#o.receivers.get(receiver);
    if (row === undefined) throw new Problem('NOT_FOUND');
    const text = 'This is a test of a receiver of alarms. Nothing is wrong.';
    const none = { alarm: '', rule: 'test', subject: row.name, severity: 'info', value: 0, limit: 0, labels: {} };
    const content: NoticeContent = { atMs: clock.wallMs(), items: [{ kind: 'tested', ...none, text }], more: 0 };
    return this.#send(
      row,
      newId('AN_', (count) => rng.bytes(count), 20),
      content,
      0,
    );
  }

  async #deliver(id: string): Promise<{ againMs: number } | undefined> {
    const { db, clock, rng, receivers, counters } = this.#o;
    const notificationQuery = db.selectFrom('alarm_notifications').selectAll().where('id', '=', id);
    const row = await notificationQuery.executeTakeFirst();
    if (row?.state !== 'pending') return undefined;
    const set = db.updateTable('alarm_notifications').where('id', '=', id);
    const receiver = await receivers.get(row.receiver);
    if (receiver?.is_enabled !== 1) {
      await set.set({ state: 'cancelled', done_ms: clock.wallMs() }).execute();
      return undefined;
    }
    const outcome = await this.#send(receiver, id, JSON.parse(row.content), row.attempts);
    const attempts = row.attempts + 1;
    const nowMs = clock.wallMs();
    const next = verdict(outcome, { attempts, createdMs: row.created_ms, nowMs, random: rng.next() });
    counters.sent(receiver.kind, next.type === 'gone' ? 'failed' : next.type);
    const last = { attempts, last_status: outcome.status, last_error: outcome.error };
    if (next.type === 'again') {
      await set.set(last).execute();
      return { againMs: next.nextMs - nowMs };
    }
    await set.set({ ...last, state: next.type === 'delivered' ? 'delivered' : 'failed', done_ms: nowMs }).execute();
    return undefined;
  }

  async #send(receiver: ReceiverRow, id: string, content: NoticeContent, attempt: number): Promise<Outcome> {
    const target = this.#o.receivers.targetOf(receiver);
    if (receiver.kind === 'mail') return this.#mail(target, id, content);
    const { url = '' } = target;
    const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'Meridian-Alarms/1' };
    if (receiver.kind === 'alertmanager') {
      const body = alertsOf(content, await this.#startsOf(content));
      return this.#o.post({
        url: new URL('api/v2/alerts', url.endsWith('/') ? url : `${url}/`).href,
        headers,
        body,
        attempt,
      });
    }
    if (receiver.kind === 'sms') {
      const own = Object.fromEntries(
        Object.entries(target.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const allHeaders = { ...headers, ...own };
      const values = { to: target.to?.[0] ?? '', text: smsOf(content) };
      const body = smsBodyOf(target.body ?? '', allHeaders['content-type'] ?? '', values);
      return this.#o.post({ url, headers: allHeaders, body, attempt });
    }
    const body = webhookBodyOf(id, content);
    const secrets = target.secret === undefined ? [] : [target.secret];
    const proof = standardHeaders(id, body, { secrets, nowMs: this.#o.clock.wallMs() });
    return this.#o.post({ url, headers: { ...headers, ...proof }, body, attempt });
  }

  /** Retries every failure; `Delivery` logs a mail that was refused for good. */
  async #mail({ to = [] }: Target, id: string, content: NoticeContent): Promise<Outcome> {
    const { mail, clock } = this.#o;
    const startMs = clock.nowMs();
    const ended = (status: number, error: string): Outcome => ({
      status,
      error,
      tookMs: Math.round(clock.nowMs() - startMs),
      retryAfterMs: 0,
    });
    if (mail === undefined) return ended(0, 'NO_MAIL_SERVER');
    const message = {
      to: [...to],
      subject: subjectOf(content),
      text: textOf(content),
      messageId: `<alarm.${id}@${mail.host}>`,
      date: new Date(content.atMs),
    };
    return mail.send(message, { notification: id }).then(
      () => ended(200, ''),
      () => ended(0, 'MAIL_NOT_TAKEN'),
    );
  }

  async #startsOf({ items }: NoticeContent): Promise<Map<string, number>> {
    const ids = items.map(({ alarm }) => alarm).filter((alarm) => alarm !== '');
    if (ids.length === 0) return new Map();
    const rows = await this.#o.db.selectFrom('alarms').select(['id', 'started_ms']).where('id', 'in', ids).execute();
    return new Map(rows.map(({ id, started_ms }) => [id, started_ms]));
  }
}
