// What other policies between cost first and experience first would have cost and gained, over REST: the trace that the
// simulator plays again (`npm run sim -- --suite policies`), and what it found.
import type { Clock, Rng } from '@meridian/runtime';
import { Type } from 'typebox';
import type { CentreViews } from '../console/centre-views.ts';
import { pricesOf, shownPrices } from '../cost/settings.ts';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import { Time, timeMs, timeText } from '../http/time.ts';
import type { Database } from '../store/store.ts';
import { addComparison, COMPARISONS_MAX, listComparisons } from './comparisons.ts';
import { fleetOf, PEOPLE_MAX, type Span } from './rooms-taken.ts';
import { NewPolicyComparison, PolicyComparison, PolicyTrace } from './schemas.ts';
import { BEGUN_BEFORE_MS, SESSIONS_MAX, SPAN_MS_MAX, traceRooms } from './trace.ts';

const HOUR_MS = 3_600_000;
const SPAN_HOURS = 6;
const ROOMS_USUAL = 1000;
const ROOMS_MAX = 5000;

const ofOperator = { tag: 'Console', scope: 'operator' } as const;

const getPolicyTrace = operation({
  id: 'getPolicyTrace',
  method: 'GET',
  path: '/cost/trace',
  ...ofOperator,
  summary:
    'Sessions of a span without names, with the fleet as it is now: what the simulator plays under other policies.',
  description: `A fair sample of the rooms with two people or more of known places; of larger rooms than ${PEOPLE_MAX} people the first ${PEOPLE_MAX} to come. At most ${SESSIONS_MAX.toLocaleString('en')} sessions; none that began more than ${BEGUN_BEFORE_MS / HOUR_MS} hours before \`from\`.`,
  query: Type.Object({
    from: Type.Optional({ ...Time, description: `Default: ${SPAN_HOURS} hours before \`to\`; at most 24.` }),
    to: Type.Optional({ ...Time, description: 'Default: now.' }),
    rooms: Type.Optional(
      Type.Integer({ minimum: 1, maximum: ROOMS_MAX, default: ROOMS_USUAL, description: 'Of the sample, at most.' }),
    ),
  }),
  answers: { 200: PolicyTrace },
});
const listPolicyComparisons = operation({
  id: 'listPolicyComparisons',
  method: 'GET',
  path: '/cost/policies',
  ...ofOperator,
  summary: 'What other policies would have cost and gained, the newest comparison first.',
  answers: { 200: Type.Object({ comparisons: Type.Array(PolicyComparison) }, { title: 'PolicyComparisons' }) },
});
const createPolicyComparison = operation({
  id: 'createPolicyComparison',
  method: 'POST',
  path: '/cost/policies',
  ...ofOperator,
  summary: 'Keep what the simulator found.',
  description: `The ${COMPARISONS_MAX} newest are kept.`,
  body: NewPolicyComparison,
  answers: { 201: PolicyComparison },
});

export interface PoliciesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly console: { readonly views: Pick<CentreViews, 'cloud'> };
}

export function addPolicyOperations(routes: Routes, o: PoliciesDeps): void {
  const { db, clock } = o;
  routes.add(getPolicyTrace, async ({ query }) => {
    const nowMs = Math.floor(clock.wallMs());
    const span = spanOf(query, nowMs);
    const { nodes, links } = await o.console.views.cloud();
    const fleet = fleetOf(nodes, links);
    const roomsMax = query.rooms ?? ROOMS_USUAL;
    const found = await traceRooms(db, { span, nodes: fleet.nodes, roomsMax, nowMs });
    const { prices } = await pricesOf(db);
    return {
      body: { from: timeText(span.fromMs), to: timeText(span.toMs), ...found, ...fleet, prices: shownPrices(prices) },
    };
  });
  routes.add(listPolicyComparisons, async () => ({ body: { comparisons: await listComparisons(db) } }));
  routes.add(createPolicyComparison, ({ body, atomically }) => {
    if (!(timeMs(body.from) < timeMs(body.to))) throw wrong('/from', 'is before `to`');
    return atomically(async (trx) => ({ body: await addComparison(trx, body, o) }));
  });
}

const wrong = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });

function spanOf({ from, to }: { from?: string; to?: string }, nowMs: number): Span {
  const toMs = to === undefined ? nowMs : timeMs(to);
  const fromMs = from === undefined ? toMs - SPAN_HOURS * HOUR_MS : timeMs(from);
  if (!(toMs <= nowMs)) throw wrong('?to', 'is not in the future');
  if (!(fromMs < toMs && toMs - fromMs <= SPAN_MS_MAX)) throw wrong('?from', 'is before `to`, by at most 24 hours');
  return { fromMs, toMs };
}
