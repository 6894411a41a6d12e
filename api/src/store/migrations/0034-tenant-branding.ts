import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

export const tenantBranding: Migration = {
  async up(db) {
    await createTable(db, 'tenant_branding', {
      tenant: 'text',
      display_name: 'text?',
      accent_color: 'text?',
      logo: 'text?',
      support_url: 'text?',
    })
      .addPrimaryKeyConstraint('tenant_branding_key', ['tenant'])
      .addForeignKeyConstraint('tenant_branding_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
  },
};
