// What the placement, the moves and the routes are worth, on a small world: people trickle into global rooms of five
// (built-in geography, one seed). The limits stand half-way between what the code reaches and what it would reach if
// nothing were moved, if no path had a relay, or if the ingress were chosen without round trips: each of these was
// planted once. The aims themselves need measured round trips and more rooms: `npm run sim -- --suite table`.
import { beforeAll, describe, expect, test } from 'vitest';
import { metricsOf, regretsOf } from '../../sim/judge.ts';
import { checkedOptions, strategiesOption } from '../../sim/options.ts';
import { type SimRun, simulate } from '../../sim/run.ts';

const REGRET_MEAN_MAX = 0.037;
const SHARE_OF_NEAREST_RELAY_MAX = 0.2;
/** Rivals with the same moves get there too, but more slowly. */
const SHARE_OF_SAME_MOVES_MAX = 1.2;
const INGRESS_OVER_10_MS_MAX = 0.1;

describe('in rooms that people trickle into, ours', () => {
  let run: SimRun;
  beforeAll(async () => {
    const strategies = strategiesOption('ours,nearest-relay,nearest-relay-moves');
    const world = { nodes: 20, cities: 10, rooms: 30, size: 5, seed: '3', mode: 'relay', oracle: true };
    run = await simulate(checkedOptions({ ...world, strategies }), () => undefined);
  });
  const of = (name: string) => {
    const found = run.runs.find(({ strategy }) => strategy.name === name);
    if (found === undefined) throw new Error(`${name} did not run`);
    return found;
  };
  const regretMean = (name: string): number => regretsOf(of(name)).regretMean;

  test('is close to the best there is, which it never beats', () => {
    expect(run.result.params).toMatchObject({ arrivals: 'trickle', size: 5 });
    expect(run.result.missed).toEqual([]);
    expect(regretMean('ours')).toBeGreaterThan(0);
    expect(regretMean('ours')).toBeLessThan(REGRET_MEAN_MAX);
  });

  test('has a fraction of the regret of nearest sites with relays', () => {
    expect(regretMean('ours') / regretMean('nearest-relay')).toBeLessThan(SHARE_OF_NEAREST_RELAY_MAX);
  });

  test('is as good as nearest sites with relays and the same moves', () => {
    expect(regretMean('ours') / regretMean('nearest-relay-moves')).toBeLessThan(SHARE_OF_SAME_MOVES_MAX);
  });

  test('puts nearly everybody at once on a host that is nearly the nearest', () => {
    expect(metricsOf(of('ours'), run.world).ingressOver10MsShare).toBeLessThan(INGRESS_OVER_10_MS_MAX);
  });
});
