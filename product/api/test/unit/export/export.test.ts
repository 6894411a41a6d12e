import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tableFacts } from '../../../src/store/table-facts.ts';
import { fill } from '../../support/filled-tenant.ts';
import { type TestApi, tenants, testApi } from '../../support/test-api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await testApi();
});
afterEach(() => api.close());

interface Line {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

const download = async (signer: { key: string; secret: string } = tenants[0]) => {
  const answer = await api.ask('GET', '/tenant/export', { signer });
  const text = answer.statusCode === 200 ? gunzipSync(answer.rawPayload).toString() : '';
  const lines = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return { answer, text, lines };
};

describe('an export', () => {
  it('has every row of every table, without secrets', async () => {
    const { meeting } = await fill(api);
    const { answer, text, lines } = await download();
    expect(answer.headers).toMatchObject({
      'content-type': 'application/gzip',
      'content-disposition': 'attachment; filename="acme-2026-01-01.ndjson.gz"',
    });
    const at = new Date(api.clock.wallMs()).toISOString();
    expect(lines[0]).toEqual({ meridianExport: 1, tenant: 'acme', at });
    const { end, counts } = lines.at(-1);
    expect(end).toBe(true);
    const rows = Object.groupBy(lines.slice(1, -1), ({ table }: Line) => table);
    for (const [table, { exported, owner }] of Object.entries(tableFacts)) {
      if (exported !== true) continue;
      const direct = owner?.parent === undefined ? sql`where ${sql.ref(owner?.column ?? '')} = 'acme'` : sql``;
      const found = await sql<{ seq?: number }>`select * from ${sql.table(table)} ${direct}`.execute(api.store.db);
      // The export's own audit entry is written after the answer, perhaps before this query.
      const last = rows[table]?.at(-1)?.row['seq'];
      const stored = found.rows.filter(({ seq }) => table !== 'audit_entries' || Number(seq) <= Number(last));
      expect([table, rows[table]?.length, counts[table]]).toEqual([table, stored.length, stored.length]);
      expect([table, stored.length > 0]).toEqual([table, true]);
    }
    const [found] = rows['meetings'] ?? [];
    expect(found?.row).toMatchObject({ id: meeting, body: { title: 'Stand-up', hosts: ['ann'] } });
    expect(text).not.toMatch(/argon2|geheim|sealed|passwordHash|codeHash|tokenHash|globex/);
    expect((await api.ask('GET', '/audit')).json().data[0]).toMatchObject({ operation: 'exportTenant', status: 200 });
  });

  it('has nothing of another tenant', async () => {
    await fill(api);
    const { text, lines } = await download(tenants[1]);
    expect(text).not.toMatch(/acme|Stand-up|bob/i);
    expect(lines.slice(1, -1).map(({ table }) => table)).toEqual([
      'tenants',
      'api_keys',
      'audit_heads',
      'audit_entries',
    ]);
  });

  it('has every record once, even if a table fills more than a page', async () => {
    const row = { tenant: 'acme', by_kind: 'key', by_id: 'a', address: '', operation: 'x', targets: '{}', status: 200 };
    const made = Array.from({ length: 2500 }, (_, at) => ({
      ...row,
      seq: at + 1,
      at_ms: 0,
      request_id: '',
      missed: 0,
      hash: '',
    }));
    for (const some of [made.slice(0, 1250), made.slice(1250)])
      await api.store.db.insertInto('audit_entries').values(some).execute();
    const stays = Array.from({ length: 30 }, (_, at) => ({ sid: `RM_${at}`, epoch: 1, lost: 1 }));
    await api.store.db.insertInto('journal_losses').values(stays).execute();
    const { lines } = await download();
    const seqs = lines.filter(({ table }) => table === 'audit_entries').map((each) => each.row.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect(seqs.length).toBeGreaterThanOrEqual(2500);
  });

  it('runs alone, and an aborted export lets the next one run', async () => {
    await api.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v1/tenant/export`;
    const headers = { authorization: `Bearer ${await api.token({ scope: 'tenant:admin' })}` };
    // Much more than the buffers of sockets hold.
    const noiseRows = Array.from({ length: 2000 }, (_, at) => ({
      id: `EV_${at}`,
      tenant: 'acme',
      sid: 'RM_1',
      room: 'r',
      sequence: at,
      type: 't',
      at_ms: 0,
      created_ms: at,
      body: JSON.stringify({ noise: Buffer.from(crypto.getRandomValues(new Uint8Array(6000))).toString('base64') }),
    }));
    for (let at = 0; at < noiseRows.length; at += 500)
      await api.store.db
        .insertInto('events')
        .values(noiseRows.slice(at, at + 500))
        .execute();
    const broken = new AbortController();
    const first = await fetch(url, { headers, signal: broken.signal });
    expect(first.status).toBe(200);
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ status: 409, code: 'CONFLICT' });
    broken.abort();
    await expect.poll(async () => (await download()).answer.statusCode).toBe(200);
  });
});
