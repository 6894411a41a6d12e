// Regional instances of the centre as `npm start -- --regions` runs them, with real signaling nodes and media nodes:
// they place their joins, also while no centre leads; while an instance is frozen the leader stands in.
import type { SessionClient } from '@meridian/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestCloud } from '../../support/cloud.ts';
import { headless } from '../../support/headless.ts';

/** Limit for starting processes on a loaded machine. */
const LIMIT_MS = 60_000;
/** Three times the promise of docs/design/ownership.md. */
const STANDS_IN_MS = 3 * 2300;
let cloud: TestCloud;
const clients: SessionClient[] = [];

beforeAll(async () => {
  cloud = await TestCloud.start({ extraArgs: ['--regions'] });
});
afterAll(async () => {
  for (const client of clients) client.leave();
  await cloud.stop();
});

async function joinRoom(room: string, name: string, entry: 'frankfurt' | 'singapore') {
  const client = headless(cloud.entryUrl(entry), { token: await cloud.token(room, name), fromCity: entry });
  clients.push(client);
  const session = await client.connect().catch(() => undefined);
  const people = client.roster.participants();
  const self = client.roster.get(session?.sessionId ?? '');
  return session && { self, identities: people.map(({ identity }) => identity), placement: session.placement };
}

async function until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  const deadlineMs = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > deadlineMs) throw new Error(`not within ${LIMIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function placedBy(region: string | undefined, room: string, entry: 'frankfurt' | 'singapore') {
  return until(`a client is placed by ${region ?? 'the leader'}`, async () => {
    const answer = await joinRoom(room, `guest-${clients.length}`, entry);
    const decisionId = answer?.placement.decisionId ?? '';
    if (decisionId === '' || (decisionId.split('.')[1] ?? undefined) !== region) return undefined;
    return answer;
  });
}

test('each region places its own joins, also into rooms of the other region, whichever centre leads', async () => {
  const near = await placedBy('frankfurt', 'standing', 'frankfurt');
  expect(near.self?.region).toBe('frankfurt');
  const far = await placedBy('singapore', 'standing', 'singapore');
  expect(far.self?.region).toBe('singapore');
  expect(far.identities).toContain(near.self?.identity);
  // Without a leader, a join into the known room is still placed, and not from a cache.
  cloud.kill('centre-2');
  cloud.kill('centre');
  const sinceMs = performance.now();
  const during = await joinRoom('standing', 'ben', 'frankfurt');
  console.log(`joined with no leader in ${Math.round(performance.now() - sinceMs)} ms`);
  expect([during?.placement.mode, during?.self?.region]).toEqual(['normal', 'frankfurt']);
  expect(during?.placement.decisionId).toMatch(/\.frankfurt$/);
});

test('the leader stands in for a frozen instance, and hands back to its replacement', async () => {
  await placedBy('frankfurt', 'second', 'frankfurt');
  // Only a leader grants ownership of a new room, so a leader exists that knows the nodes.
  await until('a leader grants rooms', async () => {
    const { placement } = (await joinRoom(`new-${clients.length}`, 'eve', 'frankfurt')) ?? {};
    return placement?.mode === 'normal' && !placement.provisional ? true : undefined;
  });
  cloud.freeze('centre-fra');
  const sinceMs = performance.now();
  const again = await placedBy(undefined, 'second', 'frankfurt');
  const tookMs = performance.now() - sinceMs;
  expect([again.placement.mode, again.self?.region]).toEqual(['normal', 'frankfurt']);
  expect(tookMs).toBeLessThan(STANDS_IN_MS);
  // the supervisor of this cloud does not end frozen children; after the kill it restarts this one
  cloud.kill('centre-fra');
  await placedBy('frankfurt', 'second', 'frankfurt');
});
