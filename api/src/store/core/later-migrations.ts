// A database at which a later version has been: whether this one can work with it. Pure.

/**
 * Ends the name of a migration that older versions cannot live with: they refuse to start. All others only add what
 * older versions need not know, so that both run side by side during an upgrade, and back is a way.
 */
export const BREAKS = '-breaks';

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
