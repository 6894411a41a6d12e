import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const timesOfPersons: Migration = {
  async up(db) {
    await db.schema.alterTable('meeting_persons').addColumn('starts_ms', 'bigint').execute();
    await db.schema.alterTable('meeting_persons').addColumn('ends_ms', 'bigint').execute();
    // Of meetings that take place once. Texts of people have their quotes escaped: this can only be the field.
    const of = (column: string) =>
      sql`(select min(${sql.ref(column)}) from meeting_occurrences o where o.meeting = meeting_persons.meeting)`;
    await sql`
      update meeting_persons set starts_ms = ${of('o.starts_ms')}, ends_ms = ${of('o.ends_ms')}
      where meeting in (select id from meetings where body like ${'%"recurrence":""%'})`.execute(db);
    await db.schema
      .createIndex('meeting_persons_by_time')
      .on('meeting_persons')
      .columns(['tenant', 'person', 'starts_ms', 'meeting', 'ends_ms'])
      .execute();
  },
};
