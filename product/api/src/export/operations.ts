import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Clock, Logger } from '@meridian/runtime';
import { Type } from 'typebox';
import { operation } from '../http/operation.ts';
import { Problem } from '../http/problems.ts';
import type { Routes } from '../http/routes.ts';
import type { Database } from '../store/store.ts';
import { exportOf } from './export.ts';

const exportTenant = operation({
  id: 'exportTenant',
  method: 'GET',
  path: '/tenant/export',
  tag: 'Tenant',
  summary: 'Export all data of the tenant, without secrets.',
  description:
    'Lines of JSON in gzip: `{"meridianExport","tenant","at"}`, then `{"table","row"}` for each record (times in milliseconds since 1970), and last `{"end":true,"counts"}`; a file without that line is incomplete. The data is read during the download, so a record that changes meanwhile appears in its old or new form. One export at a time, for at most an hour.',
  scope: 'tenant:admin',
  audited: true,
  answers: { 200: Type.String({ contentMediaType: 'application/gzip' }) },
  contentType: 'application/gzip',
  problems: ['CONFLICT'],
});

export interface ExportDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Each export keeps one core busy. */
const AT_ONCE_MAX = 2;
/** A client that stops reading must not block other exports for ever. */
const EXPORT_MS_MAX = 3_600_000;

export function addExportOperations(routes: Routes, { db, clock, log }: ExportDeps): void {
  const running = new Set<string>();
  routes.add(exportTenant, async ({ principal: { tenant } }) => {
    if (running.has(tenant)) throw new Problem('CONFLICT', 'another export of this tenant is being downloaded');
    if (running.size >= AT_ONCE_MAX) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs: 60_000 });
    running.add(tenant);
    const lines = Readable.from(exportOf(db, tenant, clock.wallMs()));
    const body = createGzip();
    const timer = clock.after(EXPORT_MS_MAX, () => body.destroy(new Error('the download took longer than an hour')));
    lines.on('error', (err) => body.destroy(err));
    body.on('error', (err) => log.warn({ err, tenant }, 'an export ended before it was complete'));
    body.on('close', () => {
      lines.destroy();
      timer.cancel();
      running.delete(tenant);
    });
    lines.pipe(body);
    const name = `${tenant}-${new Date(clock.wallMs()).toISOString().slice(0, 10)}.ndjson.gz`;
    const headers = { 'content-type': 'application/gzip', 'content-disposition': `attachment; filename="${name}"` };
    // Fastify sends a stream as it is.
    return { body: body as unknown as string, headers };
  });
}
