// Counts answers of this instance, for hourly figures.
import type { Clock, Logger } from '@meridian/runtime';
import { addRows } from '../quality/add-rows.ts';
import type { Store } from '../store/store.ts';
import { transactUnforced } from '../store/transaction.ts';
import { HOUR_MS } from './core/judge.ts';

/** Interval of writes. A crash loses the counts since the last one, too few to matter in a month. */
const EVERY_MS = 30_000;
/** Limit of tenants and hours counted separately between two writes; further tenants count as ''. */
const KEYS_MAX = 2000;

interface Counts {
  readonly fromMs: number;
  readonly tenant: string;
  succeeded: number;
  refused: number;
  failed: number;
}

export interface ApiAnswersOptions {
  readonly store: Pick<Store, 'db' | 'kind'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly region: string;
}

/** Counts answers. Counts that could not be written are added to the next write. */
export class ApiAnswers {
  readonly #o: ApiAnswersOptions;
  #counts = new Map<string, Counts>();
  #writing: Promise<void> = Promise.resolve();
  #timer: ReturnType<Clock['every']> | undefined;

  constructor(o: ApiAnswersOptions) {
    this.#o = o;
  }

  start(): void {
    this.#timer ??= this.#o.clock.every(EVERY_MS, () => void this.write());
  }

  /** Counts an answer. `tenant`: '' for callers without a tenant. */
  answered(tenant: string, status: number): void {
    const fromMs = Math.floor(this.#o.clock.wallMs() / HOUR_MS) * HOUR_MS;
    const what = status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'succeeded';
    this.#add({ fromMs, tenant, succeeded: 0, refused: 0, failed: 0, [what]: 1 });
  }

  /** Writes the counts; one write runs at a time. Never rejects. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeCounts());
    return this.#writing;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await this.write();
  }

  #add({ fromMs, tenant, succeeded, refused, failed }: Counts): void {
    const isFull = this.#counts.size >= KEYS_MAX && !this.#counts.has(`${fromMs} ${tenant}`);
    const key = `${fromMs} ${isFull ? '' : tenant}`;
    const counts = this.#counts.get(key) ?? {
      fromMs,
      tenant: isFull ? '' : tenant,
      succeeded: 0,
      refused: 0,
      failed: 0,
    };
    counts.succeeded += succeeded;
    counts.refused += refused;
    counts.failed += failed;
    this.#counts.set(key, counts);
  }

  async #writeCounts(): Promise<void> {
    const { store, region, log } = this.#o;
    const counts = [...this.#counts.values()];
    if (counts.length === 0) return;
    this.#counts = new Map();
    const sums = ['succeeded', 'refused', 'failed'] as const;
    try {
      await transactUnforced(store, (db) =>
        addRows(db, store, {
          table: 'sla_api_hours',
          columns: ['from_ms', 'region', 'tenant', ...sums],
          rows: counts.map((one) => [one.fromMs, region, one.tenant, ...sums.map((name) => one[name])]),
          onConflict: `(from_ms, region, tenant) do update set ${sums
            .map((name) => `${name} = sla_api_hours.${name} + excluded.${name}`)
            .join(', ')}`,
        }),
      );
    } catch (err) {
      log.warn({ err }, 'counts of answers could not be stored, and are added to the next write');
      for (const one of counts) this.#add(one);
    }
  }
}
