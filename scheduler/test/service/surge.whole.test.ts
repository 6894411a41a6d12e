// More joins than a region takes, over a real link: which joins are let in, what the others are answered, and that all
// are in soon that come back at the named time.
import { call, newId, rpc, type wire } from '@meridian/protocol';
import { secureRng } from '@meridian/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admin, startCentre, until } from './support/centre.ts';
import { FakeNode, frankfurt } from './support/fake-node.ts';

const ROOMS = 60;
const JOINS_PER_ROOM = 10;
const rng = secureRng();
let centre: Awaited<ReturnType<typeof startCentre>>;
let signaling: FakeNode;
let sfu: FakeNode;

beforeAll(async () => {
  centre = await startCentre({ developmentCities: true, joinsPerCore: 100 });
  sfu = await FakeNode.start(centre, { id: 'sfu-1', ...frankfurt, sessions: 5000 });
  signaling = await FakeNode.start(centre, { id: 'sig-fra', kind: 'signaling', ...frankfurt });
  await until('a report', () => (sfu.agent.state === 'serving' ? true : undefined));
});
afterAll(async () => {
  signaling.close();
  sfu.close();
  await centre.close();
});

const ask = (roomKey: string, o: wire.PlaceRequest.$Properties = {}): Promise<wire.PlaceReply> =>
  call(signaling.openLink(), rpc.place, {
    roomKey,
    sessionId: newId('PA_', (count) => rng.bytes(count)),
    fromCity: 'frankfurt',
    signalingId: 'sig-fra',
    ...o,
  });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('six hundred joins of sixty rooms at once: rooms whole, the others get a time to come back, and are in when they do', async () => {
  const joins = Array.from({ length: ROOMS * JOINS_PER_ROOM }, (_, index) => `t/room${index % ROOMS}`);
  const sinceMs = performance.now();
  const answers = await Promise.all(
    joins.map(async (roomKey) => {
      const reply = await ask(roomKey);
      return { roomKey, reply, tookMs: performance.now() - sinceMs };
    }),
  );
  const refused = answers.filter(({ reply }) => !reply.ok);
  expect(refused.length).toBeGreaterThan(100);
  expect(answers.length - refused.length).toBeGreaterThan(50);
  for (const { reply, tookMs } of refused) {
    expect(reply).toMatchObject({ code: 'OVERLOADED', mode: 'overloaded', decisionId: '' });
    // Of the room's verdict, which lasts at least a second, what is left.
    expect(reply.retryAfterMs + tookMs).toBeGreaterThanOrEqual(1000);
    expect(reply.reasons[0]).toContain('region eu-central');
  }
  const verdicts = new Map<string, Set<boolean>>();
  for (const { roomKey, reply } of answers) verdicts.set(roomKey, (verdicts.get(roomKey) ?? new Set()).add(reply.ok));
  expect([...verdicts.values()].filter((seen) => seen.size > 1)).toEqual([]);
  const { body } = await admin(centre, 'GET', '/v1/admission');
  expect(body.regions).toMatchObject([{ region: 'eu-central' }]);
  expect(body.regions[0].strainedForMs).toBeGreaterThan(0);

  const comeBack = async (roomKey: string, retryAfterMs: number): Promise<boolean> => {
    await pause(retryAfterMs);
    const reply = await ask(roomKey);
    return reply.ok || comeBack(roomKey, reply.retryAfterMs);
  };
  const back = await Promise.all(refused.map(({ roomKey, reply }) => comeBack(roomKey, reply.retryAfterMs)));
  expect(back.every(Boolean)).toBe(true);
  const text = await centre.metrics.registry.metrics();
  expect(text).toMatch(/admissions_total\{[^}]*class="new",outcome="level"/);
  expect(text).toMatch(/admission_rate\{[^}]*region="eu-central"[^}]*\} \d/);
});

test('a join that was let in is not judged again; a client that lost a session comes back as such when a signaling node has seen its receipt, three times', async () => {
  const sessionId = newId('PA_', (count) => rng.bytes(count));
  await until('it is let in', async () => (await ask('t/again', { sessionId })).ok || undefined);
  expect((await ask('t/again', { sessionId, avoidNodeIds: [] })).ok).toBe(true);
  const claimed = newId('PA_', (count) => rng.bytes(count));
  expect((await ask('t/again', { priorSessionId: claimed })).ok).toBe(true); // no signaling node has seen its receipt
  for (let times = 0; times < 5; times += 1)
    expect((await ask('t/again', { priorSessionId: sessionId, priorProven: true })).ok).toBe(true);
  const text = await centre.metrics.registry.metrics();
  expect(text).toMatch(/admissions_total\{[^}]*class="rejoin",outcome="in"[^}]*\} 3/);
});

test('what is no room is refused by the placement, not by the gate', async () => {
  await expect(ask('no-tenant')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
});
