// Recordings that wait for slots. An entry lives as long as its owner repeats the request.
import type { RecordingAsk } from './types.ts';

/** Owners repeat requests every few seconds; after this time the recording has ended, or its owner is gone. */
export const WAITING_MS = 10_000;
export const WAITING_MAX = 10_000;
/** Limit of a tenant: more than all its rooms of a busy hour; twenty tenants together fill the queue. */
export const WAITING_OF_TENANT_MAX = 500;

export interface WaitingEntry {
  readonly ask: RecordingAsk;
  readonly sinceMs: number;
}

export type WaitingFull = 'queue' | 'tenant';

export class Waiting {
  /** By recording; the least recently renewed first. */
  readonly #entries = new Map<string, { readonly entry: WaitingEntry; readonly renewedMs: number }>();
  readonly #byTenant = new Map<string, number>();

  get size(): number {
    return this.#entries.size;
  }

  /** Adds an entry, or renews it with the new request but its old age. Returns the bound that it would break. */
  put(ask: RecordingAsk, nowMs: number): WaitingFull | undefined {
    this.lapse(nowMs);
    const earlierEntry = this.#entries.get(ask.key);
    if (earlierEntry === undefined) {
      if (this.#entries.size >= WAITING_MAX) return 'queue';
      if ((this.#byTenant.get(ask.tenant) ?? 0) >= WAITING_OF_TENANT_MAX) return 'tenant';
    }
    this.delete(ask.key);
    this.#entries.set(ask.key, { entry: { ask, sinceMs: earlierEntry?.entry.sinceMs ?? nowMs }, renewedMs: nowMs });
    this.#byTenant.set(ask.tenant, (this.#byTenant.get(ask.tenant) ?? 0) + 1);
    return undefined;
  }

  delete(key: string): void {
    const tenant = this.#entries.get(key)?.entry.ask.tenant;
    if (tenant === undefined) return;
    this.#entries.delete(key);
    const tenantEntriesLeft = (this.#byTenant.get(tenant) ?? 0) - 1;
    if (tenantEntriesLeft > 0) this.#byTenant.set(tenant, tenantEntriesLeft);
    else this.#byTenant.delete(tenant);
  }

  list(nowMs: number): readonly WaitingEntry[] {
    this.lapse(nowMs);
    return [...this.#entries.values()].map(({ entry }) => entry);
  }

  lapse(nowMs: number): void {
    for (const [key, { renewedMs }] of this.#entries) {
      if (nowMs - renewedMs < WAITING_MS) return;
      this.delete(key);
    }
  }
}
