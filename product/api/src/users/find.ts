// Finds colleagues while a user types. Each query reads one short range of search keys.

import { findWordsOf, normalisedQuery } from '../store/core/find-words.ts';
import type { Database } from '../store/store.ts';
import type { Group } from './groups.ts';
import type { User } from './user.ts';

export const CHARACTERS_MIN = 2;
export const FOUND_MAX = 20;
/** Higher than FOUND_MAX, since a user may be found by several keys with the same beginning. */
const ROWS_MAX = 3 * FOUND_MAX;
/** Sorts after every continuation of a prefix, since no letter or digit is as high. */
const LAST = '\u{10ffff}';

export type Colleague = Pick<User, 'id' | 'name' | 'email'>;

export type FoundGroup = Pick<Group, 'id' | 'name'>;

/** Replaces a user's search keys, in the transaction of the change. An inactive user has none. */
export async function writeFindWords<U extends User>(db: Database, user: U): Promise<U> {
  const { tenant, id: user_id } = user;
  await db
    .deleteFrom('user_words')
    .where((eb) => eb.and({ tenant, user_id }))
    .execute();
  const searchKeys = user.isActive ? findWordsOf(user) : [];
  if (searchKeys.length > 0)
    await db
      .insertInto('user_words')
      .values(searchKeys.map((word) => ({ tenant, word, user_id })))
      .execute();
  return user;
}

/** Returns active users that have a key with this beginning, sorted by key. */
export async function findColleagues(db: Database, tenant: string, text: string): Promise<Colleague[]> {
  const word = normalisedQuery(text);
  if (word.length < CHARACTERS_MIN) return [];
  const rows = await db
    .selectFrom('user_words as w')
    .innerJoin('users as u', (join) => join.onRef('u.tenant', '=', 'w.tenant').onRef('u.id', '=', 'w.user_id'))
    .select(['u.id', 'u.name', 'u.email'])
    .where('w.tenant', '=', tenant)
    .where('w.word', '>=', word)
    .where('w.word', '<', word + LAST)
    .orderBy('w.word')
    .orderBy('w.user_id')
    .limit(ROWS_MAX)
    .execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  return [...found.values()].slice(0, FOUND_MAX);
}

/** Returns groups of which a word begins like the text, sorted by name. Reads all groups, at most a thousand. */
export async function findGroups(db: Database, tenant: string, text: string): Promise<FoundGroup[]> {
  const word = normalisedQuery(text);
  if (word.length < CHARACTERS_MIN) return [];
  const groups = await db
    .selectFrom('user_groups')
    .select(['id', 'name'])
    .where('tenant', '=', tenant)
    .orderBy('name')
    .execute();
  const fits = ({ name }: FoundGroup) => findWordsOf({ name, email: '' }).some((key) => key.startsWith(word));
  return groups.filter(fits).slice(0, FOUND_MAX);
}
