import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const renamed = [
  ['meridian.room_changed', 'room.changed'],
  ['meridian.test', 'webhook.tested'],
] as const;

/** There is one style of names that are not LiveKit's: THING.HAPPENED, as `meeting.created`. */
export const eventNames: Migration = {
  async up(db) {
    for (const [old, name] of renamed) {
      await sql`update events set type = ${name} where type = ${old}`.execute(db);
      await sql`update webhook_deliveries set type = ${name} where type = ${old}`.execute(db);
      await sql`update webhooks set events = trim(replace(' ' || events || ' ', ${` ${old} `}, ${` ${name} `}))
        where ' ' || events || ' ' like ${`% ${old} %`}`.execute(db);
    }
  },
};
