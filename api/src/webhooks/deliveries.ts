// Events on their way to receivers: of one room or meeting to one receiver in order, each until it is taken or a day
// has passed. A receiver may get an event twice (under the same id); it never gets a later one before an earlier one,
// unless the earlier has failed for a minute.
import { newId } from '@meridian/protocol';
import type { Clock, Rng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import type { Selectable } from 'kysely';
import type { ApiKeys } from '../access/keys.ts';
import type { EventBody } from '../events/body.ts';
import { isOfMeeting } from '../events/core/meeting-story.ts';
import type { JobKind, Jobs } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { BLOCKS_MS, type Outcome, verdict } from './core/schedule.ts';
import type { Endpoints } from './endpoints.ts';
import { liveKitBody, type Message, sha256Of, standardBody, standardHeaders } from './messages.ts';
import type { Post } from './post.ts';
import './tables.ts';
import { type Transaction, transact } from '../store/transaction.ts';

type Hook = Selectable<Tables['webhooks']>;
type Delivery = Selectable<Tables['webhook_deliveries']>;
/** An event that was stored. */
export interface QueuedEvent {
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  /** Its place among those of one `sid`. */
  readonly sequence: number;
  /** Of a life of a room; of a meeting its id. */
  readonly sid: string;
}
interface Lane {
  readonly webhook: string;
  readonly lane: string;
}

/** A job works at one room's events for so long, then others have their turn. */
const TURN_MS = 20_000;

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
    concurrency: 64,
    perTenant: 16,
    perLane: 4,
    leaseMs: 60_000,
    attemptsMax: Number.MAX_SAFE_INTEGER,
    run: (lane, { signal }) => this.#deliver(lane, signal),
  };

  constructor(o: DeliveriesOptions) {
    this.#o = o;
    o.jobs.register(this.#kind);
  }

  /** In the transaction that stores them: queues these events, all of one `sid`, for their receivers. */
  async add(db: Transaction, events: readonly QueuedEvent[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const hooks = await db
      .selectFrom('webhooks')
      .select(['id', 'events', 'format'])
      .where('tenant', '=', first.tenant)
      .where('state', '=', 'enabled')
      .execute();
    for (const hook of hooks) {
      const wanted = events.filter(
        ({ type }) =>
          (hook.events === '' || hook.events.split(' ').includes(type)) &&
          // LiveKit has no words for meetings.
          !(hook.format === 'livekit' && isOfMeeting(type)),
      );
      await this.#add(db, hook.id, first.sid, wanted);
    }
  }

  /** Delivers an event once more, beside all others. Undefined: no such delivery of this receiver. */
  async replay(tenant: string, webhook: string, id: string): Promise<Delivery | undefined> {
    const { db } = this.#o;
    return transact(db, async (trx) => {
      const old = await trx
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('webhook', '=', webhook)
        .where('id', '=', id)
        .executeTakeFirst();
      if (old === undefined) return undefined;
      const event = { id: old.event, tenant, type: old.type, sequence: old.sequence };
      const [row] = await this.#add(trx, webhook, undefined, [event]);
      return row;
    });
  }

  /** Sends a test event now; how that went. */
  async test(hook: Hook): Promise<Outcome> {
    const nowMs = this.#o.clock.wallMs();
    const createdAt = new Date(nowMs).toISOString();
    const room = { sid: 'RM_test', name: 'test', metadata: '', createdAt, numParticipants: 0 };
    const body: EventBody = { room: { ...room, locked: false, lobby: false } };
    const id = newId('EV_', (count) => this.#o.rng.bytes(count), 20);
    return this.#send(hook, { id, type: 'meridian.test', atMs: nowMs, sequence: 0, body }, 0);
  }

  async #add(
    db: Transaction,
    webhook: string,
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
    await jobs.add(db, this.#kind, { payload: { webhook, lane }, key: `${webhook}/${lane}`, tenant, lane: webhook });
    return rows;
  }

  /** What is due of one lane, in order. */
  async #deliver({ webhook, lane }: Lane, signal: AbortSignal): Promise<{ againMs: number } | undefined> {
    const { clock } = this.#o;
    const startMs = clock.nowMs();
    while (!signal.aborted && clock.nowMs() - startMs < TURN_MS) {
      const hook = await this.#o.endpoints.find(webhook);
      if (hook?.state !== 'enabled') {
        await this.#cancel(webhook, lane);
        return undefined;
      }
      const next = await this.#next(webhook, lane);
      if (next === undefined) return undefined;
      const waitMs = next.dueMs - clock.wallMs();
      if (waitMs > 0) return { againMs: waitMs };
      await this.#attempt(hook, next.delivery);
    }
    return { againMs: 0 };
  }

  /** The next delivery of a lane, and when it is due. Those that have failed for long block no other. */
  async #next(webhook: string, lane: string): Promise<{ delivery: Delivery; dueMs: number } | undefined> {
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
    // The one in order stops blocking at some time, and then the one behind it is due.
    const opensMs = inOrder?.first_failed_ms == null ? Number.POSITIVE_INFINITY : inOrder.first_failed_ms + BLOCKS_MS;
    const [first] = [
      ...(inOrder === undefined ? [] : [{ delivery: inOrder, dueMs: Math.min(inOrder.next_ms, opensMs) }]),
      ...(passed === undefined ? [] : [{ delivery: passed, dueMs: passed.next_ms }]),
    ].sort((a, b) => a.dueMs - b.dueMs);
    return first;
  }

  async #attempt(hook: Hook, delivery: Delivery): Promise<void> {
    const { db, clock, rng } = this.#o;
    const message = await this.#message(delivery);
    const attempts = delivery.attempts + 1;
    const outcome = message === undefined ? undefined : await this.#send(hook, message, delivery.attempts);
    const nowMs = clock.wallMs();
    const last = { last_status: outcome?.status ?? 0, last_error: outcome?.error ?? 'EVENT_GONE' };
    const base = { attempts, ...last, last_took_ms: outcome?.tookMs ?? null };
    const result =
      outcome === undefined
        ? ({ type: 'failed' } as const)
        : verdict(outcome, { attempts, createdMs: delivery.created_ms, nowMs, random: rng.next() });
    const own = db.updateTable('webhook_deliveries').where('id', '=', delivery.id);
    if (result.type === 'again')
      await own.set({ ...base, next_ms: result.nextMs, first_failed_ms: delivery.first_failed_ms ?? nowMs }).execute();
    else
      await own.set({ ...base, state: result.type === 'delivered' ? 'delivered' : 'failed', done_ms: nowMs }).execute();
    if (result.type === 'gone') await this.#o.endpoints.disable(hook.id, 'gone');
  }

  async #message({ event }: Delivery): Promise<Message | undefined> {
    const row = await this.#o.db.selectFrom('events').selectAll().where('id', '=', event).executeTakeFirst();
    if (row === undefined) return undefined;
    const { id, type, sequence } = row;
    return { id, type, sequence, atMs: row.at_ms, body: JSON.parse(row.body) as Message['body'] };
  }

  async #send(hook: Hook, message: Message, attempt: number): Promise<Outcome> {
    const { clock, post, endpoints } = this.#o;
    const isLiveKit = hook.format === 'livekit';
    const body = isLiveKit ? liveKitBody(message) : standardBody(message);
    const nowMs = clock.wallMs();
    const authorization = isLiveKit ? await this.#tokenFor(hook, body, nowMs) : undefined;
    if (isLiveKit && authorization === undefined)
      return { status: 0, error: 'KEY_REVOKED', tookMs: 0, retryAfterMs: 0 };
    const headers = {
      'content-type': isLiveKit ? 'application/webhook+json' : 'application/json',
      'user-agent': 'Meridian-Webhooks/1',
      ...standardHeaders(message.id, body, { secrets: endpoints.secrets(hook, nowMs), nowMs }),
      ...(authorization !== undefined && { authorization }),
    };
    return post({ url: hook.url, headers, body, attempt });
  }

  /** LiveKit's proof: a token by an API key of the tenant, bound to the body. */
  async #tokenFor({ tenant, signer }: Hook, body: string, nowMs: number): Promise<string | undefined> {
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
