// Lists in pages: `limit`, and an opaque cursor after the last row seen.
import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { type TSchema, Type } from 'typebox';
import { Problem } from './problems.ts';

export const PAGE_ROWS_MAX = 200;
const PAGE_ROWS_USUAL = 50;
const CURSOR_CHARACTERS_MAX = 1024;

/** Extended by `Type.Object({ ...pageQuery.properties, … })`. */
export const pageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_ROWS_MAX, default: PAGE_ROWS_USUAL })),
  cursor: Type.Optional(
    Type.String({ maxLength: CURSOR_CHARACTERS_MAX, description: '`nextCursor` of the previous page.' }),
  ),
});

/** Names the page in OpenAPI by `title`: RoomPage. */
export const pageOf = <T extends TSchema>(row: T, title: string) =>
  Type.Object(
    {
      data: Type.Array(row),
      nextCursor: Type.Optional(Type.String({ description: 'Cursor of the next page; absent on the last page.' })),
    },
    { title },
  );

/** The last key must be unique in the list, so that no row is skipped. */
export interface SortKey {
  /** SQL name: `created_ms`, `rooms.id`. */
  readonly column: string;
  readonly type: 'number' | 'string';
}

export type PageKeys = Readonly<Record<string, unknown>>;

export interface PageRequest {
  readonly limit?: number;
  readonly cursor?: string;
}

/** Pages by the sort keys of the last row. A forged cursor reaches only rows that the caller may list anyway. */
export class Paging {
  readonly #keys: readonly SortKey[];
  readonly #isDescending: boolean;

  constructor(keys: readonly SortKey[], direction: 'ascending' | 'descending') {
    this.#keys = keys;
    this.#isDescending = direction === 'descending';
  }

  /** Returns one row more than the page, which shows whether another page follows. */
  rowLimit({ limit }: PageRequest): number {
    return (limit ?? PAGE_ROWS_USUAL) + 1;
  }

  /** Sorts the rows after the cursor for `.$call(…)`, one more than the page. Throws like `after`. */
  ofPage(request: PageRequest) {
    // biome-ignore lint/suspicious/noExplicitAny: Kysely's own builders differ per query
    return <Q extends SelectQueryBuilder<any, any, any>>(rows: Q): Q => {
      let found = rows.where(this.after(request)).limit(this.rowLimit(request));
      for (const { column } of this.#keys) found = found.orderBy(column, this.#isDescending ? 'desc' : 'asc');
      return found as Q;
    };
  }

  /** Returns the cursor's sort keys, for lists that no single query makes. Throws like `after`. */
  last({ cursor }: PageRequest): readonly (number | string)[] | undefined {
    return cursor === undefined ? undefined : this.#read(cursor);
  }

  /** Selects rows after the cursor for `.where(…)`. Throws REQUEST_INVALID for a cursor of another list. */
  // biome-ignore lint/suspicious/noExplicitAny: Kysely's own builders differ per query
  after({ cursor }: PageRequest): (eb: ExpressionBuilder<any, any>) => Expression<SqlBool> {
    if (cursor === undefined) return () => sql<SqlBool>`1 = 1`;
    const values = this.#read(cursor);
    const columns = sql.join(this.#keys.map(({ column }) => sql.ref(column)));
    const behind = sql.raw(this.#isDescending ? '<' : '>');
    return () => sql<SqlBool>`(${columns}) ${behind} (${sql.join(values)})`;
  }

  /** Omits the cursor on the last page. */
  page<R extends object, T>(
    request: PageRequest,
    found: readonly R[],
    show: (row: R) => T,
  ): { data: T[]; nextCursor?: string } {
    const rowsOfPage = found.slice(0, this.rowLimit(request) - 1);
    const last = rowsOfPage.at(-1);
    const data = rowsOfPage.map(show);
    return last === undefined || found.length === rowsOfPage.length
      ? { data }
      : { data, nextCursor: this.#write(last) };
  }

  #write(row: object): string {
    const values = this.#keys.map(({ column }) => (row as PageKeys)[column.slice(column.indexOf('.') + 1)]);
    return Buffer.from(JSON.stringify(values)).toString('base64url');
  }

  #read(cursor: string): (number | string)[] {
    const values = parsedCursor(cursor);
    const isOurs =
      Array.isArray(values) &&
      values.length === this.#keys.length &&
      values.every((value, at) => typeof value === this.#keys[at]?.type && !String(value).includes('\0'));
    if (!isOurs)
      throw new Problem('REQUEST_INVALID', undefined, {
        fields: [{ pointer: '?cursor', detail: 'is not a `nextCursor` of this list' }],
      });
    return values;
  }
}

function parsedCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined; // The caller refuses this cursor, like any other of a wrong shape.
  }
}

export const newestFirst = new Paging(
  [
    { column: 'created_ms', type: 'number' },
    { column: 'id', type: 'string' },
  ],
  'descending',
);
