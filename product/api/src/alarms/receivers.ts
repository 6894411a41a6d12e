// Receivers of alarm messages.
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { TargetAddresses } from '@meridian/node-shell';
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable } from 'kysely';
import { Problem, type ProblemCode } from '../http/problems.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { SECRET_PREFIX } from '../webhooks/messages.ts';
import type { Matcher, Receiver } from './core/notices.ts';
import type { Severity } from './core/rule.ts';

/** Bounded, because every look checks each receiver against each alarm. */
export const RECEIVERS_MAX = 32;

export const receiverKinds = ['webhook', 'mail', 'sms', 'alertmanager'] as const;
export type ReceiverKind = (typeof receiverKinds)[number];

/** Where messages go; sealed in the database. */
export interface Target {
  readonly url?: string;
  /** For mail: addresses; for sms: a number. */
  readonly to?: readonly string[];
  /** For sms: headers, including the provider's secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For sms: template with {to} and {text}. */
  readonly body?: string;
  readonly secret?: string;
}
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
  readonly addresses: Pick<TargetAddresses, 'isAllowed'>;
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
    this.#check(before.kind as ReceiverKind, target);
    checkKept(storedTarget, o);
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

  #check(kind: ReceiverKind, { url, to, body }: Target): void {
    if (kind === 'mail') {
      if (!this.#o.hasMail) throw refusal('/kind', 'no mail server is configured');
      if (to === undefined || to.length === 0) throw refusal('/to', 'must have at least one address');
      return;
    }
    this.#checkUrl(url);
    if (kind !== 'sms') return;
    if (to?.length !== 1) throw refusal('/to', 'one number');
    if (body?.includes('{text}') !== true) throw refusal('/body', 'has {text} in it, and usually {to}');
  }

  #checkUrl(url = ''): void {
    if (!isTarget(url))
      throw refusal('/url', 'must be http:// or https:// with a host, without user, password and fragment');
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
    const address = /(^|\.)localhost$/.test(host) ? '127.0.0.1' : host;
    if (isIP(address) !== 0 && !this.#o.addresses.isAllowed(address))
      throw refusal('/url', 'is not a public address, and not in egressAllow', 'TARGET_REFUSED');
  }
}

const targetIn = ({ url, to, headers, body }: ReceiverChange): Target => ({
  ...(url !== undefined && { url }),
  ...(to !== undefined && { to }),
  ...(headers !== undefined && { headers }),
  ...(body !== undefined && { body }),
});

/** Throws REQUEST_INVALID if stored secrets would be sent to another origin than the one for which they were given. */
function checkKept(known: Target, { url, ...given }: ReceiverChange): void {
  if (url === undefined || originOf(url) === originOf(known.url)) return;
  const kept = (['headers', 'body'] as const).filter((name) => known[name] !== undefined && given[name] === undefined);
  if (kept.length === 0) return;
  const detail = 'must be given again with a url of another scheme, host or port';
  throw new Problem('REQUEST_INVALID', undefined, { fields: kept.map((name) => ({ pointer: `/${name}`, detail })) });
}

const originOf = (url = ''): string => (URL.canParse(url) ? new URL(url).origin : '');

function isTarget(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash, hostname } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && hostname !== '' && username + password + hash === '';
}

const refusal = (pointer: string, detail: string, code: ProblemCode = 'REQUEST_INVALID'): Problem =>
  new Problem(code, undefined, { fields: [{ pointer, detail }] });
