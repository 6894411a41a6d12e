import type { Migration } from 'kysely/migration';
import { createTable } from './create-table.ts';

/** Rooms that are watched all the time, and what tenants say of pictures of theirs. */
export const wall: Migration = {
  async up(db) {
    await createTable(db, 'wall_rooms', { tenant: 'text', room: 'text', added_by: 'text', added_ms: 'number' })
      .addPrimaryKeyConstraint('wall_rooms_key', ['tenant', 'room'])
      .addForeignKeyConstraint('wall_rooms_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
    await createTable(db, 'tenant_wall', { tenant: 'text', is_refused: 'short' })
      .addPrimaryKeyConstraint('tenant_wall_key', ['tenant'])
      .addForeignKeyConstraint('tenant_wall_tenant', ['tenant'], 'tenants', ['id'])
      .execute();
  },
};
