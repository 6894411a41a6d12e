import { FixedKeys } from '@meridian/node-shell';
import { seededRng } from '@meridian/runtime';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import { StreamKeys } from '../../src/adapters/stream-keys.ts';
import { addEdge } from '../../src/http/edge.ts';
import { streamKey } from '../support/scripted-room.ts';

const apiKey = { key: 'one', secret: 'a secret of this test that is long enough', tenant: 'dev' };

/** Returns the status and cache time of an edge's check, at a gateway with so many HLS viewers. */
async function checkWith(viewerCount: number, { isRevoked = false } = {}): Promise<[status: number, cache: unknown]> {
  const app = Fastify();
  const options = { rng: seededRng('edge checks'), wallMs: () => 0, isRevoked: () => isRevoked };
  const keys = new StreamKeys(new FixedKeys([apiKey]), options);
  addEdge(app, {
    keys,
    programmes: {} as never,
    streams: {} as never,
    placing: { selfId: 'gw', origin: () => ({ nodeId: 'gw' }) } as never,
    edges: { isEdge: () => true, states: [] } as never,
    viewers: { asked: () => undefined, size: viewerCount },
  });
  const response = await app.inject(`/hls/${keys.seal(streamKey({ use: 'play' }))}/viewer`);
  await app.close();
  return [response.statusCode, response.headers['cache-control']];
}

it.each([
  [0, 5],
  [1500, 5],
  [3001, 11],
  [20_000, 30],
])('with %i viewers an edge keeps an answer about one for %i s', async (viewerCount, seconds) => {
  expect(await checkWith(viewerCount)).toEqual([204, `max-age=${seconds}`]);
});

it('an edge keeps the refusal of a revoked key for five seconds', async () => {
  expect(await checkWith(20_000, { isRevoked: true })).toEqual([401, 'max-age=5']);
});
