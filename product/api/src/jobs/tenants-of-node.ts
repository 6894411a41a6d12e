// Fences are read for each take and not stored with tasks, so a change of keys applies to all waiting tasks at once.
import { isInFence } from '@meridian/protocol';
import type { Database } from '../store/store.ts';
import type { JobsOptions } from './kinds.ts';
import { TENANTS_READ_MAX, type TenantOfKind, tenantsOf } from './waiting-tasks.ts';

/** After a page of tenants whose fence excludes the node, others may follow. */
const PAGES_MAX = 4;
/** Nodes with a position in a long list; beyond the limit, some nodes start over. */
const NODES_MAX = 1000;

export interface TenantsQuery {
  readonly worker: string;
  readonly kinds: readonly string[];
  readonly node: string;
  readonly region: string;
}
export interface FencedTenant extends TenantOfKind {
  readonly fence: string;
}

export class TenantsOfNodes {
  readonly #o: Pick<JobsOptions, 'store' | 'fencesOf'>;
  /** Last tenant read, by node, if there are more tenants than one look reads. */
  readonly #lastTenants = new Map<string, string>();

  constructor(o: Pick<JobsOptions, 'store' | 'fencesOf'>) {
    this.#o = o;
  }

  /** Returns tenants whose fence contains the node's region. A long list continues at the node's next look. */
  async next(o: TenantsQuery): Promise<FencedTenant[]> {
    let isFromFirst = !this.#lastTenants.has(o.node);
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const found = await this.#page(o);
      const fences = await this.#fencesOf(this.#o.store.db, [...new Set(found.map(({ tenant }) => tenant))]);
      const fenced = found.map(({ kind, tenant }) => ({ kind, tenant, fence: fences.get(tenant) ?? '' }));
      const inside = fenced.filter(({ fence }) => isInFence(fence, o.region));
      const isLast = !this.#lastTenants.has(o.node);
      if (inside.length > 0 || (isLast && isFromFirst)) return inside;
      isFromFirst ||= isLast;
    }
    return [];
  }

  /** Returns a tenant's fence; '' means anywhere. */
  async fenceOf(db: Database, tenant: string): Promise<string> {
    return (await this.#fencesOf(db, [tenant])).get(tenant) ?? '';
  }

  async #fencesOf(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return (await this.#o.fencesOf?.(db, tenants)) ?? new Map();
  }

  async #page({ worker, kinds, node }: TenantsQuery): Promise<TenantOfKind[]> {
    const { db } = this.#o.store;
    const lastTenant = this.#lastTenants.get(node);
    let found = await tenantsOf(db, { worker, kinds, after: lastTenant });
    if (found.length === 0 && lastTenant !== undefined)
      found = await tenantsOf(db, { worker, kinds, after: undefined });
    const ends = kinds.flatMap((kind) => {
      const tenants = found.filter((one) => one.kind === kind);
      return tenants.length < TENANTS_READ_MAX ? [] : [tenants.at(-1)?.tenant ?? ''];
    });
    // Continues after the kind that got the least far, so that no tenant is skipped; some may be read twice.
    this.#note(node, ends.toSorted()[0]);
    return found;
  }

  #note(node: string, after: string | undefined): void {
    this.#lastTenants.delete(node);
    if (after !== undefined) this.#lastTenants.set(node, after);
    const [oldest] = this.#lastTenants.keys();
    if (this.#lastTenants.size > NODES_MAX && oldest !== undefined) this.#lastTenants.delete(oldest);
  }
}
