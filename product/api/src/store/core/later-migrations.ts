// A database at which another version has been: whether this one can work with it. Pure.

/**
 * Ends the name of a migration that older versions cannot live with: they refuse to start. All others only add what
 * older versions need not know, so that both run side by side during an upgrade, and back is a way.
 */
export const BREAKS = '-breaks';

/** What ran first before the 64 migrations of the time without releases became five. */
const FIRST_UNRELEASED = '0001-access';

/** Whether a database, or a back-up, is of before the first release: no way leads from there. */
export const isUnreleased = (executed: readonly string[]): boolean => executed.includes(FIRST_UNRELEASED);

/**
 * Migrations that this version does not know, in their order, when it can work with what they made; undefined: it
 * cannot. `executed`: names of what has run at the database, `known`: of this version's, in order.
 */
export function laterMigrations(executed: readonly string[], known: readonly string[]): readonly string[] | undefined {
  const last = known.at(-1) ?? '';
  const later = executed.filter((name) => !known.includes(name)).toSorted();
  const isWhole = known.every((name) => executed.includes(name));
  return isWhole && later.every((name) => name > last && !name.endsWith(BREAKS)) ? later : undefined;
}
