// Links to a user's meetings, links with the user's name, and links that the user or an API key made.

import { emailOf } from '../access/core/email.ts';
import type { Revocations } from '../access/revocations.ts';
import { type Meeting, meetingFrom } from '../meetings/core/meeting.ts';
import { OVERRUN_MS } from '../meetings/core/policy.ts';
import { namesOf, type Person } from '../meetings/core/rights.ts';
import type { Database } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';
import { type LinkGrants, MEETING_TOKEN_MS_MAX } from './core/link.ts';

const ROWS = 500;

export interface LinkedUser extends Person {
  readonly isActive: boolean;
}

/** Returns undefined for a person that only the company's own system knows. */
export async function userOf(
  db: Database,
  tenant: string,
  { userId, email }: { readonly userId: string; readonly email: string },
): Promise<LinkedUser | undefined> {
  if (userId === '' && email === '') return undefined;
  const row = await db
    .selectFrom('users')
    .select(['id', 'email', 'active'])
    .where('tenant', '=', tenant)
    .where(userId === '' ? 'email' : 'id', '=', userId === '' ? emailOf(email) : userId)
    .executeTakeFirst();
  return row && { id: row.id, email: row.email, isActive: row.active === 1 };
}

/**
 * Ends the user's calls when nodes are informed. `isForGood`: also ends the links, so that they stay invalid if the
 * user is created again.
 */
export async function endPersonalLinks(
  db: Transaction,
  revocations: Pick<Revocations, 'add'>,
  { tenant, nowMs, isForGood, ...person }: Person & { tenant: string; nowMs: number; isForGood: boolean },
): Promise<void> {
  const ids = [
    ...(await linksWithName(db, tenant, person, nowMs)),
    ...(await linksToMeetings(db, tenant, person, nowMs)),
  ];
  await endLinks(db, revocations, ids, { tenant, nowMs, isForGood });
}

/** Ends links made by the user whose guests are hosts. */
export async function endHostLinks(
  db: Transaction,
  revocations: Pick<Revocations, 'add'>,
  { tenant, id, nowMs }: { readonly tenant: string; readonly id: string; readonly nowMs: number },
): Promise<void> {
  const rows = await db
    .selectFrom('join_links')
    .select(['id', 'grants'])
    .where((eb) => eb.and({ tenant, made_by: id }))
    .where('revoked_ms', 'is', null)
    .where('expires_ms', '>', nowMs)
    .execute();
  const ids = rows.filter(({ grants }) => (JSON.parse(grants) as LinkGrants).roomAdmin === true).map((row) => row.id);
  await endLinks(db, revocations, ids, { tenant, nowMs, isForGood: true });
}

/** Ends links that tokens of the API key made. */
export async function endLinksOfKey(
  db: Transaction,
  revocations: Pick<Revocations, 'add'>,
  { tenant, id, nowMs }: { readonly tenant: string; readonly id: string; readonly nowMs: number },
): Promise<void> {
  const rows = await db
    .selectFrom('join_links')
    .innerJoin('join_link_makers', 'join_link_makers.link', 'join_links.id')
    .select('id')
    .where('tenant', '=', tenant)
    .where('api_key', '=', id)
    .where('revoked_ms', 'is', null)
    .where('expires_ms', '>', nowMs)
    .execute();
  const ids = rows.map((row) => row.id);
  await endLinks(db, revocations, ids, { tenant, nowMs, isForGood: true });
}

async function endLinks(
  db: Transaction,
  revocations: Pick<Revocations, 'add'>,
  ids: readonly string[],
  { tenant, nowMs, isForGood }: { readonly tenant: string; readonly nowMs: number; readonly isForGood: boolean },
): Promise<void> {
  for (let at = 0; at < ids.length; at += ROWS) {
    const idsChunk = ids.slice(at, at + ROWS);
    const usedLinks = await db
      .selectFrom('join_links')
      .select('id')
      .where('id', 'in', idsChunk)
      .where('uses', '>', 0)
      .execute();
    for (const { id } of usedLinks) {
      const beforeMs = isForGood ? 0 : Math.floor(nowMs) + 1;
      await revocations.add(db, { tenant, id, beforeMs, untilMs: nowMs + MEETING_TOKEN_MS_MAX });
    }
    if (isForGood) await db.updateTable('join_links').set({ revoked_ms: nowMs }).where('id', 'in', idsChunk).execute();
  }
}

/** Includes links that the user made. */
async function linksWithName(db: Database, tenant: string, { id }: Person, nowMs: number): Promise<string[]> {
  const rows = await db
    .selectFrom('join_links')
    .select('id')
    .where('tenant', '=', tenant)
    .where((eb) => eb.or([eb('identity', '=', id), eb('made_by', '=', id)]))
    .where('revoked_ms', 'is', null)
    .where('expires_ms', '>', nowMs)
    .execute();
  return rows.map((row) => row.id);
}

async function linksToMeetings(db: Database, tenant: string, person: Person, nowMs: number): Promise<string[]> {
  const meetingsOfUser = await db
    .selectFrom('meeting_persons')
    .select('meeting')
    .distinct()
    .where('tenant', '=', tenant)
    .where('person', 'in', namesOf(person))
    .where((eb) => eb.or([eb('ends_ms', 'is', null), eb('ends_ms', '>', nowMs - OVERRUN_MS)]))
    .execute();
  const found: string[] = [];
  for (let at = 0; at < meetingsOfUser.length; at += ROWS) {
    const ids = meetingsOfUser.slice(at, at + ROWS).map(({ meeting }) => meeting);
    const rows = await db.selectFrom('meetings').select('body').where('id', 'in', ids).execute();
    const invitees = rows.flatMap(({ body }) => invitationsOf(meetingFrom(body), person));
    if (invitees.length === 0) continue;
    const links = await db
      .selectFrom('join_links')
      .select('id')
      .where('meeting', 'in', ids)
      .where('invitee', 'in', invitees)
      .where('revoked_ms', 'is', null)
      .execute();
    found.push(...links.map(({ id }) => id));
  }
  return found;
}

const invitationsOf = ({ invitees }: Meeting, { id, email }: Person): string[] =>
  invitees
    .filter((one) => (one.userId === '' ? one.email !== '' && one.email.toLowerCase() === email : one.userId === id))
    .map((one) => one.id);
