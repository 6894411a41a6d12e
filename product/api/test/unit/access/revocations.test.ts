import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RevocationList, Revocations } from '../../../src/access/revocations.ts';
import { transact } from '../../../src/store/transaction.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

const revoke = (body: object, o: object = {}) => api.ask('POST', '/revocations', { body, ...o });
const caller = async (claims: object, signer: (typeof tenants)[number] = tenants[0]) =>
  (
    await api.app.inject({
      url: '/api/v1/caller',
      headers: { authorization: `Bearer ${await api.token(claims, signer)}` },
    })
  ).statusCode;

describe('revocations', () => {
  it('name a token, or the key, link or user from which tokens were made', async () => {
    const expiresAt = new Date(api.clock.wallMs() + 3_600_000).toISOString();
    expect((await revoke({ tokenId: 't1', expiresAt })).json()).toEqual({ id: 't1', expiresAt });
    expect((await revoke({ via: 'link1' })).statusCode).toBe(201);
    expect(await caller({ jti: 't1' })).toBe(401);
    expect(await caller({ via: 'link1', jti: 't2' })).toBe(401);
    expect(await caller({ via: 'link2', jti: 't2' })).toBe(200);
    expect(await caller({ jti: 't1' }, tenants[1])).toBe(200);
    expect(api.revoked.map(({ version, since, entries }) => [version, since, entries[0]?.id])).toEqual([
      [1, 0, 't1'],
      [2, 1, 'link1'],
    ]);
  });

  it.each([
    [{}],
    [{ tokenId: '' }],
    [{ tokenId: 'a', via: 'b' }],
    [{ tokenId: 'a', expiresAt: 'tomorrow' }],
    [{ tokenId: 'a', expiresAt: '2026-11-23T11:00:00' }],
  ])('are refused as %j', async (body) => {
    expect((await revoke(body)).json()).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect(api.revoked).toEqual([]);
  });

  it('of tokens issued before a time do not affect later tokens', async () => {
    const nowS = Math.floor(api.clock.wallMs() / 1000);
    const untilMs = api.clock.wallMs() + 3_600_000;
    await api.revocations.revoke({ tenant: 'acme', id: 'ann', beforeMs: nowS * 1000, untilMs });
    expect(await caller({ via: 'ann', iat: nowS - 1 })).toBe(401);
    expect(await caller({ via: 'ann', iat: nowS })).toBe(200);
  });

  it('reach nodes by every instance within a second, and a node with another list gets the whole list', async () => {
    const receivedLists: RevocationList[] = [];
    const otherInstance = await Revocations.open({
      db: api.store.db,
      clock: api.clock,
      log: createLogger({ name: 'api', level: 'fatal' }),
      onNew: (list) => receivedLists.push(list),
    });
    otherInstance.start();
    await revoke({ tokenId: 't1' });
    await revoke({ tokenId: 't2' });
    // The other instance reads by its own timer; closing it waits for the read in progress.
    api.clock.advance(1000);
    await otherInstance.close();
    expect(receivedLists.map(({ since, version, entries }) => [since, version, entries.map(({ id }) => id)])).toEqual([
      [0, 2, ['t1', 't2']],
    ]);
    expect(await otherInstance.after(1)).toMatchObject({ since: 1, version: 2, entries: [{ id: 't2' }] });
    expect(await otherInstance.after(2)).toMatchObject({ since: 2, version: 2, entries: [] });
    expect(await otherInstance.after(9)).toMatchObject({ since: 0, version: 2, entries: [{ id: 't1' }, { id: 't2' }] });
    await otherInstance.close();
  });

  it('are kept until the last token has expired', async () => {
    const expiresAt = new Date(api.clock.wallMs() + 1000).toISOString();
    await revoke({ tokenId: 't1', expiresAt });
    await revoke({ tokenId: 't2' });
    api.clock.advance(1001);
    expect(await api.revocations.after(0)).toMatchObject({ version: 2, since: 0, entries: [{ id: 't2' }] });
  });

  it('are kept for at most 90 days', async () => {
    const latestMs = api.clock.wallMs() + 90 * 86_400_000;
    const expiresAt = new Date(latestMs + 1).toISOString();
    expect((await revoke({ tokenId: 't1', expiresAt })).json()).toMatchObject({
      expiresAt: new Date(latestMs).toISOString(),
    });
  });

  it('of one id merge if one of them covers the others', async () => {
    const add = (beforeMs: number, untilMs: number) =>
      api.revocations.revoke({ tenant: 'acme', id: 'a', beforeMs, untilMs });
    const nowMs = api.clock.wallMs();
    for (const [beforeMs, forMs] of [
      [nowMs, 1000],
      [nowMs + 1, 2000],
      [nowMs, 2000],
      [0, 3000],
      [nowMs + 2, 3000],
    ] as const)
      await add(beforeMs, nowMs + forMs);
    expect((await api.revocations.after(0)).entries).toEqual([
      { tenant: 'acme', id: 'a', beforeMs: 0, untilMs: nowMs + 3000 },
    ]);
    expect(await api.revocations.count('acme')).toBe(1);
    await add(nowMs, nowMs + 4000);
    expect(await api.revocations.count('acme')).toBe(2);
  });

  it('are limited to ten thousand of a tenant, including links and users, but a deleted user is still revoked', async () => {
    const untilMs = api.clock.wallMs() + 60_000;
    const rows = Array.from({ length: 9_999 }, (_, at) => ({
      version: at + 1,
      tenant: 'acme',
      id: `link${at}`,
      before_ms: 0,
      until_ms: untilMs,
    }));
    const { db } = api.store;
    for (let at = 0; at < rows.length; at += 1000)
      await db
        .insertInto('revocations')
        .values(rows.slice(at, at + 1000))
        .execute();
    await db.updateTable('revocation_version').set({ version: rows.length }).execute();
    expect((await revoke({ tokenId: 't1' })).statusCode).toBe(201);
    expect((await revoke({ tokenId: 't2' })).json().code).toBe('QUOTA_EXCEEDED');
    expect((await revoke({ tokenId: 't2' }, { signer: tenants[1] })).statusCode).toBe(201);
    const { user } = await api.user();
    await api.ask('DELETE', `/users/${user.id}`);
    expect(await api.revocations.isRevoked('acme', [`user:${user.id}`], 0)).toBe(true);
  });

  it('reach no node if their transaction is undone', async () => {
    const untilMs = api.clock.wallMs() + 1000;
    const failing = transact(api.store.db, async (db) => {
      await api.revocations.add(db, { tenant: 'acme', id: 't1', untilMs });
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    await api.revocations.poll();
    expect(api.revoked).toEqual([]);
  });
});
