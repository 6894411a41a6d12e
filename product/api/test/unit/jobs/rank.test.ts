import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BOOST_MS_MAX,
  type Cause,
  DEADLINE_MS_MAX,
  HOT_MS_MAX,
  isUrgent,
  OWN_URGENT_MS,
  orderMs,
  rankOf,
  URGENT_MS,
} from '../../../src/jobs/core/rank.ts';
import { nodeFor } from '../../../src/jobs/core/rendezvous.ts';
import { nextOf } from '../../../src/jobs/core/turns.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const createdMs = 1_800_000_000_000;
const boostMs = (cause: Cause) => createdMs - rankOf({ createdMs, ...cause }).rankMs;
const hot = (heat: number) => ({ heat });

describe('a rank', () => {
  it.each([
    ['nothing', {}, 0],
    ['the system', { order: 'system' }, 0],
    ['an API call', { order: 'api' }, 10 * MINUTE_MS],
    ['a person', { order: 'person' }, 30 * MINUTE_MS],
    ['a rule', { urgent: 'rule' }, URGENT_MS],
    ['an operator', { urgent: 'operator' }, URGENT_MS],
    ['its tenant', { urgent: 'tenant' }, OWN_URGENT_MS],
    ['a deadline far away', { deadlineMs: createdMs + HOUR_MS, workMs: 30 * MINUTE_MS }, 0],
    ['a deadline with room for one attempt', { deadlineMs: createdMs + HOUR_MS, workMs: HOUR_MS }, HOUR_MS],
    ['a deadline that is over', { deadlineMs: 0 }, DEADLINE_MS_MAX],
    ['the first level of heat', hot(1), 10 * MINUTE_MS],
    ['the last level of heat', hot(12), HOT_MS_MAX],
    ['an impossible level of heat', hot(1e9), HOT_MS_MAX],
    ['no heat', hot(0), 0],
  ] satisfies [string, Cause, number][])('is moved up by %s', (_, cause, ms) => {
    expect(boostMs(cause)).toBe(ms);
  });

  it.each([
    ['heat', hot(Number.NaN)],
    ['heat', hot(-5)],
    ['demand of older versions', JSON.parse('{"demand":{"lastHour":9,"hourBefore":1}}')],
    ['work', { deadlineMs: createdMs, workMs: Number.NaN }],
    ['work', { deadlineMs: createdMs, workMs: -1 }],
    ['a deadline', { deadlineMs: Number.NaN }],
    ['a deadline', { deadlineMs: Number.POSITIVE_INFINITY }],
  ] satisfies [string, Cause][])('is not moved by %s of invalid or negative values', (_, cause) => {
    expect(boostMs(cause)).toBe(0);
  });

  it('lists its causes and no others, the strongest first', () => {
    const { rankMs, reasons } = rankOf({ createdMs, urgent: 'rule', order: 'person', ...hot(2), deadlineMs: 0 });
    expect(reasons).toEqual([
      { code: 'urgent', ms: URGENT_MS },
      { code: 'deadline', ms: DEADLINE_MS_MAX },
      { code: 'order', ms: orderMs.person },
      { code: 'hot', ms: 20 * MINUTE_MS },
    ]);
    expect(reasons.reduce((sum, { ms }) => sum + ms, 0)).toBe(createdMs - rankMs);
  });
});

const anyCause: fc.Arbitrary<Cause> = fc.record(
  {
    order: fc.constantFrom('person', 'api', 'system'),
    deadlineMs: fc.oneof(fc.double(), fc.integer({ min: createdMs - 40 * HOUR_MS, max: createdMs + 200 * HOUR_MS })),
    workMs: fc.oneof(fc.double(), fc.integer({ min: 0, max: HOUR_MS })),
    heat: fc.double(),
    urgent: fc.constantFrom('rule', 'operator', 'tenant'),
  },
  { requiredKeys: [] },
);

