// Where tests of queries keep their rows. Each asks for an empty database of its own: in memory of SQLite, or, when
// `api/test/service/units-on-postgres.test.ts` runs the same tests once more, of PostgreSQL.
const inMemory = async (): Promise<string> => 'sqlite::memory:';
let open = inMemory;

/** URL of an empty database. */
export const testDatabase = (): Promise<string> => open();

/** From now on; without an argument as at first. */
export function testDatabasesFrom(other: () => Promise<string> = inMemory): void {
  open = other;
}
