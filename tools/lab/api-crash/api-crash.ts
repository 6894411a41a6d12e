// `npm run lab -- api-crash`: a whole cloud whose api, signaling nodes (which own rooms) and database are killed at
// random moments, while a company's requests and people's visits go on. Then: nothing acknowledged is lost, nothing is
// there twice, the events of every room are one story, and its webhooks came in order.
import { setTimeout as delay } from 'node:timers/promises';
import { seededRng } from '@meridian/runtime';
import { SignJWT } from 'jose';
import { tenantScopes } from '../../../api/src/access/core/scopes.ts';
import { Operations } from '../../../api/test/support/killed/operations.ts';
import { type Postgres, startPostgres } from '../../../api/test/support/postgres.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { until } from '../../../test/support/poll.ts';
import { countOption, type LabCase, type LabResult, type Say } from '../../support/case.ts';
import { Kills } from '../../support/kills.ts';
import { faultsOfLife, faultsOfReceived, type Heard } from './judge.ts';
import { People } from './people.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const LANES = 12;
/** Of the operations so many in a hundred are visits to rooms. */
const VISITS = 20;
const STAYING = 6;
const FAULTS_SHOWN = 30;
/**
 * A visit is sure to be reported if its owner lived for so long after it, or if it lasted longer than an owner needs.
 */
const TOLD_MS = 5000;
const TAKEN_OVER_MS = 40_000;
const DATABASE_AWAY_MS = 1500;
const SETTLED_MS_MAX = 90_000;

interface Options {
  readonly operations: number;
  readonly seconds: number;
  readonly seed: number;
}

export const apiCrash: LabCase = {
  name: 'api-crash',
  summary:
    'api, owners of rooms and database killed at random moments: what was acknowledged is kept, and reported once',
  configure: (command) =>
    void command
      .option('--operations <n>', 'requests and visits', countOption, 1000)
      .option('--seconds <n>', 'over which they begin', countOption, 80)
      .option('--seed <n>', 'of operations and moments', countOption, 19)
      .option('--postgres', 'on PostgreSQL, which is killed as well; else on SQLite'),
  run: async (options, say) => {
    const [operations, seconds] = [Number(options['operations']), Number(options['seconds'])];
    const o = { operations, seconds, seed: Number(options['seed']) };
    const postgres = options['postgres'] === true ? await startPostgres() : undefined;
    const receiver = await startReceiver(seededRng(`receiver ${o.seed}`));
    try {
      const apiConfig = {
        egressAllow: ['127.0.0.0/8'],
        ...(postgres && { databaseUrl: await postgres.database() }),
      };
      const cloud = await TestCloud.start({
        extraArgs: ['--log-level', 'warn', '--api-config', JSON.stringify(apiConfig)],
      });
      try {
        return await campaign({ ...o, cloud, receiver, postgres }, say);
      } finally {
        await cloud.stop();
      }
    } finally {
      await receiver.close();
      await postgres?.stop();
    }
  },
};

interface Campaign extends Options {
  readonly cloud: TestCloud;
  readonly receiver: Receiver;
  readonly postgres: Postgres | undefined;
}

async function campaign(o: Campaign, say: Say): Promise<LabResult> {
  const { cloud, receiver, seed } = o;
  const company = new Company(cloud);
  const { secret } = await company.ask('POST', '/webhooks', { url: receiver.url });
  receiver.trust(String(secret));
  const rng = seededRng(`operations ${seed}`);
  const operations = new Operations({ url: () => cloud.pageUrl, token: () => company.token(), rng });
  const people = new People(cloud, seededRng(`people ${seed}`));
  for (let at = 0; at < STAYING; at += 1) await people.visit(1_000_000 + at, true);

  const killing = new Killing(o, say);
  const killed = killing.untilStopped();
  const choice = seededRng(`choice ${seed}`);
  const beginMs = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < o.operations) {
      const index = next++;
      await delay(Math.max(0, beginMs + (index * o.seconds * 1000) / o.operations - performance.now()));
      await (choice.int(100) < VISITS ? people.visit(index) : operations.next(index));
    }
  };
  try {
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    killing.stop();
    await killed;
  }
  say(`all is acknowledged after ${((performance.now() - beginMs) / 1000).toFixed(0)} s, ${operations.sent} requests`);
  const faults = await operations.faults();
  say(`requests looked at after ${((performance.now() - beginMs) / 1000).toFixed(0)} s`);
  people.leave();
  const { lives, events } = await company.settled(receiver, say);
  for (const sid of lives) {
    const ofLife = events.filter(({ room }) => room?.sid === sid).sort((a, b) => a.sequence - b.sequence);
    faults.push(...faultsOfLife(sid, ofLife));
  }
  faults.push(...faultsOfReceived(receiver.received, events));
  if (receiver.forged() > 0) faults.push(`${receiver.forged()} webhooks had no good signature`);
  const told = new Set(
    events.filter(({ event }) => event === 'participant_joined').map((e) => e.participant?.identity),
  );
  const must = people.stays.filter(({ joinedMs, leftMs = Number.POSITIVE_INFINITY }) => {
    const wasKilled = killing.moments.some((atMs) => atMs > joinedMs - TOLD_MS && atMs < joinedMs + TOLD_MS);
    return !wasKilled || leftMs - joinedMs > TAKEN_OVER_MS;
  });
  for (const { identity } of must) if (!told.has(identity)) faults.push(`${identity} was there and was never reported`);
  for (const fault of faults.slice(0, FAULTS_SHOWN)) say(fault);
  return {
    params: { operations: o.operations, seed, store: o.postgres === undefined ? 'sqlite' : 'postgres' },
    metrics: {
      requests: operations.sent,
      ...Object.fromEntries([...killing.counts].map(([what, count]) => [`killed.${what}`, count])),
      visits: people.stays.length,
      lives: lives.length,
      events: events.length,
      webhooks: receiver.received.length,
      faults: faults.length,
    },
    missed:
      faults.length === 0 ? [] : ['nothing acknowledged is lost or there twice, all is reported once and in order'],
  };
}