describe('any cause', () => {
  it('moves a job up by at most BOOST_MS_MAX, and makes it urgent only explicitly', () => {
    fc.assert(
      fc.property(anyCause, (cause) => {
        const { rankMs } = rankOf({ createdMs, ...cause });
        expect(rankMs).toBeLessThanOrEqual(createdMs);
        expect(rankMs).toBeGreaterThanOrEqual(createdMs - BOOST_MS_MAX);
        expect(isUrgent({ created_ms: createdMs, rank_ms: rankMs })).toBe(
          cause.urgent === 'rule' || cause.urgent === 'operator',
        );
      }),
    );
  });
});

interface Arrival {
  readonly afterMs: number;
  readonly tenant: string;
  readonly cause: Cause;
  readonly workMs: number;
  /** Change of a waiting job's cause when this job arrives. */
  readonly change: { readonly index: number; readonly cause: Cause } | undefined;
}
interface Sim {
  readonly id: string;
  readonly tenant: string;
  readonly createdMs: number;
  rankMs: number;
  isUrgent: boolean;
}
interface Started extends Sim {
  /** Tenants with waiting jobs at the time of the start. */
  readonly waiting: ReadonlySet<string>;
}

/** Returns the jobs in the order in which that many workers begin them. */
function simulated(arrivals: readonly Arrival[], workers: number): Started[] {
  const waiting = new Map<string, Sim>();
  const served = new Set<string>();
  const started: Started[] = [];
  const freeAt = Array.from({ length: workers }, () => createdMs);
  const work = new Map<string, number>();
  let nowMs = createdMs;
  const rank = (job: Sim, cause: Cause): void => {
    job.rankMs = rankOf({ createdMs: job.createdMs, ...cause }).rankMs;
    job.isUrgent = isUrgent({ created_ms: job.createdMs, rank_ms: job.rankMs });
  };
  const beginUntil = (untilMs: number): void => {
    for (;;) {
      const worker = freeAt.indexOf(Math.min(...freeAt));
      const atMs = Math.max(freeAt[worker] ?? 0, nowMs);
      const next = atMs > untilMs ? undefined : nextOf(waiting.values(), served);
      if (next === undefined) return;
      if (next.beginsRound) served.clear();
      served.add(next.job.tenant);
      started.push({ ...next.job, waiting: new Set([...waiting.values()].map(({ tenant }) => tenant)) });
      waiting.delete(next.job.id);
      nowMs = atMs;
      freeAt[worker] = atMs + (work.get(next.job.id) ?? 0);
    }
  };
  for (const [index, { afterMs, tenant, cause, workMs, change }] of arrivals.entries()) {
    const atMs = Math.max(nowMs, createdMs) + afterMs;
    beginUntil(atMs);
    nowMs = atMs;
    const job: Sim = { id: `job ${index}`, tenant, createdMs: atMs, rankMs: 0, isUrgent: false };
    rank(job, cause);
    waiting.set(job.id, job);
    work.set(job.id, workMs);
    const changed = [...waiting.values()][change?.index ?? -1];
    if (changed !== undefined && change !== undefined) rank(changed, change.cause);
  }
  beginUntil(Number.POSITIVE_INFINITY);
  return started;
}

const arrivalsOf = (tenants: readonly string[]): fc.Arbitrary<Arrival[]> =>
  fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 4 * HOUR_MS }),
      tenant: fc.constantFrom(...tenants),
      cause: anyCause,
      workMs: fc.integer({ min: 1, max: 12 * HOUR_MS }),
      change: fc.option(fc.record({ index: fc.nat(20), cause: anyCause }), { nil: undefined }),
    }),
    { maxLength: 60 },
  );
const workers = fc.integer({ min: 1, max: 4 });

