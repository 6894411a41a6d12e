// Delivers events of a room or meeting in order. Slow receivers have separate slots.
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { Selectable } from 'kysely';
import type { ApiKeys } from '../access/keys.ts';
import type { EventBody } from '../events/body.ts';
import { ownEgressOf } from '../events/egress-rows.ts';
import { keptBody } from '../events/kept-body.ts';
import type { JobContext, JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';
import { BLOCKS_MS, type Outcome, verdict } from './core/schedule.ts';
import type { Endpoints } from './endpoints.ts';
import { liveKitBody, liveKitEventOf, type Message, sha256Of, standardBody, standardHeaders } from './messages.ts';
import type { Post, PostOptions } from './post.ts';

type WebhookRow = Selectable<Tables['webhooks']>;
type Delivery = Selectable<Tables['webhook_deliveries']>;
export interface QueuedEvent {
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  /** Number of the event among those of its `sid`. */
  readonly sequence: number;
  /** `sid` of a room's life; for a meeting or recording its id. */
  readonly sid: string;
}
interface Lane {
  readonly webhook: string;
  readonly lane: string;
}

/** Time for which events of one room are delivered before other rooms follow. */
const TURN_MS = 20_000;

/** Time within which receivers answer: most in some 100 ms, cloud functions that must start first within this time. */
const PROMPT_MS = 2000;

const keyRevoked: Outcome = { status: 0, error: 'KEY_REVOKED', tookMs: 0, retryAfterMs: 0 };

export interface DeliveriesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly jobs: Jobs;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly endpoints: Endpoints;
  readonly post: Post;
}

