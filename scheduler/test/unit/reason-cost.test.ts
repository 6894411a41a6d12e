// The words of an explanation cost as much as the placement, so they are made only when a client asks for them.
import { newId } from '@meridian/protocol';
import { createLogger, createMetrics, ManualClock, seededRng } from '@meridian/runtime';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { centreMetrics } from '../../src/base/metrics.ts';
import { Centre } from '../../src/centre/centre.ts';
import { Copy } from '../../src/copying/copy.ts';
import { Locator } from '../../src/locating/locate.ts';
import { policy } from '../../src/placing/core/policy.ts';
import { description, frankfurt, noLoad, singapore } from './fixtures.ts';

const log = createLogger({ name: 'test', level: 'silent' });
const signaling = description({ nodeId: 'sig-fra', kind: 'signaling' });
const rng = seededRng('words');
const newSession = () => newId('PA_', (count) => rng.bytes(count));
let centre: Centre;
let words: { readonly mock: { readonly calls: unknown[] } }[];

beforeEach(() => {
  const clock = new ManualClock();
  const done = (): Promise<void> => Promise.resolve();
  const store = { load: async () => [], put: done, remove: done, close: done };
  const copy = new Copy({ store, clock, log, onFailure: () => undefined });
  const locator = new Locator({ geo: { locate: () => undefined }, developmentCities: true });
  const metrics = centreMetrics(createMetrics({ service: 'scheduler' }));
  centre = new Centre({ clock, rng, log, metrics, copy, locator });
  const fleet = [
    signaling,
    description({ nodeId: 'sfu-fra', ...frankfurt }),
    description({ nodeId: 'sfu-sgp', region: 'ap', city: 'singapore', ...singapore }),
  ];
  for (const one of fleet) centre.register({ description: one, rooms: [], load: noLoad });
  words = policy.scores.map(({ rule }) => vi.spyOn(rule, 'reason'));
});
afterEach(() => vi.restoreAllMocks());

const reasonCalls = (): number => words.reduce((sum, { mock }) => sum + mock.calls.length, 0);
const place = async (sessionId: string, regionPin = '') => {
  const request = { roomKey: 't/r', sessionId, clientIp: '', fromCity: 'singapore', avoidNodeIds: [], regionPin };
  return (await centre.place(request, signaling.nodeId)).record;
};

test('a placement makes no words of scores; a later explanation makes them for the unchanged decision', async () => {
  const sessionId = newSession();
  const { decisionId, reasons, decision } = await place(sessionId);
  expect(decision).toMatchObject({ ok: true, nodeId: 'sfu-sgp' });
  expect(reasons).toEqual(['the city was named by the client (development)']);
  for (let count = 0; count < 20; count += 1) await place(newSession());
  expect(reasonCalls()).toBe(0);
  const { record, explanation } = centre.placing.explainToSession(decisionId, sessionId);
  expect(reasonCalls()).toBe(2 * policy.scores.length);
  expect(record.decision).toEqual(decision);
  expect(explanation.scores.map((row) => row.nodeId)).toEqual(['sfu-sgp', 'sfu-fra']);
  expect(explanation.reasons).toHaveLength(1 + policy.scores.length);
  // The room was empty, and no session was charged, when it was decided.
  expect(explanation.reasons).toContain('load: 0 % of its capacity charged');
  expect(explanation.reasons).toContain('room: the room is new');
  expect(centre.placing.explain(decisionId)?.explanation.isReproduced).toBe(true);
});

test('a refusal gives its reasons at once, because it has no other content', async () => {
  const { decision, reasons } = await place(newSession(), 'moon');
  expect(decision.ok).toBe(false);
  expect(reasons.some((reason) => reason.includes('region-pin'))).toBe(true);
});

test('an operator’s reason for taking a node out stays with the operator: a refusal names the filter, the explanation for administrators the words', async () => {
  const incident = 'incident 4711: disk of customer ACME is failing';
  await centre.drain('sfu-fra', incident);
  await centre.cordon('sfu-sgp', incident);
  const { decisionId, decision, reasons } = await place(newSession());
  expect(decision.ok).toBe(false);
  expect(reasons.filter((reason) => reason.includes('not-draining'))).toHaveLength(2);
  expect(reasons.join('\n')).not.toContain('ACME');
  expect(centre.placing.explain(decisionId)?.explanation.lines.join('\n')).toContain(incident);
});

test('a decision is explained to the session that it placed, and to no other', async () => {
  const [one, another] = [newSession(), newSession()];
  const { decisionId } = await place(one);
  const { decisionId: other } = await place(another);
  const unknown = expect.objectContaining({ code: 'DECISION_UNKNOWN' });
  expect(() => centre.placing.explainToSession(decisionId, another)).toThrow(unknown);
  expect(() => centre.placing.explainToSession(other, one)).toThrow(unknown);
  expect(() => centre.placing.explainToSession('DE_0000000000000000', one)).toThrow(unknown);
  expect(centre.placing.explainToSession(other, another).record.want.sessionId).toBe(another);
});
