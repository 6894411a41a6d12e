// Conditions of lists that users search by typed text.
import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** Returns a condition that any of the columns contains the text, ignoring case. */
export function contains(columns: readonly string[], text: string): RawBuilder<SqlBool> {
  const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  const each = columns.map((column) => sql`lower(${sql.ref(column)}) like ${pattern} escape '\\'`);
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`;
}

/** Returns a condition on rows of `table` that the name of their room, or the title of its meeting, has the text. */
export const isOfRoomNamed = (table: 'room_lives' | 'recordings', text: string): RawBuilder<SqlBool> =>
  sql<SqlBool>`(${contains([`${table}.room`], text)} or exists (
    select 1 from meetings where meetings.tenant = ${sql.ref(`${table}.tenant`)}
      and meetings.id = ${sql.ref(`${table}.room`)} and ${contains(['meetings.title'], text)}))`;

/** Longest text of a search. */
export const SEARCH_CHARACTERS_MAX = 128;
