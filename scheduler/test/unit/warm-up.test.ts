// The warm-up: after a restart of the centre the first placements wait for known media nodes. On a manual clock.
import { limits, newId } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { describe, expect, test } from 'vitest';
import { centreMetrics } from '../../src/base/metrics.ts';
import { Centre, type PlaceAnswer } from '../../src/centre/centre.ts';
import { Copy } from '../../src/copying/copy.ts';
import { WARM_UP_MS } from '../../src/fleet/warm-up.ts';
import { Locator } from '../../src/locating/locate.ts';
import { description, frankfurt, noLoad, singapore } from './fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const fra = description({ nodeId: 'sfu-fra', ...frankfurt });
const sgp = description({ nodeId: 'sfu-sgp', region: 'ap', city: 'singapore', ...singapore });
const signaling = description({ nodeId: 'sig-fra', kind: 'signaling' });

interface Setting {
  readonly nodes?: readonly ReturnType<typeof description>[];
  readonly drained?: readonly string[];
  readonly denied?: readonly string[];
  /** Whether an earlier centre over the store has written the settled mark. */
  readonly isSettled?: boolean;
}

/** A restarted centre on a copy with this content, which nodes can reach. */
async function restarted({ nodes = [fra, sgp, signaling], drained = [], denied = [], isSettled = true }: Setting = {}) {
  const clock = new ManualClock();
  const rng = seededRng('warm-up');
  const entries = [
    ...nodes.map((node): [string, string] => [`node/${node.nodeId}`, JSON.stringify(node)]),
    ...drained.map((id): [string, string] => [`drain/${id}`, JSON.stringify('kernel')]),
    ...denied.map((nodeId): [string, string] => [
      `deny/${nodeId}`,
      JSON.stringify({ nodeId, reason: 'stolen', sinceWallMs: 0 }),
    ]),
    ...(isSettled ? [['settled', 'true'] as [string, string]] : []),
  ];
  const done = (): Promise<void> => Promise.resolve();
  const written: string[] = [];
  const put = async (key: string): Promise<void> => {
    written.push(key);
  };
  const store = { load: async () => entries, put, remove: done, close: done };
  const copy = new Copy({ store, clock, log, onFailure: () => undefined });
  const locator = new Locator({ geo: { locate: () => undefined }, developmentCities: true });
  const metrics = centreMetrics(createMetrics({ service: 'scheduler' }));
  const centre = new Centre({ clock, rng, log, metrics, copy, locator });
  await centre.restore();
  centre.listening();
  const register = (node: ReturnType<typeof description>) =>
    centre.register({ description: node, rooms: [], load: noLoad });
  const answers: PlaceAnswer[] = [];
  const ask = async (fromCity: string): Promise<void> => {
    const sessionId = newId('PA_', (count) => rng.bytes(count));
    const request = { roomKey: 't/r', sessionId, clientIp: '', fromCity, avoidNodeIds: [], regionPin: '' };
    answers.push(await centre.place(request, signaling.nodeId));
  };
  return { clock, centre, register, ask, answers, written };
}
/** Lets all queued microtasks and immediates run. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const nodeOf = (answer: PlaceAnswer | undefined) =>
  answer?.record.decision.ok === true ? answer.record.decision.nodeId : undefined;

describe('a placement in the first moment after a restart', () => {
  test('waits for the media nodes of the copy, and names the wait in its reasons', async () => {
    const { clock, centre, register, ask, answers } = await restarted();
    register(signaling);
    register(fra);
    const asked = ask('singapore');
    await settle();
    clock.advance(430);
    await settle();
    expect(answers).toEqual([]);
    register(sgp);
    await asked;
    expect(nodeOf(answers[0])).toBe('sfu-sgp');
    const waited = 'waited 430 ms for the fleet after a start of the centre: 2 of 2 media nodes were back';
    expect(answers[0]?.record.waited).toBe(waited);
    const shown = centre.placing.explain(answers[0]?.record.decisionId ?? '');
    expect(shown?.explanation.lines).toContain(`Before deciding, the centre ${waited}.`);
    expect(shown?.explanation.isReproduced).toBe(true);
  });

  test('waits at most WARM_UP_MS, then goes to an available node, and names the missing nodes', async () => {
    const { clock, register, ask, answers } = await restarted();
    register(signaling);
    register(fra);
    const asked = ask('singapore');
    clock.advance(WARM_UP_MS - 1);
    await settle();
    expect(answers).toEqual([]);
    clock.advance(1);
    await asked;
    expect(nodeOf(answers[0])).toBe('sfu-fra');
    expect(answers[0]?.record.waited).toBe(
      'waited 1500 ms for the fleet after a start of the centre: 1 of 2 media nodes were back, not sfu-sgp',
    );
    await ask('singapore');
    expect(answers[1]?.record.waited).toBe('');
  });

  test('keeps its turn, so that the join that came first is placed first', async () => {
    const { clock, register, ask, answers } = await restarted();
    register(signaling);
    register(fra);
    const asked = [ask('frankfurt'), ask('singapore'), ask('tokyo')];
    clock.advance(100);
    register(sgp);
    await Promise.all(asked);
    const decided = answers.toSorted((a, b) => a.record.version - b.record.version);
    expect(decided.map((answer) => answer.record.location.label)).toEqual(['Frankfurt', 'Singapore', 'Tokyo']);
  });

  const rows: { name: string; setting: Setting }[] = [
    { name: 'a store that remembers that there were no nodes', setting: { nodes: [] } },
    { name: 'a copy with signaling nodes only', setting: { nodes: [signaling] } },
    { name: 'a node that drains', setting: { nodes: [sgp, signaling], drained: ['sfu-sgp'] } },
    { name: 'a node that is shut out', setting: { nodes: [sgp, signaling], denied: ['sfu-sgp'] } },
  ];
  test.each(rows)('waits for no node: $name', async ({ setting }) => {
    const { clock, register, ask, answers } = await restarted(setting);
    register(signaling);
    register(fra);
    await ask('frankfurt');
    expect([nodeOf(answers[0]), answers[0]?.record.waited]).toEqual(['sfu-fra', '']);
    expect(clock.nowMs()).toBe(0);
  });

  test('of a signaling node whose link closes meanwhile is still answered', async () => {
    const { clock, centre, register, ask, answers } = await restarted();
    register(signaling);
    register(fra);
    const asked = ask('frankfurt');
    centre.linkDown(signaling.nodeId);
    clock.advance(WARM_UP_MS);
    await asked;
    expect(nodeOf(answers[0])).toBe('sfu-fra');
  });

  test('waits for the full time when a node remembers a term that the store has forgotten', async () => {
    const { clock, centre, register, ask, answers } = await restarted({ nodes: [] });
    clock.advance(400);
    centre.warmUp.waitFullTime();
    register(signaling);
    register(fra);
    const asked = ask('frankfurt');
    clock.advance(WARM_UP_MS - 401);
    await settle();
    expect(answers).toEqual([]);
    clock.advance(1);
    await asked;
    expect(answers[0]?.record.waited).toContain('whose store remembered no nodes');
    // A later report of the term does not restart the wait.
    centre.warmUp.waitFullTime();
    expect(centre.warmUp.isWaiting).toBe(false);
  });

  test('waits for the full time over a store that knows no earlier centre, because the store may have lost its memory', async () => {
    const { clock, register, ask, answers, written } = await restarted({ nodes: [sgp], isSettled: false });
    register(signaling);
    register(sgp);
    const asked = ask('frankfurt');
    clock.advance(WARM_UP_MS - 1);
    await settle();
    expect(answers).toEqual([]);
    expect(written).not.toContain('settled');
    register(fra);
    clock.advance(1);
    await asked;
    expect(nodeOf(answers[0])).toBe('sfu-fra');
    expect(written).toContain('settled');
  });

  test('waits again at the next centre when this one ends before the wait is over', async () => {
    const { centre, written } = await restarted({ nodes: [], isSettled: false });
    expect(centre.warmUp.isWaiting).toBe(true);
    centre.end();
    expect(centre.warmUp.isWaiting).toBe(false);
    expect(written).not.toContain('settled');
  });

  test('waits again when a node names a forgotten term after all nodes of the copy are back', async () => {
    const { clock, centre, register } = await restarted();
    register(fra);
    register(sgp);
    expect(centre.warmUp.isWaiting).toBe(false);
    clock.advance(300);
    centre.warmUp.waitFullTime();
    expect(centre.warmUp.isWaiting).toBe(true);
    clock.advance(WARM_UP_MS - 300);
    expect(centre.warmUp.isWaiting).toBe(false);
  });

  test('does not end its wait with the last node of the copy once a node has named a forgotten term', async () => {
    const { clock, centre, register } = await restarted();
    centre.warmUp.waitFullTime();
    register(fra);
    register(sgp);
    expect(centre.warmUp.isWaiting).toBe(true);
    clock.advance(WARM_UP_MS);
    expect(centre.warmUp.isWaiting).toBe(false);
  });

  test('comes before any node can die, even when the centre stalls after its start, because it then excuses all nodes', async () => {
    const { clock, centre } = await restarted();
    clock.advance(60_000);
    centre.tick();
    expect(centre.fleet.get('sfu-fra')?.liveness).toBe('suspect');
    clock.advance(limits.deadAfterMs);
    centre.tick();
    expect(centre.fleet.get('sfu-fra')?.liveness).toBe('suspect');
  });

  test('does not wait when a node names an earlier term long after the centre became reachable', async () => {
    const { clock, centre } = await restarted({ nodes: [] });
    clock.advance(WARM_UP_MS);
    centre.warmUp.waitFullTime();
    expect(centre.warmUp.isWaiting).toBe(false);
  });

  test('continues when the centre is stopped', async () => {
    const { centre, register, ask, answers } = await restarted();
    register(signaling);
    register(fra);
    const asked = ask('singapore');
    centre.warmUp.end();
    centre.warmUp.end();
    await asked;
    expect(answers).toHaveLength(1);
  });

  test('waits much less than a signaling node waits for the answer, and than a node may be silent before its death', () => {
    expect(WARM_UP_MS).toBeLessThanOrEqual(limits.suspectAfterMs / 2);
  });

  test('waits longer than the pause of any node before it dials the centre again', () => {
    expect(WARM_UP_MS).toBeGreaterThan(limits.centreBackoffMs.max);
  });
});
