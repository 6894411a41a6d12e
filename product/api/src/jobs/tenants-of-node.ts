// Tenants whose tasks a node may have now. Fences are read with each look, as keys have them then: nothing of them is
// kept with the tasks, so a change counts for all that wait.
import { isInFence } from '@meridian/protocol';
import type { Database } from '../store/store.ts';
import type { JobsOptions } from './kinds.ts';
import { TENANTS_READ_MAX, type TenantOfKind, tenantsOf } from './waiting-tasks.ts';

/** Of one look: behind tenants that are all fenced out there may be others. */
const PAGES_MAX = 4;
/** That are in the middle of more tenants than one look reads; of more, some begin again. */
const NODES_MAX = 1000;

export interface Look {
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
  /** By node: the last tenant that it has looked at, where there are more than one look reads. */
  readonly #after = new Map<string, string>();

  constructor(o: Pick<JobsOptions, 'store' | 'fencesOf'>) {
    this.#o = o;
  }

  /** Those that let the node's region in. Where there are more than one look reads, each look of the node reads on. */
  async next(o: Look): Promise<FencedTenant[]> {
    let isFromFirst = !this.#after.has(o.node);
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const found = await this.#page(o);
      const fences = await this.#fencesOf(this.#o.store.db, [...new Set(found.map(({ tenant }) => tenant))]);
      const fenced = found.map(({ kind, tenant }) => ({ kind, tenant, fence: fences.get(tenant) ?? '' }));
      const inside = fenced.filter(({ fence }) => isInFence(fence, o.region));
      const isLast = !this.#after.has(o.node);
      if (inside.length > 0 || (isLast && isFromFirst)) return inside;
      isFromFirst ||= isLast;
    }
    return [];
  }

  /** '': its tasks may be done anywhere. */
  async fenceOf(db: Database, tenant: string): Promise<string> {
    return (await this.#fencesOf(db, [tenant])).get(tenant) ?? '';
  }

  async #fencesOf(db: Database, tenants: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return (await this.#o.fencesOf?.(db, tenants)) ?? new Map();
  }

  async #page({ worker, kinds, node }: Look): Promise<TenantOfKind[]> {
    const { db } = this.#o.store;
    const after = this.#after.get(node);
    let found = await tenantsOf(db, { worker, kinds, after });
    if (found.length === 0 && after !== undefined) found = await tenantsOf(db, { worker, kinds, after: undefined });
    const ends = kinds.flatMap((kind) => {
      const tenants = found.filter((one) => one.kind === kind);
      return tenants.length < TENANTS_READ_MAX ? [] : [tenants.at(-1)?.tenant ?? ''];
    });
    // Of the kind that got the least far: what another kind has behind it is read twice, and none is passed over.
    this.#note(node, ends.toSorted()[0]);
    return found;
  }

  #note(node: string, after: string | undefined): void {
    this.#after.delete(node);
    if (after !== undefined) this.#after.set(node, after);
    const [oldest] = this.#after.keys();
    if (this.#after.size > NODES_MAX && oldest !== undefined) this.#after.delete(oldest);
  }
}
