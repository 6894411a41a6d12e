// Inserts many rows in one statement: Kysely's builder costs more per value than the database does.
import { CompiledQuery } from 'kysely';
import type { Store } from '../store/store.ts';
import type { Transaction } from '../store/transaction.ts';

/** SQLite accepts 32,766 values in a statement; 500 records of 25 figures are 12,500. */
const VALUES_PER_STATEMENT = 12_500;

export type Value = string | number | null;

/**
 * Inserts rows, whose values are in the order of `columns`. `onConflict` (SQL) and names must be constants of the code.
 */
export async function addRows<R = never>(
  db: Transaction,
  { kind }: Pick<Store, 'kind'>,
  o: {
    readonly table: string;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly Value[])[];
    readonly onConflict: string;
  },
): Promise<R[]> {
  const { table, columns, rows, onConflict } = o;
  const rowsMax = Math.floor(VALUES_PER_STATEMENT / columns.length);
  const returned: R[] = [];
  for (let from = 0; from < rows.length; from += rowsMax) {
    const rowsChunk = rows.slice(from, from + rowsMax);
    const values =
      kind === 'sqlite'
        ? questionMarks(rowsChunk.length, columns.length)
        : numberedParams(rowsChunk.length, columns.length);
    const text = `insert into ${table} (${columns.join(', ')}) values ${values} on conflict ${onConflict}`;
    const answer = await db.executeQuery<R>(CompiledQuery.raw(text, rowsChunk.flat()));
    returned.push(...answer.rows);
  }
  return returned;
}

const questionMarks = (rows: number, columns: number): string => {
  const row = `(${new Array(columns).fill('?').join(',')})`;
  return new Array(rows).fill(row).join(',');
};
const numberedParams = (rows: number, columns: number): string =>
  Array.from(
    { length: rows },
    (_, row) => `(${Array.from({ length: columns }, (_, at) => `$${row * columns + at + 1}`).join(',')})`,
  ).join(',');
