// Sends notices at least once, in batches, urgent ones first. Any instance may do so.
import { type Notice, priorities } from '@meridian/distribution';
import type { NoticePort } from '@meridian/distribution/streams';
import { isInFence } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import { sql } from 'kysely';
import type { ApiKeys, KeyWithSecret } from '../access/keys.ts';
import type { ContentRow } from '../library/rows.ts';
import type { Store } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import { type NoticedContent, type NoticedToken, noticeOf, tryAgainMs, UNREADY_MS_MAX } from './core/notices.ts';
import type { DescribedContents } from './described-contents.ts';
import type { DeliveryEnding, Outcome } from './ending.ts';
import { RepeatedTask } from './repeated-task.ts';
import type { DeliveryRow, OrderRow } from './rows.ts';
import { claim, markNoticed, releaseAfter, type Sent } from './waiting-rows.ts';

export interface NotifyingOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly port: Pick<NoticePort, 'send' | 'withdraw'>;
  readonly keys: Pick<ApiKeys, 'signing'>;
  readonly described: DescribedContents;
  readonly ending: Pick<DeliveryEnding, 'endDeliveries'>;
}

const BATCH = 500;
const PRIORITIES = [0, 1, 2] as const;
const SOME_WAIT_MS = 1000;
const NONE_WAITS_MS = 5000;
/** Number of batches of a run; the next run follows at once. */
const BATCHES_MAX = 20;

interface SortedDeliveries {
  readonly ready: { readonly row: DeliveryRow; readonly content: NoticedContent; readonly token: NoticedToken }[];
  readonly ends: (DeliveryRow & { readonly outcome: Outcome })[];
  /** Deliveries that cannot be notified now, such as those without an origin. */
  readonly later: DeliveryRow[];
}

export class NoticeSending {
  readonly #o: NotifyingOptions;
  readonly #task: RepeatedTask;
  /** Number of consecutive batches with a failed send; `#unreadyTries`: with an unready delivery. */
  #failures = 0;
  #unreadyTries = 0;

  constructor(o: NotifyingOptions) {
    this.#o = o;
    const { clock, log } = o;
    const run = () => this.#run();
    this.#task = new RepeatedTask({ clock, log, taskName: 'notices of deliveries', run, failedMs: SOME_WAIT_MS });
  }

  start(): void {
    this.#task.start();
  }

  /** Must be called when deliveries were made, or wait again. */
  wake(): void {
    this.#task.wake();
  }

  /** Resolves when all notices are sent that could be sent at the last `wake`. */
  settled(): Promise<void> {
    return this.#task.settled();
  }

  /** Resolves when the current batch has ended. */
  close(): Promise<void> {
    return this.#task.close();
  }

