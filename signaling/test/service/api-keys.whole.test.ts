// Tests API keys that only the api knows, and revocations: which clients may join, and which have to leave.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TestApi } from './rig/api.ts';
import { joinMessage, TestClient, type TokenOptions, token } from './rig/client.ts';
import type { FakeNode } from './rig/node.ts';
import { TestOpener } from './rig/opener.ts';
import { type Instance, Rig } from './rig/rig.ts';
import { until } from './rig/until.ts';

let rig: Rig;
let node: FakeNode;
let one: Instance;
let api: TestApi;
beforeEach(async () => {
  rig = await Rig.start();
  node = await rig.node('sfu-1');
  one = await rig.instance('sig-1', { apiKeys: [] });
  api = new TestApi(rig);
  for (const key of ['k1', 'k2']) api.add(key, secretOf(key));
});
afterEach(async () => {
  api.close();
  await rig.close();
});

const secretOf = (key: string): string => `${key}: a secret of the tests that is long enough`;
const tokenBy = (key: string, o: TokenOptions = {}): TokenOptions => ({ key, secret: secretOf(key), ...o });
async function outcome(o: TokenOptions, at = one) {
  const client = await TestClient.open(at.url);
  const { error, body } = await client.request({ join: joinMessage(await token(o)) });
  client.socket.close();
  return error ? [error.code, error.retryable] : [body];
}
const rejectionOf = (o: TokenOptions): Promise<unknown> => outcome(o).catch((error: Error) => error.message);
const reasonOf = (client: TestClient, sessionId: string) =>
  client.events().find((event) => event.participantLeft?.sessionId === sessionId)?.participantLeft?.reason;

it('a key that only the api knows opens a room, an unknown key opens none', async () => {
  expect(await rejectionOf(tokenBy('k1'))).toEqual(['API_UNREACHABLE', true]);
  await api.dial(one);
  const [ann, bob] = await Promise.all([
    TestClient.join(one.url, tokenBy('k1')),
    TestClient.join(one.url, tokenBy('k1', { identity: 'bob' })),
  ]);
  expect([ann.joined?.resumed, bob.joined?.resumed]).toEqual([false, false]);
  expect(await rejectionOf(tokenBy('made up'))).toEqual(['TOKEN_INVALID', false]);
  expect(await rejectionOf({ key: 'k1', secret: secretOf('k2') })).toEqual(['TOKEN_INVALID', false]);
  expect(api.keyRequests).toEqual([['k1'], ['made up']]);
});

it('the scopes of a key bound the claims of its tokens, but not the sessions that a gateway opens with it over its link', async () => {
  api.add('narrow', secretOf('narrow'), { scopes: ['rooms:join'] });
  api.add('reports', secretOf('reports'), { scopes: ['reports:read'] });
  await api.dial(one);
  expect(await outcome(tokenBy('reports'))).toEqual(['NOT_PERMITTED', false]);
  expect(await outcome(tokenBy('narrow'))).toEqual(['joined']);
  const hidden = { hidden: true, canPublish: false };
  for (const o of [{ video: { roomAdmin: true } }, { video: hidden }, { claims: { kind: 'recorder' } }])
    expect(await outcome(tokenBy('narrow', o))).toEqual(['NOT_PERMITTED', false]);
  const gateway = await TestOpener.dial(rig, one);
  const viewer = await gateway?.join(1, tokenBy('reports', { identity: 'programme', video: hidden }));
  expect(viewer?.joined?.resumed).toBe(false);
  gateway?.close();
});

it('limits that an operator changes apply to the next join and are sent to the media nodes of the participants', async () => {
  await api.dial(one);
  await TestClient.join(one.url, tokenBy('k1'));
  const last = <M>(name: string) => node.called(name).at(-1) as M | undefined;
  expect(last<wire.AttachSession>('attach')?.limits).toMatchObject({ publishBps: 0 });
  api.tellLimits('acme', { seats: 1, publishBps: 5e5, version: 2 });
  const tenants = () =>
    last<wire.SessionsHeld>('sessionsHeld')?.tenants.map((of) => [of.tenant, of.limits?.publishBps]);
  await until(() => tenants()?.join() === 'acme,500000', 'the media node hears it');
  await TestClient.join(one.url, tokenBy('k2', { identity: 'bob' }));
  expect(rig.centre.placeRequests.at(-1)?.limits).toMatchObject({ seats: 1, rooms: 0 });
  rig.centre.placeErrorCode = 'CENTRE_UNREACHABLE';
  expect(await outcome(tokenBy('k1', { identity: 'cay' }))).toEqual(['QUOTA_EXCEEDED', true]);
});

it('with the api dead, known keys open rooms, even after a restart; unknown keys are refused for now', async () => {
  await api.dial(one);
  expect(await outcome(tokenBy('k1'))).toEqual(['joined']);
  api.revoke({ tenant: 'acme', id: 'link-1' });
  await until(() => one.tokens.revocations.version === 1, 'it is heard');
  api.close();
  await until(() => !one.api.isLinked, 'the link is gone');
  await one.close();
  const again = await rig.instance('sig-1', { apiKeys: [] });
  expect(await outcome(tokenBy('k1'), again)).toEqual(['joined']);
  expect(await outcome(tokenBy('k2'), again)).toEqual(['API_UNREACHABLE', true]);
  expect(await outcome(tokenBy('k1', { claims: { via: 'link-1' } }), again)).toEqual(['TOKEN_REVOKED', false]);
});

it.each([
  ['its API key', {}, { id: 'k1' }],
  ['its token', { jti: 'token-1' }, { id: 'token-1' }],
  ['the link that its token was made from', { via: 'link-1' }, { id: 'link-1' }],
  ['every earlier token of its user', { via: 'user-1', iat: 1000 }, { id: 'user-1', beforeWallMs: 1_000_001 }],
])('a participant leaves the room when %s is revoked, and cannot resume', async (_what, claims, revoked) => {
  await api.dial(one);
  const ann = await TestClient.join(one.url, tokenBy('k1', { claims }));
  const bob = await TestClient.join(one.url, tokenBy('k2', { identity: 'bob', claims: { jti: 'b', via: 'b' } }));
  api.revoke({ tenant: 'acme', untilWallMs: Date.now() + 60_000, ...revoked });
  expect(await ann.ends()).toEqual({ code: 4403, reason: 'TOKEN_REVOKED' });
  expect(ann.disconnect()).toMatchObject({ code: 'TOKEN_REVOKED', reconnect: false });
  await until(() => reasonOf(bob, ann.sessionId) !== undefined, 'the others see it');
  expect(reasonOf(bob, ann.sessionId)).toBe('TOKEN_REVOKED');
  await until(() => node.sessions.size === 1, 'its media ends');
  const resume = { sessionId: ann.sessionId, resumeKey: ann.joined?.resumeKey ?? '' };
  await expect(TestClient.join(one.url, { ...tokenBy('k1', { claims }), join: { resume } })).rejects.toThrow(
    'TOKEN_REVOKED',
  );
  expect(bob.closed).toBeUndefined();
});

it('sessions of a deleted key end, also over the link of a gateway', async () => {
  await api.dial(one);
  const ann = await TestClient.join(one.url, tokenBy('k1'));
  const gateway = await TestOpener.dial(rig, one);
  const viewer = await gateway?.join(1, tokenBy('k1', { identity: 'viewer' }));
  api.keys.delete('k1');
  await api.dial(one, 'api-2');
  expect([await ann.ends(), await viewer?.ends()]).toEqual([1, 2].map(() => ({ code: 4403, reason: 'TOKEN_REVOKED' })));
  gateway?.close();
});
