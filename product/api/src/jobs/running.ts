import type { RemoteKind } from './kinds.ts';

interface RunningJob {
  readonly kind: string;
  readonly tenant: string;
  readonly lane: string;
}

export class RunningJobs {
  readonly #kinds: ReadonlyMap<string, RemoteKind<unknown>>;
  readonly #jobs: RunningJob[];

  constructor(kinds: ReadonlyMap<string, RemoteKind<unknown>>, jobs: readonly RunningJob[]) {
    this.#kinds = kinds;
    this.#jobs = [...jobs];
  }

  add({ kind, tenant, lane }: RunningJob): void {
    this.#jobs.push({ kind, tenant, lane });
  }

  isFull(job: RunningJob): boolean {
    return this.isTenantFull(job) || this.isLaneFull(job);
  }

  isTenantFull({ kind, tenant }: Omit<RunningJob, 'lane'>): boolean {
    const max = this.#kinds.get(kind)?.perTenant;
    return max !== undefined && this.#jobs.filter((one) => one.kind === kind && one.tenant === tenant).length >= max;
  }

  isLaneFull({ kind, lane }: Pick<RunningJob, 'kind' | 'lane'>): boolean {
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