  async #run(): Promise<number> {
    for (let batches = 0; batches < BATCHES_MAX && !this.#task.isClosed; batches++) {
      const rows = await this.#claimBatch();
      if (rows.length === 0) return this.#idleMs();
      if (!(await this.#send(rows))) return tryAgainMs(this.#failures);
    }
    return 0;
  }

  #claimBatch(): Promise<DeliveryRow[]> {
    return transact(this.#o.store.db, async (trx) => {
      const rows: DeliveryRow[] = [];
      for (const priority of PRIORITIES)
        if (rows.length < BATCH) rows.push(...(await claim(trx, this.#o, { priority, limit: BATCH - rows.length })));
      return rows;
    });
  }

  async #idleMs(): Promise<number> {
    const failures = this.#failures + this.#unreadyTries;
    return failures > 0 && (await this.#isWaiting()) ? Math.min(NONE_WAITS_MS, tryAgainMs(failures)) : NONE_WAITS_MS;
  }

  async #isWaiting(): Promise<boolean> {
    const one = await this.#o.store.db
      .selectFrom('distribution_deliveries')
      .select('id')
      .where('state', '=', sql.lit('waiting'))
      .where('paused', '=', 0)
      .limit(1)
      .executeTakeFirst();
    return one !== undefined;
  }

  /** Returns false if no channel accepts notices, or if reading fails. */
  async #send(rows: readonly DeliveryRow[]): Promise<boolean> {
    const { store, clock, log, port, ending } = this.#o;
    const sent: Sent[] = [];
    let unsent = rows;
    let sorted: SortedDeliveries = { ready: [], ends: [], later: [] };
    try {
      sorted = await this.#sortDeliveries(rows);
      unsent = sorted.ready.map(({ row }) => row);
      const notices = sorted.ready.map(({ row, content, token }) => {
        const notice: Notice = noticeOf(row, priorities[row.priority] ?? 'normal', { content, token });
        return { notice, region: row.region };
      });
      const places = notices.length === 0 ? [] : await port.send(notices);
      for (const [at, { row, token }] of sorted.ready.entries()) {
        const place = places[at];
        if (place !== undefined) sent.push({ row, place, tokenEndsMs: token.tokenEndsMs });
      }
      unsent = unsent.filter((_, at) => places[at] === undefined);
    } catch (err) {
      log.warn({ err, notices: rows.length }, 'notices could not be sent and will be retried');
    }
    const { ends, later } = sorted;
    if (unsent.length > 0) this.#failures++;
    else if (sent.length > 0) this.#failures = 0;
    this.#unreadyTries = later.length > 0 ? this.#unreadyTries + 1 : 0;
    const alreadyEnded = await transact(store.db, async (trx) => {
      await ending.endDeliveries(trx, ends, ({ outcome }) => outcome);
      await releaseAfter(trx, this.#o, { rows: unsent, ms: tryAgainMs(this.#failures) });
      await releaseAfter(trx, this.#o, { rows: later, ms: tryAgainMs(this.#unreadyTries, UNREADY_MS_MAX) });
      return markNoticed(trx, sent, clock.wallMs());
    });
    await this.#withdrawObsolete(sent, alreadyEnded);
    return unsent.length === 0 || sent.length > 0;
  }

  /** Withdraws notices of deliveries that ended meanwhile (`over`), and notices that were replaced. */
  async #withdrawObsolete(sent: readonly Sent[], over: readonly Sent[]): Promise<void> {
    const replaced = sent.flatMap(({ row, place }) => (row.place === '' || row.place === place ? [] : [row]));
    const gone = over.map(({ row: { tenant, receiver }, place }) => ({ tenant, receiver, place }));
    if (replaced.length + gone.length > 0) await this.#o.port.withdraw([...replaced, ...gone]);
  }

  /** Sorts deliveries. Reads each content and order once. */
  async #sortDeliveries(rows: readonly DeliveryRow[]): Promise<SortedDeliveries> {
    const sorted: SortedDeliveries = { ready: [], ends: [], later: [] };
    const { orders, contents, receivers } = await this.#read(rows);
    const keys = new Map<string, KeyWithSecret | undefined>();
    const describedByKey = new Map<string, NoticedContent | 'gone' | undefined>();
    const tokens = new Map<string, NoticedToken>();
    // If a notice was lost, library nodes may also have lost the description of its content.
    const anew = new Set(rows.flatMap(({ noticed_ms, content }) => (noticed_ms === null ? [] : [content])));
    for (const row of rows) {
      const { tenant } = row;
      if (!keys.has(tenant)) keys.set(tenant, await this.#o.keys.signing(tenant));
      const key = keys.get(tenant);
      const order = orders.get(`${tenant} ${row.order_id}`);
      const content = contents.get(`${tenant} ${row.content}`);
      // The api may have stopped while it cancelled the order, or the receiver was removed while the order was made.
      if (order?.state === 'cancelled' || !receivers.has(`${tenant} ${row.receiver}`)) {
        sorted.ends.push(Object.assign({}, row, { outcome: CANCELLED }));
        continue;
      }
      if (order === undefined || content?.state !== 'stored') {
        sorted.ends.push(failed(row, 'CONTENT_GONE', 'the content was deleted'));
        continue;
      }
      if (key === undefined) {
        sorted.later.push(row);
        continue;
      }
      if (!isInFence(key.regions, row.region)) {
        sorted.ends.push(failed(row, 'REFUSED', 'its region is no longer among the regions of the tenant’s keys'));
        continue;
      }
      if (!describedByKey.has(content.id))
        describedByKey.set(content.id, await this.#o.described.descriptionOf(content, key, anew.has(content.id)));
      const found = describedByKey.get(content.id);
      if (found === undefined) sorted.later.push(row);
      else if (found === 'gone') sorted.ends.push(failed(row, 'CONTENT_GONE', 'the hashes of its blocks are unknown'));
      else {
        const token = tokens.get(order.id) ?? (await this.#o.described.token(order, key));
        tokens.set(order.id, token);
        sorted.ready.push({ row, content: found, token });
      }
    }
    return sorted;
  }

  async #read(rows: readonly DeliveryRow[]) {
    const { db } = this.#o.store;
    const orders = new Map<string, OrderRow>();
    const contents = new Map<string, ContentRow>();
    const receivers = new Set<string>();
    for (const [tenant, rowsOfTenant] of Map.groupBy(rows, (row) => row.tenant)) {
      const ids = [...new Set(rowsOfTenant.map(({ order_id }) => order_id))];
      const byOrder = db.selectFrom('distribution_orders').selectAll().where('tenant', '=', tenant);
      for (const row of await byOrder.where('id', 'in', ids).execute()) orders.set(`${tenant} ${row.id}`, row);
      const files = [...new Set(rowsOfTenant.map(({ content }) => content))];
      const byContent = db.selectFrom('library_contents').selectAll().where('tenant', '=', tenant);
      for (const row of await byContent.where('id', 'in', files).execute()) contents.set(`${tenant} ${row.id}`, row);
      const receiverIds = [...new Set(rowsOfTenant.map(({ receiver }) => receiver))];
      const byReceiver = db.selectFrom('distribution_receivers').select('id').where('tenant', '=', tenant);
      for (const { id } of await byReceiver.where('id', 'in', receiverIds).execute()) receivers.add(`${tenant} ${id}`);
    }
    return { orders, contents, receivers };
  }
}

/** Shared object, so that all cancelled deliveries end in one statement. */
const CANCELLED: Outcome = { state: 'cancelled' };

const failed = (row: DeliveryRow, code: 'CONTENT_GONE' | 'REFUSED', detail: string) =>
  Object.assign({}, row, { outcome: { state: 'failed', code, detail } as const });
