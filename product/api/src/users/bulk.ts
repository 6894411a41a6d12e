// Many users at once, as a company's directory has them. Each row is a transaction of its own: a bad one stops no
// other, and the same list sent again changes nothing.
import type { RestLanguage } from '@meridian/protocol';
import { Problem } from '../http/problems.ts';
import { type ProblemDocument, problemOf } from '../http/server.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { ChangedBy } from './checks.ts';
import type { UserRow } from './user.ts';
import type { Users } from './users.ts';

export interface RowResult {
  /** 201: made, 200: changed or as it was, else of the problem. */
  readonly status: number;
  readonly id?: string;
  readonly problem?: ProblemDocument;
}

/** Rejects with what is no refusal of a row: then rows before it are done, and the list may be sent again. */
export async function putUsers(
  o: { readonly db: Database; readonly users: Users },
  tenant: string,
  rows: readonly UserRow[],
  { language, by }: { readonly language: RestLanguage; readonly by: ChangedBy },
): Promise<RowResult[]> {
  const results: RowResult[] = [];
  for (const row of rows) {
    try {
      const { user, isNew } = await transact(o.db, (db) => o.users.put(db, tenant, row, by));
      results.push({ status: isNew ? 201 : 200, id: user.id });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { status, document } = problemOf(error, language);
      results.push({ status, ...(row.id !== undefined && { id: row.id }), problem: document });
    }
  }
  return results;
}
