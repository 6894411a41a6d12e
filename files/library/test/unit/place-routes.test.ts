// Answers to edges about viewers of library files, and the time for which edges keep them.
import { MeridianError } from '@meridian/protocol';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { placeRoutes } from '../../src/delivery/place-routes.ts';

type Options = Parameters<typeof placeRoutes>[1];

const CONTENT = 'up_film';
const tokens = (refusal?: MeridianError) => ({
  signed: async () => {
    if (refusal !== undefined) throw refusal;
    const claims = { content: CONTENT, may: 'play' };
    return { claims, tenant: 'acme', fence: '', scopes: ['library:write'], expiresWallMs: 0, origin: {} };
  },
});

async function answerTo(content: string, refusal?: MeridianError, edge = 'secret') {
  const app = fastify();
  const places = { edges: { isEdge: (secret: unknown) => secret === 'secret' } };
  const store = { head: async () => ({ bytes: 1 }) };
  placeRoutes(app, { tokens: tokens(refusal), store, places } as unknown as Options);
  const url = `/library/contents/token/viewer?content=${content}`;
  const { statusCode, headers } = await app.inject({ url, headers: { 'meridian-edge': edge } });
  await app.close();
  return [statusCode, headers['cache-control']];
}

it('a link that counts counts at an edge for five seconds, so that a revoked one ends then', async () => {
  expect(await answerTo(CONTENT)).toEqual([204, 'max-age=5']);
});

it.each([
  ['of another content', 'up_other', undefined, 401],
  ['that is revoked', CONTENT, new MeridianError('TOKEN_REVOKED'), 401],
  ['of a key without the right', CONTENT, new MeridianError('NOT_PERMITTED'), 403],
])('a link %s is refused for five seconds', async (_what, content, refusal, status) => {
  expect(await answerTo(content, refusal)).toEqual([status, 'max-age=5']);
});

it('another caller learns nothing', async () => {
  expect((await answerTo(CONTENT, undefined, 'guess'))[0]).toBe(404);
});
