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
  summary: 'Everything that the tenant has, without secrets.',
  description:
    'Lines of JSON, gzip: `{"meridianExport","tenant","at"}`, then `{"table","row"}` for each record (times in milliseconds since 1970), at last `{"end":true,"counts"}`; a file without that line is not whole. Read while it is downloaded: what changes meanwhile is in it as it was or as it is. One at a time, for an hour at most.',
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
/** A client that stops reading must not hold a place for ever. */
const EXPORT_MS_MAX = 3_600_000;

export function addExportOperations(routes: Routes, { db, clock, log }: ExportDeps): void {
  const running = new Set<string>();
  routes.add(exportTenant, async ({ principal: { tenant } }) => {
    if (running.has(tenant)) throw new Problem('CONFLICT', 'another export of this tenant is being downloaded');
    if (running.size >= AT_ONCE_MAX) throw new Problem('RATE_LIMITED', undefined, { retryAfterMs: 60_000 });
    running.add(tenant);
    const lines = Readable.from(exportOf(db, tenant, clock.wallMs()));
    const body = createGzip();
    const timer = clock.after(EXPORT_MS_MAX, () => body.destroy(new Error('the download takes too long')));
    lines.on('error', (err) => body.destroy(err));
    body.on('error', (err) => log.warn({ err, tenant }, 'an export has ended before its end'));
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