export class Deliveries {
  readonly #o: DeliveriesOptions;
  readonly #kind: JobKind<Lane> = {
    name: 'webhooks',
    // Slots of prompt receivers. With attempts that moved to other pools, at most 280 run at once.
    concurrency: 40,
    perTenant: 16,
    perLane: 4,
    pools: {
      // Slots of new receivers, however many a tenant creates. The first answer decides on the pool.
      new: { concurrency: 16, perTenant: 2, perLane: 1 },
      slow: { concurrency: 8, perTenant: 2, perLane: 1 },
    },
    leaseMs: 60_000,
    attemptsMax: Number.MAX_SAFE_INTEGER,
    run: (lane, o) => this.#deliver(lane, o),
  };

  constructor(o: DeliveriesOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** Queues events of a `sid` for their receivers, in the transaction that stores the events. */
  async add(db: Transaction, events: readonly QueuedEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const hooks = await db
      .selectFrom('webhooks')
      .select(['id', 'events', 'format', 'pool'])
      .where('tenant', '=', first.tenant)
      .where('state', '=', 'enabled')
      .execute();
    for (const hook of hooks) {
      const matchingEvents = events.filter(
        ({ type }) =>
          (hook.events === '' || hook.events.split(' ').includes(type)) &&
          !(hook.format === 'livekit' && liveKitEventOf(type) === undefined),
      );
      await this.#add(db, hook, first.sid, matchingEvents);
    }
  }

  /** Delivers an event again, out of order. Returns undefined for an unknown delivery. */
  async replay(tenant: string, webhook: string, id: string): Promise<Delivery | undefined> {
    const { db } = this.#o;
    return transact(db, async (trx) => {
      const old = await trx
        .selectFrom('webhook_deliveries as old')
        .innerJoin('webhooks', 'webhooks.id', 'old.webhook')
        .select(['old.event', 'old.type', 'old.sequence', 'webhooks.pool'])
        .where('old.tenant', '=', tenant)
        .where('old.webhook', '=', webhook)
        .where('old.id', '=', id)
        .executeTakeFirst();
      if (old === undefined) return undefined;
      const event = { id: old.event, tenant, type: old.type, sequence: old.sequence };
      const [row] = await this.#add(trx, { id: webhook, pool: old.pool }, undefined, [event]);
      return row;
    });
  }

  /**
   * Returns a delivery and its body, which is undefined if no longer stored. Returns undefined for an unknown delivery.
   */
  async sent(hook: WebhookRow, id: string): Promise<{ row: Delivery; body: string | undefined } | undefined> {
    const row = await this.#o.db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook', '=', hook.id)
      .where('id', '=', id)
      .executeTakeFirst();
    const message = row && (await this.#message(row));
    return row && { row, body: message && bodyFor(hook, message) };
  }

  /** Sends a test event now and returns its outcome. */
  async test(hook: WebhookRow): Promise<Outcome> {
    const nowMs = this.#o.clock.wallMs();
    const createdAt = new Date(nowMs).toISOString();
    const room = { sid: 'RM_test', name: 'test', metadata: '', createdAt, numParticipants: 0 };
    const body: EventBody = { room: { ...room, locked: false, lobby: false } };
    const id = newId('EV_', (count) => this.#o.rng.bytes(count), 20);
    const request = await this.#request(hook, { id, type: 'webhook.tested', atMs: nowMs, sequence: 0, body }, 0);
    return request === undefined ? keyRevoked : this.#o.post(request);
  }

  async #add(
    db: Transaction,
    { id: webhook, pool }: Pick<WebhookRow, 'id' | 'pool'>,
    sid: string | undefined,
    events: readonly Omit<QueuedEvent, 'sid'>[],
  ): Promise<Delivery[]> {
    const { clock, rng, jobs } = this.#o;
    const now = clock.wallMs();
    const rows = events.map(({ id: event, tenant, type, sequence }): Delivery => {
      const id = newId('WD_', (count) => rng.bytes(count), 20);
      return {
        id,
        tenant,
        webhook,
        event,
        type,
        lane: sid ?? id,
        sequence,
        state: 'pending',
        attempts: 0,
        created_ms: now,
        first_failed_ms: null,
        next_ms: now,
        done_ms: null,
        last_status: null,
        last_error: '',
        last_took_ms: null,
      };
    });
    for (let at = 0; at < rows.length; at += 500)
      await db
        .insertInto('webhook_deliveries')
        .values(rows.slice(at, at + 500))
        .execute();
    const [first] = rows;
    if (first === undefined) return [];
    const { tenant, lane } = first;
    const payload = { webhook, lane };
    await jobs.add(db, this.#kind, { payload, key: `${webhook}/${lane}`, tenant, lane: webhook, pool });
    return rows;
  }

  async #deliver({ webhook, lane }: Lane, o: JobContext): Promise<{ againMs: number } | undefined> {
    const { clock } = this.#o;
    const { signal } = o;
    const startMs = clock.nowMs();
    let { pool } = o;
    while (!signal.aborted && clock.nowMs() - startMs < TURN_MS) {
      const hook = await this.#o.endpoints.find(webhook);
      if (hook?.state !== 'enabled') {
        await this.#cancel(webhook, lane);
        return undefined;
      }
      // The receiver's pool changed after the job was added or began.
      if (hook.pool !== pool) {
        await transact(this.#o.db, (trx) => this.#o.jobs.move(trx, this.#kind, hook.id, hook.pool));
        return { againMs: 0 };
      }
      const next = await this.#nextDelivery(webhook, lane);
      if (next === undefined) return undefined;
      const waitMs = next.dueMs - clock.wallMs();
      if (waitMs > 0) return { againMs: waitMs };
      pool = await this.#attempt(hook, next.delivery);
    }
    return { againMs: 0 };
  }

  /** Returns the next delivery of a lane. A delivery that has failed for long does not block others. */
  async #nextDelivery(webhook: string, lane: string): Promise<{ delivery: Delivery; dueMs: number } | undefined> {
    const failedLongMs = this.#o.clock.wallMs() - BLOCKS_MS;
    const pending = this.#o.db
      .selectFrom('webhook_deliveries')
      .selectAll()
      .where('webhook', '=', webhook)
      .where('lane', '=', lane)
      .where('state', '=', 'pending')
      .limit(1);
    const inOrder = await pending
      .where((eb) => eb.or([eb('first_failed_ms', 'is', null), eb('first_failed_ms', '>', failedLongMs)]))
      .orderBy('sequence')
      .executeTakeFirst();
    const passed = await pending
      .where('first_failed_ms', '<=', failedLongMs)
      .orderBy('next_ms')
      .orderBy('sequence')
      .executeTakeFirst();
    // A failing delivery stops blocking after some time, and then the next delivery is due.
    const opensMs = inOrder?.first_failed_ms == null ? Number.POSITIVE_INFINITY : inOrder.first_failed_ms + BLOCKS_MS;
    const [first] = [
      ...(inOrder === undefined ? [] : [{ delivery: inOrder, dueMs: Math.min(inOrder.next_ms, opensMs) }]),
      ...(passed === undefined ? [] : [{ delivery: passed, dueMs: passed.next_ms }]),
    ].sort((a, b) => a.dueMs - b.dueMs);
    return first;
  }

  /** Returns the receiver's pool after the attempt. */
  async #attempt(hook: WebhookRow, delivery: Delivery): Promise<string> {
    const { db, clock, rng } = this.#o;
    const message = await this.#message(delivery);
    const attempts = delivery.attempts + 1;
    const sent = message === undefined ? undefined : await this.#send(hook, message, delivery.attempts);
    const outcome = sent?.outcome;
    const nowMs = clock.wallMs();
    const last = { last_status: outcome?.status ?? 0, last_error: outcome?.error ?? 'EVENT_GONE' };
    const base = { attempts, ...last, last_took_ms: outcome?.tookMs ?? null };
    const result =
      outcome === undefined
        ? ({ type: 'failed' } as const)
        : verdict(outcome, { attempts, createdMs: delivery.created_ms, nowMs, random: rng.next() });
    const deliveryUpdate = db.updateTable('webhook_deliveries').where('id', '=', delivery.id);
    if (result.type === 'again')
      await deliveryUpdate
        .set({ ...base, next_ms: result.nextMs, first_failed_ms: delivery.first_failed_ms ?? nowMs })
        .execute();
    else
      await deliveryUpdate
        .set({ ...base, state: result.type === 'delivered' ? 'delivered' : 'failed', done_ms: nowMs })
        .execute();
    if (result.type === 'gone') await this.#o.endpoints.disable(hook.id, 'gone');
    return sent?.pool ?? hook.pool;
  }

  /** Sends a message. A receiver that misses the time limit counts as slow until it answers. */
  async #send(hook: WebhookRow, message: Message, attempt: number): Promise<{ outcome: Outcome; pool: string }> {
    const { clock, post } = this.#o;
    const request = await this.#request(hook, message, attempt);
    if (request === undefined) return { outcome: keyRevoked, pool: hook.pool };
    const sending = post(request);
    const timedOut = Promise.withResolvers<true>();
    const timer = clock.after(PROMPT_MS, () => timedOut.resolve(true));
    const isLate = await Promise.race([sending.then(() => false), timedOut.promise]);
    timer.cancel();
    if (isLate) await this.#change(hook, 'slow');
    const outcome = await sending;
    const pool = isLate && outcome.status === 0 ? 'slow' : '';
    await this.#change({ ...hook, pool: isLate ? 'slow' : hook.pool }, pool);
    return { outcome, pool };
  }

  async #change({ id, pool: from }: WebhookRow, pool: string): Promise<void> {
    if (pool === from) return;
    await transact(this.#o.db, async (trx) => {
      await trx.updateTable('webhooks').set({ pool }).where('id', '=', id).execute();
      await this.#o.jobs.move(trx, this.#kind, id, pool);
    });
  }

  async #message({ event }: Delivery): Promise<Message | undefined> {
    const row = await this.#o.db.selectFrom('events').selectAll().where('id', '=', event).executeTakeFirst();
    if (row === undefined) return undefined;
    const { id, type, sequence } = row;
    const body = keptBody(row.body);
    if (!('recording' in body)) return { id, type, sequence, atMs: row.at_ms, body };
    const egress = await ownEgressOf(this.#o.db, row.tenant, body.recording.id);
    return { id, type, sequence, atMs: row.at_ms, body, egress };
  }

  /** Returns undefined if the receiver has LiveKit's format, and its key is revoked. */
  async #request(hook: WebhookRow, message: Message, attempt: number): Promise<PostOptions | undefined> {
    const { clock, endpoints } = this.#o;
    const isLiveKit = hook.format === 'livekit';
    const body = bodyFor(hook, message);
    const nowMs = clock.wallMs();
    const authorization = isLiveKit ? await this.#tokenFor(hook, body, nowMs) : undefined;
    if (isLiveKit && authorization === undefined) return undefined;
    const headers = {
      'content-type': isLiveKit ? 'application/webhook+json' : 'application/json',
      'user-agent': 'Meridian-Webhooks/1',
      ...standardHeaders(message.id, body, { secrets: endpoints.secrets(hook, nowMs), nowMs }),
      ...(authorization !== undefined && { authorization }),
    };
    return { url: hook.url, headers, body, attempt };
  }

  /** Returns LiveKit's proof: a token of a tenant's API key, bound to the body. */
  async #tokenFor({ tenant, signer }: WebhookRow, body: string, nowMs: number): Promise<string | undefined> {
    const key = await this.#o.keys.find(signer);
    if (key === undefined || key.tenant !== tenant) return undefined;
    const nowS = Math.floor(nowMs / 1000);
    return new SignJWT({ sha256: sha256Of(body), nbf: nowS, exp: nowS + 300 })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(key.id)
      .sign(Buffer.from(key.secret));
  }

  async #cancel(webhook: string, lane: string): Promise<void> {
    await this.#o.db
      .updateTable('webhook_deliveries')
      .set({ state: 'cancelled', done_ms: this.#o.clock.wallMs() })
      .where('webhook', '=', webhook)
      .where('lane', '=', lane)
      .where('state', '=', 'pending')
      .execute();
  }
}

const bodyFor = ({ format }: Pick<WebhookRow, 'format'>, message: Message): string =>
  format === 'livekit' ? liveKitBody(message) : standardBody(message);
