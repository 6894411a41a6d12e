// CPU time of the services, whose processes change with each kill.
import type { TestCloud } from '../../test/support/cloud.ts';
import { registerResource } from '../../test/support/resources.ts';
import { treeCpuMs } from '../capacity/processor.ts';
import { AGENTS, LIBRARY_NODES } from './receivers.ts';

const EVERY_MS = 1000;
const services: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ['api', ['api']],
  ['libraryNodes', LIBRARY_NODES],
  ['redis', ['redis-notices']],
  ['agents', AGENTS],
]);

export class CpuWatch {
  readonly #cloud: TestCloud;
  readonly #first = new Map<number, number>();
  /** By process: a killed process keeps the time of its last look. */
  readonly #last = new Map<number, { readonly service: string; readonly ms: number }>();
  readonly #timer = setInterval(() => this.#look(), EVERY_MS);
  readonly #forget = registerResource('the CPU watch', () => clearInterval(this.#timer));

  constructor(cloud: TestCloud) {
    this.#cloud = cloud;
    this.#look();
  }

  /** Stops. Returns milliseconds of CPU by service. Idempotent. */
  close(): Map<string, number> {
    clearInterval(this.#timer);
    this.#forget();
    const sums = new Map([...services.keys()].map((service) => [service, 0]));
    for (const [pid, { service, ms }] of this.#last)
      sums.set(service, (sums.get(service) ?? 0) + ms - (this.#first.get(pid) ?? 0));
    return sums;
  }

  #look(): void {
    const isFirst = this.#last.size === 0;
    for (const [service, ids] of services)
      for (const id of ids) {
        const pid = this.#cloud.pidIfAny(id);
        const ms = pid === undefined ? undefined : cpuMsOf(pid);
        if (pid === undefined || ms === undefined) continue;
        this.#last.set(pid, { service, ms });
        if (isFirst) this.#first.set(pid, ms);
      }
  }
}

/** Returns undefined for a process that has ended: its supervisor has not started it again yet. */
function cpuMsOf(pid: number): number | undefined {
  try {
    return treeCpuMs(pid);
  } catch (error) {
    if (/has ended|ENOENT|ESRCH/.test(String(error))) return undefined;
    throw error;
  }
}
