// Pool of databases that tests use one after the other, since making a database takes longer than most tests.
import pg from 'pg';
import { onTestFinished, TestRunner } from 'vitest';

/** SQLSTATE, appendix A of PostgreSQL's manual. */
const UNDEFINED_TABLE = '42P01';

/** Rows that migrations have put into a table, as JSON. */
interface Table {
  readonly name: string;
  readonly rows: string | null;
}

export class EmptiedDatabases {
  readonly #make: () => Promise<string>;
  readonly #clients = new Map<string, pg.Client>();
  readonly #free: string[] = [];
  #tables: readonly Table[] | undefined;

  constructor(make: () => Promise<string>) {
    this.#make = make;
  }

  /**
   * Returns the URL of an empty database. A database taken in a test goes back to the pool; one taken in a hook around
   * several tests does not.
   */
  async take(): Promise<string> {
    const url = this.#free.pop();
    const taken = url !== undefined && (await this.#isEmptied(url)) ? url : await this.#make();
    if (TestRunner.getCurrentTest() !== undefined) onTestFinished(() => void this.#free.push(taken));
    return taken;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) await client.end();
    this.#clients.clear();
  }

  /** Returns false if a test has dropped a table; the database is then not used again. */
  async #isEmptied(url: string): Promise<boolean> {
    try {
      await this.#empty(url);
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) return false;
      throw error;
    }
  }

  async #empty(url: string): Promise<void> {
    const client = await this.#client(url);
    this.#tables ??= await this.#readTables();
    const filled = this.#tables.map(({ name }) => `case when exists (select from ${name}) then '${name}' end`);
    const { rows } = await client.query<{ names: string[] }>(`select array_remove(array[${filled}], null) as names`);
    const names = rows[0]?.names ?? [];
    if (names.length > 0) await client.query(`truncate ${names} restart identity cascade`);
    for (const { name, rows } of this.#tables)
      if (rows !== null)
        await client.query(`insert into ${name} select * from json_populate_recordset(null::${name}, $1)`, [rows]);
  }

  async #readTables(): Promise<Table[]> {
    const client = await this.#client(await this.#make());
    const found = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename not like 'kysely%'`,
    );
    const tables: Table[] = [];
    for (const { name } of found.rows) {
      const { rows } = await client.query<{ rows: string | null }>(`select json_agg(t)::text as rows from ${name} t`);
      tables.push({ name, rows: rows[0]?.rows ?? null });
    }
    return tables;
  }

  async #client(url: string): Promise<pg.Client> {
    const known = this.#clients.get(url);
    if (known !== undefined) return known;
    const client = new pg.Client({ connectionString: url });
    this.#clients.set(url, client);
    await client.connect();
    return client;
  }
}
