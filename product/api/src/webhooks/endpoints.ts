import { randomBytes } from 'node:crypto';
import { httpTargetIssue, type TargetAddresses } from '@meridian/node-shell';
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import type { Selectable, Updateable } from 'kysely';
import type { ApiKeys } from '../access/keys.ts';
import { Problem, type ProblemCode } from '../http/problems.ts';
import { Seal } from '../store/seal.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { transact } from '../store/transaction.ts';
import { SECRET_PREFIX } from './messages.ts';

export type Endpoint = Selectable<Tables['webhooks']>;

export const ENDPOINTS_MAX = 32;
/** Time that the previous secret stays valid after a rotation; requests are signed with both. */
const PREVIOUS_MS = 24 * 3600_000;

export interface EndpointsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly sealSecret: string;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly addresses: Pick<TargetAddresses, 'isRefusedHost'>;
}

export interface EndpointChange {
  readonly url?: string;
  readonly description?: string;
  readonly events?: readonly string[];
  readonly format?: string;
  readonly signer?: string;
  readonly enabled?: boolean;
}

export class Endpoints {
  readonly #o: EndpointsOptions;
  readonly #seal: Seal;

  constructor(o: EndpointsOptions) {
    this.#o = o;
    this.#seal = new Seal(o.sealSecret, 'meridian webhooks');
  }

  /** Returns the secret, which no later call shows. Rejects with QUOTA_EXCEEDED, REQUEST_INVALID or TARGET_REFUSED. */
  async create(tenant: string, o: EndpointChange & { readonly url: string }) {
    this.#checkTarget(o.url);
    await this.#checkFormat(tenant, o);
    const { db, clock, rng } = this.#o;
    const { present } = await db
      .selectFrom('webhooks')
      .select((eb) => eb.fn.countAll<number>().as('present'))
      .where('tenant', '=', tenant)
      .executeTakeFirstOrThrow();
    if (Number(present) >= ENDPOINTS_MAX)
      throw new Problem('QUOTA_EXCEEDED', `a tenant has at most ${ENDPOINTS_MAX} webhooks`);
    const id = newId('WH_', (count) => rng.bytes(count), 20);
    const secret = newSecret();
    const createdAtMs = clock.wallMs();
    const row: Endpoint = {
      id,
      tenant,
      url: o.url,
      description: o.description ?? '',
      events: (o.events ?? []).join(' '),
      format: o.format ?? 'standard',
      signer: o.signer ?? '',
      state: 'enabled',
      state_reason: '',
      // Pool of delivery slots (deliveries.ts): `new` until the first answer, then '' (prompt) or `slow`.
      pool: 'new',
      sealed_secret: this.#seal.close(secret, id),
      sealed_previous: '',
      previous_until_ms: 0,
      created_ms: createdAtMs,
      updated_ms: createdAtMs,
      ...stateOf(o.enabled),
    };
    await db.insertInto('webhooks').values(row).execute();
    return { row, secret };
  }

  /** Rejects with NOT_FOUND. */
  async get(tenant: string, id: string): Promise<Endpoint> {
    const row = await this.find(id);
    if (row?.tenant !== tenant) throw new Problem('NOT_FOUND');
    return row;
  }

  find(id: string): Promise<Endpoint | undefined> {
    return this.#o.db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /** Rejects with NOT_FOUND, REQUEST_INVALID or TARGET_REFUSED. */
  async change(tenant: string, id: string, { enabled, events, ...o }: EndpointChange): Promise<Endpoint> {
    const before = await this.get(tenant, id);
    if (o.url !== undefined) this.#checkTarget(o.url);
    await this.#checkFormat(tenant, { ...before, ...o });
    return this.#set(id, { ...o, ...(events && { events: events.join(' ') }), ...stateOf(enabled) });
  }

  async disable(id: string, reason: string): Promise<void> {
    await this.#set(id, { state: 'disabled', state_reason: reason });
  }

  /** Makes a new secret; the previous one stays valid for a day. Rejects with NOT_FOUND. */
  async rotate(tenant: string, id: string) {
    const { sealed_secret } = await this.get(tenant, id);
    const secret = newSecret();
    const until = { sealed_previous: sealed_secret, previous_until_ms: this.#o.clock.wallMs() + PREVIOUS_MS };
    return { row: await this.#set(id, { sealed_secret: this.#seal.close(secret, id), ...until }), secret };
  }

  /** Removes the endpoint with its log. Rejects with NOT_FOUND. */
  async remove(tenant: string, id: string): Promise<void> {
    await this.get(tenant, id);
    await transact(this.#o.db, async (trx) => {
      await trx.deleteFrom('webhook_deliveries').where('webhook', '=', id).execute();
      await trx.deleteFrom('webhooks').where('id', '=', id).execute();
    });
  }

  /** Returns the valid secrets, the current one first. */
  secrets({ id, sealed_secret, sealed_previous, previous_until_ms }: Endpoint, nowMs: number): string[] {
    const sealed = [sealed_secret, ...(sealed_previous !== '' && previous_until_ms > nowMs ? [sealed_previous] : [])];
    return sealed.map((each) => this.#seal.open(each, id));
  }

  #set(id: string, change: Updateable<Tables['webhooks']>): Promise<Endpoint> {
    return this.#o.db
      .updateTable('webhooks')
      .set({ ...change, updated_ms: this.#o.clock.wallMs() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  /**
   * Refuses a target whose text is not allowed. Names of hosts are resolved only when a delivery connects: a refusal
   * here would reveal which internal names exist.
   */
  #checkTarget(url: string): void {
    const issue = httpTargetIssue(url, this.#o.addresses);
    if (issue !== undefined) throw refusal('/url', issue.detail, issue.code);
  }

  async #checkFormat(tenant: string, o: { format?: string; signer?: string }): Promise<void> {
    if (o.format !== 'livekit') return;
    const key = await this.#o.keys.find(o.signer ?? '');
    if (key?.tenant !== tenant || key.purpose !== '')
      throw refusal('/signer', 'must be an API key of the tenant: it signs requests of the format livekit');
  }
}

const refusal = (pointer: string, detail: string, code: ProblemCode = 'REQUEST_INVALID'): Problem =>
  new Problem(code, undefined, { fields: [{ pointer, detail }] });

const newSecret = (): string => SECRET_PREFIX + randomBytes(24).toString('base64');

/** Returns the state that a request sets; the reason is `gone` instead if the receiver answered 410. */
const stateOf = (enabled: boolean | undefined) => {
  if (enabled === undefined) return {};
  return enabled ? { state: 'enabled', state_reason: '' } : { state: 'disabled', state_reason: 'request' };
};
