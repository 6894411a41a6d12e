// The thirty receivers of a run, six of each kind, and what they have.
import { join } from 'node:path';
import type { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import type { Rest } from './rest.ts';
import { filesIn, type SentFile, type Sinks, takeRightFile } from './sinks.ts';

export const AGENTS_OF_REGION = 3;
const HOSTED_OF_KIND = 6;
const REGIONS = ['frankfurt', 'singapore'] as const;
export const LIBRARY_NODES = ['lib-fra', 'lib-sgp'] as const;
export const AGENTS = ['fra', 'sgp'].flatMap((region) =>
  Array.from({ length: AGENTS_OF_REGION }, (_, at) => (at === 0 ? `rcv-${region}` : `rcv-${region}-${at + 1}`)),
);

interface Receiver {
  readonly id: string;
  readonly name: string;
  readonly kind: 'agent' | 'region' | 's3' | 'sftp' | 'pull';
}

export class Receivers {
  readonly list: readonly Receiver[];
  readonly #byId: ReadonlyMap<string, Receiver>;
  readonly #cloud: TestCloud;
  readonly #sinks: Sinks;

  /** Makes the hosted receivers, and waits for the agents, which the cloud has started. */
  static async of(cloud: TestCloud, sinks: Sinks, rest: Rest): Promise<Receivers> {
    for (const kind of ['region', 's3', 'sftp', 'pull'] as const)
      for (let at = 0; at < HOSTED_OF_KIND; at += 1) {
        const name = `${kind}-${at + 1}`;
        const settings = kind === 'region' ? {} : { settings: sinks.settings(kind, name) };
        const region = REGIONS[at % REGIONS.length];
        await rest.ask('POST', '/distribution/receivers', { name, kind, region, ...settings });
      }
    const list = await until('all receivers are made', async () => {
      const { data } = await rest.ask<{ data: Receiver[] }>('GET', '/distribution/receivers?limit=100');
      return data.length === AGENTS.length + 4 * HOSTED_OF_KIND && data;
    });
    return new Receivers(cloud, sinks, list);
  }

  private constructor(cloud: TestCloud, sinks: Sinks, list: readonly Receiver[]) {
    this.#cloud = cloud;
    this.#sinks = sinks;
    this.list = list;
    this.#byId = new Map(list.map((one) => [one.id, one]));
  }

  /**
   * Returns whether the file of a delivery is there with its hash, and takes it away, so that a second one is seen.
   * Undefined for `region`, whose files are in the library node's own folder.
   */
  async takeRight(id: string, file: SentFile & { readonly delivery: string }): Promise<boolean | undefined> {
    const receiver = this.#byId.get(id);
    if (receiver === undefined) return false;
    const { kind, name } = receiver;
    if (kind === 'region') return undefined;
    return kind === 'agent' ? takeRightFile(this.#filesOf(name), file) : this.#sinks.takeRight(kind, name, file);
  }

  /** Returns how many files are there after all were taken away. */
  async left(): Promise<number> {
    const counts = await Promise.all(AGENTS.map((name) => filesIn(this.#filesOf(name))));
    return counts.reduce((sum, count) => sum + count, 0) + (await this.#sinks.left());
  }

  #filesOf(agent: string): string {
    return join(this.#cloud.stateDir, agent, 'files');
  }
}
