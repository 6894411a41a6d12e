// Tests that a LiveKit client gets a renewed token before its own ends, in virtual time.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bounds } from '../../../src/limits.ts';
import { MemoryCloud } from '../../support/memory-cloud.ts';
import { type LiveKitClient, MemoryLiveKit } from '../../support/memory-livekit.ts';

let cloud: MemoryCloud;
let livekit: MemoryLiveKit;
beforeEach(async () => {
  cloud = await MemoryCloud.start();
  cloud.mediaNode('m1', 'eu');
  livekit = new MemoryLiveKit(cloud, await cloud.node('sig-a', 'eu'));
});
afterEach(() => cloud.close());

const minuteMs = 60_000;
const inMs = (ms: number): number => (cloud.clock.wallMs() + ms) / 1000;
const joined = async (leftMs: number, video = {}): Promise<LiveKitClient> => {
  const client = await livekit.join({ claims: { exp: inMs(leftMs) }, video });
  client.answer();
  return client;
};
/** Sends signs of life all the time. */
const keepAlive = async (client: LiveKitClient, ms: number): Promise<void> => {
  for (let at = 0; at < ms; at += 5000) {
    client.say({ case: 'ping', value: 1n });
    await cloud.run(5000, 1000);
  }
};
const tokens = (client: LiveKitClient) => client.all('refreshToken').map((token) => JSON.parse(token));

it('a token that ends soon is renewed soon after the join, and again before each end, with the client’s latest description', async () => {
  const client = await joined(minuteMs, { canUpdateOwnMetadata: true });
  await cloud.until(() => tokens(client).length === 1, 'a token');
  const [first] = tokens(client);
  expect(first).toMatchObject({ sub: 'ann', video: { room: 'lobby' }, name: 'name of ann' });
  expect(first.exp).toBe(inMs(bounds.liveKitTokenMs));
  client.say({
    case: 'updateMetadata',
    value: { name: 'Ana', metadata: '', attributes: { hand: 'up' }, requestId: 1 },
  });
  await client.hears('requestResponse');
  await keepAlive(client, bounds.liveKitTokenMs - bounds.liveKitTokenRenewedMs + 1000);
  expect(tokens(client)).toHaveLength(2);
  expect(tokens(client)[1]).toMatchObject({ sub: 'ann', name: 'Ana', attributes: { hand: 'up' } });
  expect(tokens(client)[1].exp - first.exp).toBeGreaterThan(9 * 60);
});

it('no token is renewed while it lives long enough, or after the client has gone', async () => {
  const client = await joined(bounds.liveKitTokenRenewedMs + minuteMs);
  const leaves = await livekit.join({
    identity: 'bob',
    claims: { exp: inMs(bounds.liveKitTokenRenewedMs + minuteMs) },
  });
  leaves.say({ case: 'leave', value: {} });
  await keepAlive(client, minuteMs - 5000);
  expect(tokens(client)).toEqual([]);
  await keepAlive(client, 10_000);
  expect(tokens(client)).toHaveLength(1);
  expect(tokens(leaves)).toEqual([]);
});

it('the token of a break-out is not renewed: a removal from the main room keeps its person out no longer', async () => {
  const room = 'math~BO_0123456789ab';
  const client = await livekit.join({ room, claims: { exp: inMs(minuteMs) }, video: { breakOut: true } });
  client.answer();
  await keepAlive(client, 2 * minuteMs);
  expect([tokens(client), client.closed]).toEqual([[], undefined]);
});

it('renewal ends once the token is revoked, which is counted, and resumes once its key is available again', async () => {
  livekit.refused.code = 'API_UNREACHABLE';
  const waits = await joined(minuteMs);
  await cloud.until(() => livekit.dropped.includes('API_UNREACHABLE'), 'a refusal that passes');
  livekit.refused.code = 'TOKEN_REVOKED';
  await keepAlive(waits, bounds.liveKitTokenRetryMs + 1000);
  expect(livekit.dropped).toContain('TOKEN_REVOKED');
  delete livekit.refused.code;
  const pending = cloud.clock.pendingTimers;
  await keepAlive(waits, 2 * bounds.liveKitTokenRetryMs);
  expect(tokens(waits)).toEqual([]);
  expect(cloud.clock.pendingTimers).toBeLessThanOrEqual(pending);

  livekit.refused.code = 'API_UNREACHABLE';
  const comes = await livekit.join({ identity: 'bob', claims: { exp: inMs(minuteMs) } });
  await cloud.run(1000);
  delete livekit.refused.code;
  await keepAlive(comes, bounds.liveKitTokenRetryMs + 1000);
  expect(tokens(comes)).toHaveLength(1);
});
