// Two centres as `npm start -- --standby` runs them: the leader is killed while people are in a room and more join. The
// supervisor restarts it at once, so it may stand for election before its own lease has lapsed: either leads then,
// under the next epoch, and the other stands by. scheduler/test/service/takeover.whole.test.ts shows that a standby
// takes over from a leader that stays away.
import type { SessionClient } from '@meridian/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestCloud } from '../../support/cloud.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { headless } from '../../support/headless.ts';
import { standbyCloud } from '../../support/standby-cloud.ts';

/** Three times the promise. */
const TAKEOVER_LIMIT_MS = 15_000;
let cloud: TestCloud;
const clients: SessionClient[] = [];

beforeAll(async () => {
  cloud = standbyCloud();
  await untilFleetAlive(cloud);
});
afterAll(async () => {
  for (const client of clients) client.leave();
  await untilFleetAlive(cloud);
});

async function joinRoom(room: string, identity: string, entry: 'frankfurt' | 'singapore') {
  const client = headless(cloud.entryUrl(entry), { token: await cloud.token(room, identity) });
  clients.push(client);
  const session = await client.connect();
  return { client, session, identities: client.roster.participants().map(({ identity }) => identity) };
}

async function healthOf(port: number): Promise<{ isLeading?: boolean; epoch?: number }> {
  const url = `http://127.0.0.1:${port + cloud.portOffset}/healthz`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
  return ((await answer?.json()) ?? {}) as { isLeading?: boolean; epoch?: number };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + TAKEOVER_LIMIT_MS;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${TAKEOVER_LIMIT_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a call continues when the leading centre is killed, joins into it succeed at once, and soon a centre places new rooms', async () => {
  const first = await joinRoom('standing', 'ann', 'frankfurt');
  expect(first.identities).toEqual(['ann']);
  const { isLeading, epoch: epochBefore = 0 } = await healthOf(7001);
  expect(isLeading).toBe(true);
  const lost: unknown[] = [];
  first.client.on('interrupted', (mediaToo) => lost.push({ mediaToo }));
  first.client.on('disconnected', (reason) => lost.push(reason));
  cloud.kill('centre');
  const sinceMs = performance.now();
  const second = await joinRoom('standing', 'ben', 'frankfurt');
  expect(second.identities).toContain('ann');
  const leaders = async (): Promise<number[]> => {
    const healths = await Promise.all([7001, 7004].map(async (port) => ({ port, ...(await healthOf(port)) })));
    return healths
      .filter(({ isLeading, epoch }) => isLeading === true && epoch === epochBefore + 1)
      .map(({ port }) => port);
  };
  await until('one of them leads, under the next epoch', async () => (await leaders()).length === 1);
  const [leader = 0] = await leaders();
  await until('it places a new room', async () => {
    const answer = await joinRoom(`new-${clients.length}`, 'eve', 'singapore').catch(() => undefined);
    return answer !== undefined && answer.session.placement.mode !== 'cached';
  });
  console.log(`a new room is placed by the centre at ${leader} after ${Math.round(performance.now() - sinceMs)} ms`);
  expect(await leaders()).toEqual([leader]);
  await until('the other stands by', async () => (await healthOf(leader === 7001 ? 7004 : 7001)).isLeading === false);
  expect(lost).toEqual([]);
});
