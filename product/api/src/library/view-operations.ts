// Views that platforms of others count, and report.
import type { Clock } from '@meridian/runtime';
import { Type } from 'typebox';
import { lockTenant } from '../access/tenants.ts';
import { operation } from '../http/operation.ts';
import type { Routes } from '../http/routes.ts';
import { addViews } from './heats.ts';

const itemId = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' });
const VIEWS_MAX = 500;

export const reportViews = operation({
  id: 'reportViews',
  method: 'POST',
  path: '/library/views',
  tag: 'Library',
  scope: 'library:write',
  summary: 'Report views of items on other platforms, so that hot contents are brought first.',
  description: 'The views count as of now. They are not part of the statistics of playbacks.',
  body: Type.Object(
    {
      views: Type.Array(
        Type.Object(
          {
            item: itemId,
            count: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Views since the last report.' }),
            source: Type.Optional(
              Type.String({ maxLength: 64, description: 'Name of the platform, for your own use; it is not stored.' }),
            ),
          },
          { title: 'ReportedViews' },
        ),
        { minItems: 1, maxItems: VIEWS_MAX },
      ),
    },
    { title: 'NewViews' },
  ),
  answers: {
    200: Type.Object(
      {
        counted: Type.Integer({ description: 'Number of entries that count.' }),
        unknown: Type.Array(Type.String(), { description: 'Items that do not exist, or have no file.' }),
      },
      { title: 'CountedViews' },
    ),
  },
  idempotent: true,
});

export function addViewOperations(routes: Routes, { clock }: { readonly clock: Clock }): void {
  routes.add(reportViews, ({ principal: { tenant }, body: { views }, atomically }) =>
    atomically(async (trx) => {
      // The lock waits for the removal of contents, whose heat must not come back.
      await lockTenant(trx, tenant);
      const rows = await trx
        .selectFrom('library_items')
        .select(['id', 'content'])
        .where('tenant', '=', tenant)
        .where('id', 'in', [...new Set(views.map(({ item }) => item))])
        .where('content', '!=', '')
        .where('deleted_ms', 'is', null)
        .execute();
      const contents = new Map(rows.map(({ id, content }) => [id, content]));
      const counted = views.flatMap(({ item, count }) => {
        const content = contents.get(item);
        return content === undefined ? [] : [{ tenant, content, views: count }];
      });
      await addViews(trx, counted, clock.wallMs());
      const unknown = new Set(views.flatMap(({ item }) => (contents.has(item) ? [] : [item])));
      return { body: { counted: counted.length, unknown: [...unknown] } };
    }),
  );
}
