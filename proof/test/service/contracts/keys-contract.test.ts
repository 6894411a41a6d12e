// Contract of the api towards nodes about keys and revocations, by the api and by the double of node-shell's tests.
import { call, limits, rpc } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScriptedApi, secretOf } from '../../../../base/node-shell/test/support/scripted-api.ts';
import { serveKeys } from '../../../../product/api/src/nodes/keys-for-nodes.ts';
import { tenants, testApi } from '../../../../product/api/test/support/test-api.ts';
import { type Ask, linkedTo } from './node.ts';

interface ApiUnderTest {
  readonly ask: Ask;
  readonly key: { readonly key: string; readonly secret: string };
  /** Revokes this id of acme; the n-th revocation has version n. */
  revoke(id: string): Promise<void>;
}
const untilMs = 4e12;

async function scripted(): Promise<ApiUnderTest> {
  const api = new ScriptedApi(() => 0);
  for (const key of ['k', 'own-acme']) api.add(key);
  api.up();
  const link = api.link as Link;
  let version = 0;
  return {
    ask: (kind, message) => call(link, kind, message),
    key: { key: 'k', secret: secretOf('k') },
    revoke: async (id) => {
      version += 1;
      api.revoke({ version, since: version - 1, revoked: [{ tenant: 'acme', id, untilWallMs: untilMs }] });
    },
  };
}

async function served(): Promise<ApiUnderTest> {
  const api = await testApi();
  onTestFinished(() => api.close());
  const { keys, revocations, recordingOf } = api;
  return {
    ask: await linkedTo((link) => serveKeys(link, 'recorder', { keys, revocations, recordingOf })),
    key: { key: tenants[0].key, secret: tenants[0].secret },
    revoke: (id) => revocations.revoke({ tenant: 'acme', id, untilMs }),
  };
}

describe.each([
  ['the double', scripted],
  ['an api', served],
])('contract of keys: %s', (_, make) => {
  it('returns the keys that it knows, each with its secret, tenant and scopes', async () => {
    const { ask, key } = await make();
    const { keys } = await ask(rpc.apiKeys, { keys: [key.key, 'unknown'] });
    expect(keys).toMatchObject([{ ...key, tenant: 'acme' }]);
    expect(keys[0]?.scopes).toContain('rooms:join');
  });

  it('returns the own key of a tenant, and none for an unknown tenant', async () => {
    const { ask } = await make();
    expect((await ask(rpc.apiKeys, { ownOf: 'acme' })).keys).toMatchObject([{ tenant: 'acme' }]);
    expect((await ask(rpc.apiKeys, { ownOf: 'nobody' })).keys).toEqual([]);
  });

  it('refuses requests for too many keys', async () => {
    const { ask } = await make();
    const keys = Array.from({ length: limits.apiKeysPerRequestMax + 1 }, (_each, at) => `k${at}`);
    await expect(ask(rpc.apiKeys, { keys })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('returns the revocations since a version, and none of the known ones', async () => {
    const { ask, revoke } = await make();
    expect(await ask(rpc.revocations, { version: 0 })).toMatchObject({ version: 0, since: 0, revoked: [] });
    for (const id of ['a', 'b']) await revoke(id);
    const idsSince = async (version: number) => {
      const answer = await ask(rpc.revocations, { version });
      return [answer.version, answer.since, answer.revoked.map(({ id }) => id)];
    };
    expect([await idsSince(0), await idsSince(1), await idsSince(2)]).toEqual([
      [2, 0, ['a', 'b']],
      [2, 1, ['b']],
      [2, 2, []],
    ]);
  });

  it('starts over for a node with a higher version than its own', async () => {
    const { ask, revoke } = await make();
    await revoke('a');
    const answer = await ask(rpc.revocations, { version: 7 });
    expect(answer).toMatchObject({ version: 1, since: 0, revoked: [{ tenant: 'acme', id: 'a' }] });
  });
});
