// Receivers of alarm messages.
import { randomBytes } from 'node:crypto';
import { httpTargetIssue, type TargetAddresses } from '@meridian/node-shell';
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { checkKeptSecrets } from '../http/kept-secrets.ts';
import { Problem, type ProblemCode } from '../http/problems.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { SECRET_PREFIX } from '../webhooks/messages.ts';
import type { Matcher, Receiver } from './core/notices.ts';
import type { Severity } from './core/rule.ts';
import { type ReceiverKind, type Target, targetIssues } from './core/target-issues.ts';

/** Bounded, because every look checks each receiver against each alarm. */
export const RECEIVERS_MAX = 32;

export type ReceiverRow = Selectable<Tables['alarm_receivers']>;
export interface ReceiverChange {
  readonly name?: string;
  readonly severity?: Severity;
  readonly matchers?: readonly Matcher[];
  readonly afterMinutes?: number;
  readonly repeatMinutes?: number;
  readonly enabled?: boolean;
  readonly url?: string;
  readonly to?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface AlarmReceiversOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly sealSecret: string;
  readonly addresses: Pick<TargetAddresses, 'isRefusedHost'>;
  readonly hasMail: boolean;
}

const MINUTE_MS = 60_000;
/** Alertmanager takes an alert without a repeat for resolved (`ALERT_ENDS_MS`). */
const ALERTMANAGER_REPEAT_MS = 60_000;

export class AlarmReceivers {
  readonly #o: AlarmReceiversOptions;
  readonly #seal: Seal;

  constructor(o: AlarmReceiversOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian alarm receivers');
  }

  async active(db: Database): Promise<(Receiver & { readonly name: string })[]> {
    const rows = await db.selectFrom('alarm_receivers').selectAll().where('is_enabled', '=', 1).execute();
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      severity: row.severity as Severity,
      matchers: JSON.parse(row.matchers),
      afterMs: row.after_ms,
      repeatMs: row.kind === 'alertmanager' ? ALERTMANAGER_REPEAT_MS : row.repeat_ms,
      repeatsAcknowledged: row.kind === 'alertmanager',
    }));
  }

  async list(): Promise<ReceiverRow[]> {
    return this.#o.db.selectFrom('alarm_receivers').selectAll().orderBy('created_ms').orderBy('id').execute();
  }

  get(id: string): Promise<ReceiverRow | undefined> {
    return this.#o.db.selectFrom('alarm_receivers').selectAll().where('id', '=', id).executeTakeFirst();
  }

  targetOf({ id, sealed_target }: ReceiverRow): Target {
    return JSON.parse(this.#seal.open(sealed_target, id));
  }

  /**
   * Creates a receiver. Rejects with REQUEST_INVALID, TARGET_REFUSED or QUOTA_EXCEEDED. `secret`: of a webhook, which
   * no later call returns.
   */
  async add(
    kind: ReceiverKind,
    o: ReceiverChange & { readonly name: string },
  ): Promise<{ readonly row: ReceiverRow; readonly secret?: string }> {
    const { db, rng, clock } = this.#o;
    const { present } = await db
      .selectFrom('alarm_receivers')
      .select((eb) => eb.fn.countAll<number>().as('present'))
      .executeTakeFirstOrThrow();
    if (Number(present) >= RECEIVERS_MAX)
      throw new Problem('QUOTA_EXCEEDED', `there can be at most ${RECEIVERS_MAX} receivers of alarms`);
    const id = newId('AR_', (count) => rng.bytes(count), 20);
    const secret = kind === 'webhook' ? SECRET_PREFIX + randomBytes(24).toString('base64') : undefined;
    const target = { ...targetIn(o), ...(secret !== undefined && { secret }) };
    this.#check(kind, target);
    const row: ReceiverRow = {
      id,
      kind,
      name: o.name,
      severity: o.severity ?? 'warning',
      matchers: JSON.stringify(o.matchers ?? []),
      after_ms: (o.afterMinutes ?? 0) * MINUTE_MS,
      repeat_ms: (o.repeatMinutes ?? 0) * MINUTE_MS,
      is_enabled: o.enabled === false ? 0 : 1,
      sealed_target: this.#seal.close(JSON.stringify(target), id),
      created_ms: clock.wallMs(),
      updated_ms: clock.wallMs(),
    };
    await db.insertInto('alarm_receivers').values(row).execute();
    return { row, ...(secret !== undefined && { secret }) };
  }

  /**
   * Changes the given fields. Rejects with NOT_FOUND, TARGET_REFUSED, or REQUEST_INVALID (new origin with stored
   * `headers` or `body`).
   */
  async change(id: string, o: ReceiverChange): Promise<ReceiverRow> {
    const before = await this.get(id);
    if (before === undefined) throw new Problem('NOT_FOUND');
    const storedTarget = this.targetOf(before);
    const target = { ...storedTarget, ...targetIn(o) };
    // A receiver with an unusable target can still be renamed and switched off.
    if (o.enabled === true || Object.keys(targetIn(o)).length > 0) this.#check(before.kind as ReceiverKind, target);
    const kept = (['headers', 'body'] as const).filter(
      (name) => storedTarget[name] !== undefined && o[name] === undefined,
    );
    checkKeptSecrets({
      before: originOf(storedTarget.url),
      after: originOf(target.url),
      kept: kept.map((name) => `/${name}`),
    });
    return this.#o.db
      .updateTable('alarm_receivers')
      .set({
        ...(o.name !== undefined && { name: o.name }),
        ...(o.severity !== undefined && { severity: o.severity }),
        ...(o.matchers !== undefined && { matchers: JSON.stringify(o.matchers) }),
        ...(o.afterMinutes !== undefined && { after_ms: o.afterMinutes * MINUTE_MS }),
        ...(o.repeatMinutes !== undefined && { repeat_ms: o.repeatMinutes * MINUTE_MS }),
        ...(o.enabled !== undefined && { is_enabled: o.enabled ? 1 : 0 }),
        sealed_target: this.#seal.close(JSON.stringify(target), id),
        updated_ms: this.#o.clock.wallMs(),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /** Rejects with NOT_FOUND. Messages sent to the receiver stay in the history. */
  async remove(id: string): Promise<void> {
    const gone = await this.#o.db.deleteFrom('alarm_receivers').where('id', '=', id).returning('id').execute();
    if (gone.length === 0) throw new Problem('NOT_FOUND');
  }

  #check(kind: ReceiverKind, target: Target): void {
    if (kind === 'mail' && !this.#o.hasMail) throw refusal('/kind', 'no mail server is configured');
    const issue = kind === 'mail' ? undefined : httpTargetIssue(target.url ?? '', this.#o.addresses);
    if (issue !== undefined) throw refusal('/url', issue.detail, issue.code);
    const [unusable] = targetIssues(kind, target);
    if (unusable !== undefined) throw refusal(unusable.pointer, unusable.detail);
  }
}

const targetIn = ({ url, to, headers, body }: ReceiverChange): Target => ({
  ...(url !== undefined && { url }),
  ...(to !== undefined && { to }),
  ...(headers !== undefined && { headers }),
  ...(body !== undefined && { body }),
});

const originOf = (url = ''): string => URL.parse(url)?.origin ?? '';

const refusal = (pointer: string, detail: string, code: ProblemCode = 'REQUEST_INVALID'): Problem =>
  new Problem(code, undefined, { fields: [{ pointer, detail }] });
