// `npm run lab -- library-faults`: files are uploaded and distributed while processes and stores of a whole cloud are
// killed and frozen at random moments. Then: none is lost, none is there twice, and hashes are right.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { closeOwned } from '../../../test/support/owned.ts';
import { countOption, type LabCase, type LabResult, percentile, type Say } from '../../support/case.ts';
import { answered } from './company.ts';
import { strangeDeaths } from './deaths.ts';
import { factsOf } from './facts.ts';
import { Faults } from './faults.ts';
import { hashFindings } from './hashes.ts';
import { type Facts, findingsOf } from './judge.ts';
import { type Ordered, Orders } from './orders.ts';
import { planOf } from './plan.ts';
import { Stage } from './stage.ts';
import { type Uploaded, Uploads } from './uploads.ts';

const LOOK_MS = 2000;

export const libraryFaults: LabCase = {
  name: 'library-faults',
  summary: 'processes and stores killed and frozen under uploads and orders: none lost, none twice, hashes right',
  configure: (command) =>
    void command
      .option('--orders <n>', 'of files in the library', countOption, 200)
      .option('--uploads <n>', 'from 1 kB to 40 MB', countOption, 50)
      .option('--seed <n>', 'of files, orders and faults', countOption, Date.now() % 1_000_000)
      .option('--quiet <s>', 'after the last fault all has to be done within this', countOption, 300)
      .option('--logs <folder>', 'where logs of all processes are kept')
      .option('--sqlite', 'the api has a file for its rows, and not PostgreSQL, which is killed as well'),
  run: async (options, say) => {
    const seed = Number(options['seed']);
    say(`seed ${seed}`);
    const folder = options['logs'];
    try {
      const stage = await Stage.open({ seed, postgres: options['sqlite'] !== true });
      const run = new Run({ stage, seed, say, quietMsMax: 1000 * Number(options['quiet']) });
      try {
        return await run.result({ uploads: Number(options['uploads']), orders: Number(options['orders']) });
      } finally {
        if (folder !== undefined) cpSync(join(stage.cloud.stateDir, 'logs'), String(folder), { recursive: true });
      }
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

interface RunOptions {
  readonly stage: Stage;
  readonly seed: number;
  readonly say: Say;
  /** After the last fault all has to be done within this. */
  readonly quietMsMax: number;
}

class Run {
  readonly #stage: Stage;
  readonly #seed: number;
  readonly #say: Say;
  readonly #quietMsMax: number;
  readonly #uploads: Uploads;
  readonly #orders: Orders;
  readonly #findings: string[] = [];

  constructor({ stage, seed, say, quietMsMax }: RunOptions) {
    this.#stage = stage;
    this.#seed = seed;
    this.#say = say;
    this.#quietMsMax = quietMsMax;
    this.#uploads = new Uploads(stage.company, stage.folder);
    this.#orders = new Orders(stage.company, stage.places);
  }

  async result(counts: { readonly uploads: number; readonly orders: number }): Promise<LabResult> {
    const [stage, seed, say] = [this.#stage, this.#seed, this.#say];
    const beginMs = performance.now();
    const faults = new Faults({ stage, seed, say, cut: () => this.#uploads.cut() });
    const faulty = faults.run();
    let done: { uploaded: Uploaded[]; ordered: Ordered[] };
    try {
      done = await this.#load(counts);
      say(`all is acknowledged after ${seconds(beginMs)} s`);
    } finally {
      faults.stop();
      await faulty;
    }
    this.#findings.push(...faults.findings);
    const quietMs = performance.now();
    say(`the last fault is over after ${seconds(beginMs)} s`);
    const facts = await this.#quiet(done);
    const quietS = Number(seconds(quietMs));
    const hashes = await hashFindings(stage, done);
    const killed = (id: string): number => faults.killed(id);
    const deaths = strangeDeaths(stage.cloud.deaths(), { killed, log: (id) => stage.cloud.log(id) });
    stage.cloud.takeStrangeDeaths();
    const findings = [...this.#findings, ...hashes.findings, ...deaths.findings];
    return {
      params: Object.assign({ seed, store: stage.postgres === undefined ? 'sqlite' : 'postgres' }, counts),
      metrics: {
        faults: Object.fromEntries([...faults.counts].map(([target, ofTarget]) => [target, shownCounts(ofTarget)])),
        uploads: this.#uploadMetrics(done.uploaded),
        orders: { acknowledged: done.ordered.length, again: this.#orders.again },
        deliveries: deliveryMetrics(facts),
        webhooks: repeats(facts.heard.map(({ id }) => id)),
        notified: repeats(facts.notified),
        hashes: hashes.files,
        failedStarts: deaths.failedStarts,
        seconds: { load: Number(seconds(beginMs, quietMs)), quiet: quietS },
        findings: findings.length,
      },
      missed: findings.map((finding) => `seed ${seed}: ${finding}`),
    };
  }

  /** Uploads and orders, each at its time; what fails is a finding. */
  async #load(counts: { readonly uploads: number; readonly orders: number }) {
    const { places } = this.#stage;
    const plan = planOf(this.#seed, Object.assign({ receivers: places.length }, counts));
    const beginMs = performance.now();
    const at = (atMs: number): Promise<void> => delay(Math.max(0, beginMs + atMs - performance.now()));
    const found = <T>(what: string, work: Promise<T>): Promise<T | undefined> =>
      work.catch((error: Error) => {
        this.#findings.push(`${what}: ${error.message}`);
        return undefined;
      });
    const uploads = plan.uploads.map((planned) =>
      found(
        planned.name,
        at(planned.atMs).then(() => this.#uploads.send(planned)),
      ),
    );
    const orders = plan.orders.map((planned, place) =>
      found(
        `order ${place}`,
        at(planned.atMs).then(async () => {
          const uploaded = await uploads[planned.upload];
          return uploaded === undefined ? undefined : await this.#orders.send(planned, uploaded, place);
        }),
      ),
    );
    const uploaded = (await Promise.all(uploads)).filter((one) => one !== undefined);
    const ordered = (await Promise.all(orders)).filter((one) => one !== undefined);
    return { uploaded, ordered };
  }

  /** Looks until nothing is missing and nothing left; what still is then is a finding. */
  async #quiet(done: { readonly uploaded: readonly Uploaded[]; readonly ordered: readonly Ordered[] }): Promise<Facts> {
    const endMs = performance.now() + this.#quietMsMax;
    let last = 0;
    for (;;) {
      const facts = await answered('what is there', () => factsOf(this.#stage, done));
      const findings = findingsOf(facts);
      if (findings.length === 0 || performance.now() > endMs) {
        this.#findings.push(...findings);
        return facts;
      }
      if (findings.length !== last) this.#say(`not quiet yet: ${findings.length}, ${findings[0]}`);
      last = findings.length;
      await delay(LOOK_MS);
    }
  }

  #uploadMetrics(uploaded: readonly Uploaded[]) {
    const tookS = uploaded.map(({ tookMs }) => tookMs / 1000);
    return {
      count: uploaded.length,
      megabytes: Math.round(uploaded.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6),
      p50S: percentile(tookS, 0.5),
      maxS: percentile(tookS, 1),
      again: Object.fromEntries(this.#uploads.again),
    };
  }
}

const seconds = (sinceMs: number, untilMs = performance.now()): string => ((untilMs - sinceMs) / 1000).toFixed(0);

const shownCounts = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

const repeats = (ids: readonly string[]): { distinct: number; repeats: number } => {
  const distinct = new Set(ids).size;
  return { distinct, repeats: ids.length - distinct };
};

function deliveryMetrics({ deliveries }: Facts) {
  const times = deliveries.flatMap(({ createdAt, endedAt }) =>
    endedAt === undefined ? [] : [(Date.parse(endedAt) - Date.parse(createdAt)) / 1000],
  );
  return { count: deliveries.length, p50S: percentile(times, 0.5), maxS: percentile(times, 1) };
}
