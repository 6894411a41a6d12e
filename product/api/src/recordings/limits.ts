// Checks tenants' limits of recordings, and sends them to nodes, since hosts start recordings in rooms.
import type { Clock, Logger } from '@meridian/runtime';
import { type RecordingAllowed, type RecordingUse, recordingAllowed, recordingUse } from '../access/recording-use.ts';
import { type Tenant, tenantOf, tenantPages } from '../access/tenants.ts';
import { Problem } from '../http/problems.ts';
import type { JobKind } from '../jobs/jobs.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';

export interface RecordingLimitsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  tellLimits(tenant: Tenant, recording: RecordingAllowed): void;
}

/** Interval of updates: minutes of running recordings grow, and months end, without a change of a row. */
const EVERY_MS = 5 * 60_000;

export class RecordingLimits {
  readonly #o: RecordingLimitsOptions;

  constructor(o: RecordingLimitsOptions) {
    this.#o = o;
  }

  /** Rejects with NOT_PERMITTED for a mode that is forbidden, QUOTA_EXCEEDED for one that is not possible now. */
  async check(tenant: string, mode: string): Promise<void> {
    const found = await this.#tenant(tenant);
    if (found === undefined) throw new Problem('NOT_FOUND');
    const allowed = await this.#allowedModes(found);
    if (allowed === 'used')
      throw new Problem('QUOTA_EXCEEDED', 'the tenant has used up its recording minutes of this month, or its storage');
    if (allowed === 'off') throw new Problem('NOT_PERMITTED', 'the tenant is not allowed to record');
    if (allowed === 'tracks' && mode !== '')
      throw new Problem('NOT_PERMITTED', 'the tenant is allowed to record tracks only');
  }

  /** Returns what the tenant has recorded, and its limits. Rejects with NOT_FOUND. */
  async use(tenant: string): Promise<RecordingUse & Pick<Tenant, 'limits'>> {
    const found = await this.#tenant(tenant);
    if (found === undefined) throw new Problem('NOT_FOUND');
    const { bytes, minutes } = await recordingUse(this.#o.db, tenant, this.#o.clock.wallMs());
    return { bytes, minutes, limits: found.limits };
  }

  /** Sends the tenant's new limits to nodes after the commit. */
  changed(trx: Transaction, tenant: string): void {
    const run = async (): Promise<void> => {
      const found = await this.#tenant(tenant);
      if (found !== undefined && isCounted(found)) await this.notifyNodes(found);
    };
    trx.afterCommit({ key: `recording limits ${tenant}`, log: this.#o.log, run });
  }

  async notifyNodes(tenant: Tenant): Promise<void> {
    this.#o.tellLimits(tenant, await this.#allowedModes(tenant));
  }

  get job(): JobKind<unknown> {
    return {
      name: 'recording limits',
      concurrency: 1,
      leaseMs: EVERY_MS,
      every: { ms: EVERY_MS },
      run: async (_, { signal }) => {
        await this.#notifyAll(signal);
        return undefined;
      },
    };
  }

  async #notifyAll(signal: AbortSignal): Promise<void> {
    for await (const tenants of tenantPages(this.#o.db)) {
      if (signal.aborted) return;
      for (const tenant of tenants) if (isCounted(tenant)) await this.notifyNodes(tenant);
    }
  }

  #allowedModes({ id, limits }: Tenant): Promise<RecordingAllowed> {
    return recordingAllowed(this.#o.db, id, { limits, nowMs: this.#o.clock.wallMs() });
  }

  async #tenant(id: string): Promise<Tenant | undefined> {
    const row = await this.#o.db.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirst();
    return row && tenantOf(row);
  }
}

const isCounted = ({ limits }: Tenant): boolean => limits.recordingBytes > 0 || limits.recordingMinutes > 0;
