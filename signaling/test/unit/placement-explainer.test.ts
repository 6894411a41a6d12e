import { ManualClock } from '@meridian/runtime';
import { beforeEach, expect, test } from 'vitest';
import { PlacementExplainer } from '../../src/clients/placement-explainer.ts';
import { bounds } from '../../src/limits.ts';

let clock: ManualClock;
let asked: string[];
let explainer: PlacementExplainer;
beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  explainer = new PlacementExplainer({
    clock,
    centre: {
      fleet: new Map([['sfu-1', { region: 'fra', city: 'Frankfurt' } as never]]),
      explain: async (decisionId, sessionId) => {
        asked.push(`${decisionId} for ${sessionId}`);
        return { reasons: ['near'], options: [{ nodeId: 'sfu-1', points: 40 }, { nodeId: 'gone' }] };
      },
    },
  });
});

const session = (sessionId = 'PA_1') => ({ sessionId });
const codeOf = (asking: { sessionId: string }, decisionId = 'DE_1'): Promise<unknown> =>
  explainer.explain(asking, decisionId).then(
    () => 'explained',
    (error: { code?: unknown }) => error.code,
  );

test('a client gets the centre’s answer about its session, and the places of the nodes', async () => {
  expect(await explainer.explain(session(), 'DE_1.fra')).toEqual({
    decisionId: 'DE_1.fra',
    reasons: ['near'],
    options: [
      { nodeId: 'sfu-1', points: 40, region: 'fra', city: 'Frankfurt' },
      { nodeId: 'gone', region: '', city: '' },
    ],
  });
  expect(asked).toEqual(['DE_1.fra for PA_1']);
});

test.each(['', 'DE_', 'PA_1', 'DE_1/../2', 'DE_ü', `DE_${'x'.repeat(62)}`])(
  'an invalid decision id leads to no request, and costs no token: %j',
  async (decisionId) => {
    const one = session();
    for (let count = 0; count <= bounds.explainsBurst; count += 1)
      expect(await codeOf(one, decisionId)).toBe('REQUEST_INVALID');
    expect(asked).toEqual([]);
    expect(await codeOf(one)).toBe('explained');
  },
);

test('a session that asks too often has to wait, other sessions do not', async () => {
  const one = session();
  for (let count = 0; count < bounds.explainsBurst; count += 1) expect(await codeOf(one)).toBe('explained');
  await expect(explainer.explain(one, 'DE_1')).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 5000 });
  expect(await codeOf(session('PA_2'))).toBe('explained');
  clock.advance(5000);
  expect([await codeOf(one), await codeOf(one)]).toEqual(['explained', 'RATE_LIMITED']);
  expect(asked).toHaveLength(bounds.explainsBurst + 2);
});

test('a resumed session keeps its rate on its new connection, and takes nothing from others', async () => {
  const burst = Array.from({ length: bounds.explainsBurst }, () => 'explained');
  const codes: unknown[] = [];
  for (let count = 0; count < bounds.allExplainsBurst + bounds.explainsBurst; count += 1)
    codes.push(await codeOf(session('PA_resuming')));
  expect(codes.filter((code) => code === 'explained')).toEqual(burst);
  expect(await codeOf(session('PA_other'))).toBe('explained');
});

test('the number of remembered sessions is bounded: the session that asked longest ago is forgotten', async () => {
  // The clock stands still, so a bucket refills only by being forgotten.
  const boundedExplainer = new PlacementExplainer({
    clock,
    sessionsMax: 2,
    centre: { fleet: new Map(), explain: async () => ({ reasons: [], options: [] }) },
  });
  const codeAt = (sessionId: string) =>
    boundedExplainer.explain(session(sessionId), 'DE_1').then(
      () => 'explained',
      (error: { code?: unknown }) => error.code,
    );
  for (let count = 0; count < bounds.explainsBurst; count += 1) await codeAt('PA_a');
  expect([await codeAt('PA_b'), await codeAt('PA_a')]).toEqual(['explained', 'RATE_LIMITED']);
  expect([await codeAt('PA_c'), await codeAt('PA_a')]).toEqual(['explained', 'explained']);
});

test('all sessions of a signaling node together are held to a rate too', async () => {
  for (let count = 0; count < bounds.allExplainsBurst; count += 1)
    expect(await codeOf(session(`PA_${count}`))).toBe('explained');
  const last = session('PA_last');
  expect(await codeOf(last)).toBe('RATE_LIMITED');
  clock.advance(1000);
  expect(await codeOf(last)).toBe('explained');
});
