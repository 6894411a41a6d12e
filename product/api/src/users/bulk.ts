// Creates or changes many users at once, each row in a separate transaction. Repeating a list changes nothing.
import type { RestLanguage } from '@meridian/protocol';
import { Problem } from '../http/problems.ts';
import { type ProblemDocument, problemOf } from '../http/server.ts';
import type { Database } from '../store/store.ts';
import { transact } from '../store/transaction.ts';
import type { ChangedBy } from './checks.ts';
import type { UserRow } from './user.ts';
import type { Users } from './users.ts';

export interface RowResult {
  /** 201: created; 200: changed or unchanged; otherwise the status of the problem. */
  readonly status: number;
  readonly id?: string;
  readonly problem?: ProblemDocument;
}

/** Rejects with errors that are not the refusal of a row. Earlier rows are then done, and the list can be repeated. */
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
