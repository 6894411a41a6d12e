// All migrations, in order. One that has been released is never changed: a new one adds what is new, and a later one
// takes away what nothing reads any more.
import type { Migration } from 'kysely/migration';
import { access } from './0001-access.ts';
import { idempotency } from './0002-idempotency.ts';
import { revocations } from './0003-revocations.ts';
import { rooms } from './0004-rooms.ts';
import { events } from './0005-events.ts';
import { jobs } from './0006-jobs.ts';
import { webhooks } from './0007-webhooks.ts';
import { joinLinks } from './0008-join-links.ts';
import { meetings } from './0009-meetings.ts';

export const migrations: Record<string, Migration> = {
  '0001-access': access,
  '0002-idempotency': idempotency,
  '0003-revocations': revocations,
  '0004-rooms': rooms,
  '0005-events': events,
  '0008-join-links': joinLinks,
  '0009-meetings': meetings,
  '0006-jobs': jobs,
  '0007-webhooks': webhooks,
};
