import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Revocations, SealedFile } from '@meridian/node-shell';
import { type ControlLink, call, limits, MeridianError, nodeKind, note, rpc, wire } from '@meridian/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectingLog } from '../../../../../base/runtime/test/support/log.ts';
import { signingScopes } from '../../../src/access/core/scopes.ts';
import { PART_MAX } from '../../../src/access/revocations.ts';
import type { Tenant } from '../../../src/access/tenants.ts';
import { notifyLimits, notifyRevoked, serveKeys } from '../../../src/nodes/keys-for-nodes.ts';
import { operatorKey, type TestApi, testApi } from '../../support/test-api.ts';

let api: TestApi;
let link: ControlLink;
const changed: Tenant[] = [];
beforeEach(async () => {
  changed.length = 0;
  api = await testApi({ onTenant: (tenant) => void changed.push(tenant) });
  link = ownLink();
  serveKeys(link, nodeKind.recorder, api);
});
afterEach(() => api.close());

/** Returns a link that is connected to itself. */
function ownLink(): ControlLink {
  const handlers = new Map<number, (payload: Uint8Array) => Promise<Uint8Array> | Uint8Array>();
  return {
    request: async (type, payload) => {
      const handler = handlers.get(type);
      if (handler === undefined) throw new MeridianError('FRAME_UNKNOWN');
      const answer = await handler(payload);
      expect(answer.length).toBeLessThanOrEqual(limits.controlFrameBytesMax);
      return answer;
    },
    onRequest: (type, handler) => void handlers.set(type, handler),
    send: () => true,
    onMessage: () => undefined,
  };
}