/** Returns pairs whose first job was made more than BOOST_MS_MAX before the second, and began after it. */
const overtakenPairs = (started: readonly Started[]) =>
  started.flatMap((late, at) =>
    started.slice(0, at).flatMap((early) => (late.createdMs + BOOST_MS_MAX < early.createdMs ? [[early, late]] : [])),
  );

describe('with any arrivals and any number of workers', () => {
  // fast-check prints the seed of a failure.
  it('every job begins before all that were made more than BOOST_MS_MAX later', () => {
    fc.assert(
      fc.property(arrivalsOf(['acme']), workers, (arrivals, count) => {
        const started = simulated(arrivals, count);
        expect(started).toHaveLength(arrivals.length);
        expect(overtakenPairs(started)).toEqual([]);
      }),
    );
  });

  it('every job of a tenant begins before all of that tenant made more than BOOST_MS_MAX later', () => {
    fc.assert(
      fc.property(arrivalsOf(['acme', 'globex', 'initech']), workers, (arrivals, count) => {
        const found = overtakenPairs(simulated(arrivals, count));
        expect(found.filter(([early, late]) => early?.tenant === late?.tenant)).toEqual([]);
      }),
    );
  });

  it('while a tenant waits, each other tenant begins at most two jobs that are not urgent before it', () => {
    fc.assert(
      fc.property(arrivalsOf(['acme', 'globex', 'initech']), workers, (arrivals, count) => {
        for (const tenant of ['acme', 'globex', 'initech']) {
          let otherTenants: string[] = [];
          for (const one of simulated(arrivals, count)) {
            const isOther = one.tenant !== tenant && one.waiting.has(tenant);
            otherTenants = isOther ? [...otherTenants, ...(one.isUrgent ? [] : [one.tenant])] : [];
            for (const each of otherTenants)
              expect(otherTenants.filter((name) => name === each).length).toBeLessThanOrEqual(2);
          }
        }
      }),
    );
  });

  it('a hot job overtakes its tenant’s earlier jobs, and an urgent job overtakes all tenants’', () => {
    const job = (id: string, minute: number, cause: Cause, tenant = 'acme') => {
      const { rankMs } = rankOf({ createdMs: createdMs + minute * MINUTE_MS, ...cause });
      return { id, tenant, rankMs, isUrgent: cause.urgent !== undefined };
    };
    const waiting = [
      job('cold', 0, {}),
      job('hot', 60, hot(9)),
      job('globex', 30, {}, 'globex'),
      job('urgent', 90, { urgent: 'rule' }),
    ];
    const order: string[] = [];
    const waitingById = new Map(waiting.map((one) => [one.id, one]));
    const served = new Set(['acme']);
    for (
      let next = nextOf(waitingById.values(), served);
      next !== undefined;
      next = nextOf(waitingById.values(), served)
    ) {
      if (next.beginsRound) served.clear();
      served.add(next.job.tenant);
      waitingById.delete(next.job.id);
      order.push(next.job.id);
    }
    expect(order).toEqual(['urgent', 'globex', 'hot', 'cold']);
    expect(nextOf([], served)).toBeUndefined();
  });
});

describe('the node of a lane', () => {
  const nodes = Array.from({ length: 5 }, (_, index) => `library-${index}`);
  const lanes = Array.from({ length: 500 }, (_, index) => `LU_${index}`);

  it('does not depend on the order of the nodes, and without nodes there is none', () => {
    for (const lane of lanes) expect(nodeFor(lane, nodes.toReversed())).toBe(nodeFor(lane, nodes));
    expect(nodeFor('lane', [])).toBeUndefined();
  });

  it('is spread evenly over the nodes', () => {
    const counts = nodes.map((node) => lanes.filter((lane) => nodeFor(lane, nodes) === node).length);
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  it('changes only for lanes of a removed node', () => {
    const left = nodes.slice(1);
    for (const lane of lanes) {
      const before = nodeFor(lane, nodes);
      if (before !== nodes[0]) expect(nodeFor(lane, left)).toBe(before);
    }
  });
});
