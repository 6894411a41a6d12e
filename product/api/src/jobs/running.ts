import type { RemoteKind } from './kinds.ts';

interface Place {
  readonly kind: string;
  readonly tenant: string;
  readonly lane: string;
}

export class Running {
  readonly #kinds: ReadonlyMap<string, RemoteKind<unknown>>;
  readonly #jobs: Place[];

  constructor(kinds: ReadonlyMap<string, RemoteKind<unknown>>, jobs: readonly Place[]) {
    this.#kinds = kinds;
    this.#jobs = [...jobs];
  }

  add({ kind, tenant, lane }: Place): void {
    this.#jobs.push({ kind, tenant, lane });
  }

  isFull(job: Place): boolean {
    return this.isTenantFull(job) || this.isLaneFull(job);
  }

  isTenantFull({ kind, tenant }: Omit<Place, 'lane'>): boolean {
    const max = this.#kinds.get(kind)?.perTenant;
    return max !== undefined && this.#jobs.filter((one) => one.kind === kind && one.tenant === tenant).length >= max;
  }

  isLaneFull({ kind, lane }: Pick<Place, 'kind' | 'lane'>): boolean {
    const max = this.#kinds.get(kind)?.perLane;
    return max !== undefined && this.#jobs.filter((one) => one.kind === kind && one.lane === lane).length >= max;
  }

  fullLanes(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const kind of new Set(this.#jobs.map((one) => one.kind))) {
      const lanes = new Set(this.#jobs.filter((one) => one.kind === kind).map(({ lane }) => lane));
      found.set(
        kind,
        [...lanes].filter((lane) => this.isLaneFull({ kind, lane })),
      );
    }
    return found;
  }
}