describe('a node', () => {
  it('gets the valid keys with their fence and limits', async () => {
    await api.ask('PATCH', '/tenants/acme', {
      signer: operatorKey,
      body: { limits: { seats: 5, publishBps: 3e9, apiPerSecond: 9 } },
      headers: { 'if-match': '"1"' },
    });
    const made = (
      await api.ask('POST', '/keys', { body: { name: 'eu', scopes: ['rooms:list'], regions: ['eu', 'as'] } })
    ).json();
    const { keys } = await call(link, rpc.apiKeys, { keys: ['acmekey', made.id, 'unknown', 'operator'] });
    const limits = { seats: 5, rooms: 0, publishBps: 3e9, version: 2, recording: '' };
    expect(
      keys.toSorted((a, b) => String(a.key).localeCompare(String(b.key))).map((key) => ({ ...key })),
    ).toMatchObject(
      [
        { key: made.id, secret: made.secret, tenant: 'acme', regions: ['as', 'eu'], scopes: ['rooms:list'], limits },
        { key: 'acmekey', tenant: 'acme', limits },
      ].toSorted((a, b) => String(a.key).localeCompare(String(b.key))),
    );
    const signingKey = await api.keys.signing('acme');
    const keysAnswer = await call(link, rpc.apiKeys, { keys: [signingKey?.id ?? ''] });
    expect(keysAnswer.keys).toMatchObject([
      { tenant: 'acme', secret: signingKey?.secret, scopes: [...signingScopes], regions: [] },
    ]);
    await api.ask('DELETE', `/keys/${made.id}`);
    expect((await call(link, rpc.apiKeys, { keys: [made.id] })).keys).toEqual([]);
    expect((await call(link, rpc.apiKeys, { keys: [] })).keys).toEqual([]);
  });

  it('of a recorder also gets the signing key of a tenant, unless the tenant is unknown', async () => {
    const { keys } = await call(link, rpc.apiKeys, { ownOf: 'acme' });
    const own = await api.keys.signing('acme');
    expect(keys).toMatchObject([{ key: own?.id, secret: own?.secret, tenant: 'acme' }]);
    for (const ownOf of ['nowhere', '../acme', 'a'.repeat(1000)])
      expect((await call(link, rpc.apiKeys, { ownOf })).keys).toEqual([]);
  });

  it('of another kind never gets the signing key of a tenant', async () => {
    for (const kind of [nodeKind.signaling, nodeKind.gateway]) {
      const theirs = ownLink();
      serveKeys(theirs, kind, api);
      await expect(call(theirs, rpc.apiKeys, { ownOf: 'acme' })).rejects.toMatchObject({ code: 'KIND_NOT_PERMITTED' });
    }
  });

  it.each([[Array.from({ length: 101 }, () => 'a')], [['a'.repeat(129)]]])(
    'is refused beyond the limits of a request',
    async (keys) => {
      await expect(call(link, rpc.apiKeys, { keys })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    },
  );

  it('gets the revocations after the version that it has', async () => {
    for (const tokenId of ['t1', 't2']) await api.ask('POST', '/revocations', { body: { tokenId } });
    const revocationsAfter = async (version: number) => {
      const list = await call(link, rpc.revocations, { version });
      return [Number(list.since), Number(list.version), list.revoked.map(({ id }) => id)];
    };
    expect(await revocationsAfter(0)).toEqual([0, 2, ['t1', 't2']]);
    expect(await revocationsAfter(1)).toEqual([1, 2, ['t2']]);
    expect(await revocationsAfter(7)).toEqual([0, 2, ['t1', 't2']]);
  });

  it('gets a long list of revocations in parts that each fit into a frame', async () => {
    const tenant = 't'.repeat(64);
    const until_ms = api.clock.wallMs() + 3_600_000;
    const rows = Array.from({ length: 2 * PART_MAX + 1 }, (_, index) => ({
      version: index + 1,
      tenant,
      id: `${index}`.padEnd(128, '\u{4f1a}'),
      before_ms: 0,
      until_ms,
    }));
    for (let at = 0; at < rows.length; at += 500)
      await api.store.db
        .insertInto('revocations')
        .values(rows.slice(at, at + 500))
        .execute();
    await api.store.db.updateTable('revocation_version').set({ version: rows.length }).execute();
    const asked: unknown[] = [];
    const dir = mkdtempSync(join(tmpdir(), 'meridian-revoked-'));
    const { log } = collectingLog();
    const file = new SealedFile({ dir, name: 'list', log });
    const ofNode: ConstructorParameters<typeof Revocations>[0]['api'] = {
      isLinked: true,
      onLink: () => undefined,
      call: (kind, message, deadlineMs) => {
        asked.push(message);
        return call(link, kind, message, { deadlineMs });
      },
    };
    const node = new Revocations({ api: ofNode, file, clock: api.clock, log });
    const isWhole = new Promise<void>((resolve) => node.onChange(() => node.version === rows.length && resolve()));
    api.clock.advance(60_000);
    await isWhole;
    const via = rows.at(-1)?.id ?? '';
    expect(node.isRevoked({ tenant, apiKey: '', tokenId: '', via, issuedWallMs: 0 })).toBe(true);
    expect(asked.slice(0, 3)).toEqual([{ version: 0 }, { version: PART_MAX }, { version: 2 * PART_MAX }]);
    node.close();
    await file.close();
    rmSync(dir, { recursive: true });
    await api.revocations.poll();
    expect(api.revoked.map(({ since, version }) => [since, version])).toEqual([
      [0, PART_MAX],
      [PART_MAX, 2 * PART_MAX],
      [2 * PART_MAX, rows.length],
    ]);
  });

  it('gets limits that an operator has changed, and nothing for a refused change', async () => {
    const change = (version: string) =>
      api.ask('PATCH', '/tenants/globex', {
        signer: operatorKey,
        body: { limits: { seats: 5, publishBps: 1e6 } },
        headers: { 'if-match': version },
      });
    await change('"7"');
    expect(changed).toEqual([]);
    await change('"1"');
    const sent: unknown[] = [];
    for (const tenant of changed)
      notifyLimits({ notifyAll: (kind, _note, message) => void sent.push([kind, message]) }, tenant, 'off');
    const message = { tenant: 'globex', limits: { seats: 5, rooms: 0, publishBps: 1e6, version: 2, recording: 'off' } };
    expect(sent).toEqual([
      ['signaling', message],
      ['gateway', message],
      ['recorder', message],
      ['library', message],
    ]);
  });

  it('gets revocations if it is a signaling node, gateway, recorder or library node', () => {
    const sent: [string, number, unknown][] = [];
    const nodes = {
      notifyAll: (kind: string, { number }: { number: number }, message: unknown) =>
        void sent.push([kind, number, message]),
    };
    notifyRevoked(nodes, { version: 2, since: 1, entries: [{ tenant: 'acme', id: 't1', beforeMs: 5, untilMs: 9 }] });
    const message = {
      version: 2,
      since: 1,
      revoked: [{ tenant: 'acme', id: 't1', beforeWallMs: 5, untilWallMs: 9 }],
    };
    expect(sent).toEqual([
      ['signaling', note.revoked.number, message],
      ['gateway', note.revoked.number, message],
      ['recorder', note.revoked.number, message],
      ['library', note.revoked.number, message],
    ]);
    const { revoked } = wire.Revocations.decode(wire.Revocations.encode(message).finish());
    expect(revoked[0]).toMatchObject(message.revoked[0] ?? {});
  });
});
