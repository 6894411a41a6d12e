// Contents of the library whose rows are real and whose node is none: it says what it was asked for.
import type { ItemContents } from '../../src/library/items.ts';
import type { ContentRow } from '../../src/library/rows.ts';
import type { Database } from '../../src/store/store.ts';
import type { Transaction } from '../../src/store/transaction.ts';

export class ScriptedContents implements ItemContents {
  /** Of its node; undefined: it is away. */
  base: string | undefined = 'https://lib-fra.example.org';
  readonly given: string[] = [];
  /** Covers that were asked for. */
  readonly covers: string[] = [];
  /** Regions that were asked for. */
  readonly fences: string[] = [];
  readonly #own: Pick<ItemContents, 'find' | 'released'>;

  constructor(own: Pick<ItemContents, 'find' | 'released'>) {
    this.#own = own;
  }

  find(db: Database, tenant: string, id: string): Promise<ContentRow | undefined> {
    return this.#own.find(db, tenant, id);
  }

  async released(trx: Transaction, tenant: string, id: string): Promise<void> {
    await this.#own.released(trx, tenant, id);
    this.given.push(`${tenant}/${id}`);
  }

  baseOf(_: ContentRow, fence: string): string | undefined {
    this.fences.push(fence);
    return this.base;
  }

  async makeCover({ id }: ContentRow, atMs: number): Promise<void> {
    this.covers.push(`${id} ${atMs}`);
  }
}