/** Kills one after another, none so often that its supervisor gives it up for a while. */
class Killing {
  readonly #o: Campaign;
  readonly #say: Say;
  readonly #ending = new AbortController();
  readonly counts = new Map<string, number>();
  readonly moments: number[] = [];

  constructor(o: Campaign, say: Say) {
    this.#o = o;
    this.#say = say;
  }

  async untilStopped(): Promise<void> {
    const { cloud, postgres, seed } = this.#o;
    const rng = seededRng(`kills ${seed}`);
    const kills = new Kills();
    const victims = ['api', 'api', 'sig-fra', 'sig-sgp', ...(postgres === undefined ? [] : ['database'])];
    for (;;) {
      if (!(await this.#pause(2000 + rng.int(5000)))) return;
      const victim = victims[rng.int(victims.length)] ?? 'api';
      if (!kills.mayDie(victim)) continue;
      kills.note(victim);
      this.moments.push(performance.now());
      this.counts.set(victim, (this.counts.get(victim) ?? 0) + 1);
      this.#say(`kill -9 ${victim}`);
      if (victim !== 'database' || postgres === undefined) {
        await until(`${victim} runs`, () => isRunning(cloud, victim));
        cloud.kill(victim);
        continue;
      }
      await postgres.kill();
      await delay(rng.int(DATABASE_AWAY_MS));
      await postgres.restart();
    }
  }

  stop(): void {
    this.#ending.abort();
  }

  async #pause(ms: number): Promise<boolean> {
    await delay(ms, undefined, { signal: this.#ending.signal }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
    return !this.#ending.signal.aborted;
  }
}

function isRunning(cloud: TestCloud, id: string): boolean {
  try {
    return cloud.pid(id) > 0;
  } catch {
    return false; // it is being started again
  }
}

class Company {
  readonly #cloud: TestCloud;

  constructor(cloud: TestCloud) {
    this.#cloud = cloud;
  }

  token(): Promise<string> {
    const { key, secret } = this.#cloud.secrets().devKey;
    return new SignJWT({ scope: tenantScopes.join(' ') })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(key)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(Buffer.from(secret));
  }

  async ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const answer = await fetch(`${this.#cloud.pageUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token()}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }

  /** When every room is over and the receiver has heard of it: all lives, all events. */
  async settled(receiver: Receiver, say: Say): Promise<{ readonly lives: string[]; readonly events: Heard[] }> {
    let open = '';
    return until(
      'every room is over and reported',
      async () => {
        const lives = await this.#all('/room-lives');
        const going = lives.filter((life) => life['endedAt'] === undefined);
        open = `${going.map(({ sid, room }) => `${room} ${sid}`).join(', ')} not over`;
        if (going.length > 0) return undefined;
        const events = (await this.#all('/events')) as unknown as Heard[];
        const heard = new Set(receiver.received.map(({ id }) => id));
        const unheard = events.filter(({ id }) => !heard.has(id));
        open = `not heard of: ${unheard.map(({ id, event, sequence }) => `${event} ${sequence} ${id}`).join(', ')}`;
        if (unheard.length > 0) return undefined;
        return { lives: lives.map(({ sid }) => String(sid)), events };
      },
      SETTLED_MS_MAX,
    ).catch((error: Error) => {
      say(open);
      throw error;
    });
  }

  async #all(path: string): Promise<Record<string, unknown>[]> {
    const rows: Record<string, unknown>[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.ask('GET', `${path}?limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      rows.push(...(page['data'] as Record<string, unknown>[]));
      cursor = page['nextCursor'] as string | undefined;
    } while (cursor !== undefined);
    return rows;
  }
}
