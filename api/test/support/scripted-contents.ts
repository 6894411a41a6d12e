// Contents of the library whose rows are real and whose node is none: it says what it was asked for.
import { type ErrorCode, MeridianError } from '@meridian/protocol';
import type { ItemContents } from '../../src/library/items.ts';
import type { ContentRow } from '../../src/library/rows.ts';
import type { Database } from '../../src/store/store.ts';
import type { Transaction } from '../../src/store/transaction.ts';

const BASE = 'https://lib-fra.example.org';

export class ScriptedContents implements ItemContents {
  /** Of its node; undefined: it is away. */
  base: string | undefined = BASE;
  /** By which makers of covers fail. */
  failure: ErrorCode | undefined;
  /** References that have gone. */
  readonly given: string[] = [];
  /** Covers that were asked for. */
  readonly covers: string[] = [];
  /** Regions that were asked for. */
  readonly fences: string[] = [];
  readonly #own: Pick<ItemContents, 'find' | 'released'>;

  constructor(own: Pick<ItemContents, 'find' | 'released'>) {
    this.#own = own;
  }

  reset(): void {
    this.base = BASE;
    this.failure = undefined;
    for (const list of [this.given, this.covers, this.fences]) list.length = 0;
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
    if (this.failure !== undefined) throw new MeridianError(this.failure, 'as the test says');
    this.covers.push(`${id} ${atMs}`);
  }
}
