// Decides whether this version can use a database that a later version has migrated.

/**
 * Suffix of a migration that older versions cannot tolerate: they refuse to start. All other migrations only add things
 * that older versions can ignore, so that both run side by side during an upgrade, and a downgrade is possible.
 */
export const BREAKS = '-breaks';

/** First migration before the 64 unreleased migrations became five. */
const FIRST_UNRELEASED = '0001-access';

/** Returns whether a database or backup is older than the first release: no upgrade is possible from there. */
export const isUnreleased = (executed: readonly string[]): boolean => executed.includes(FIRST_UNRELEASED);

/**
 * Returns migrations unknown to this version, in order, if it can tolerate them; undefined: it cannot. `executed`:
 * names of the migrations that ran at the database; `known`: those of this version, in order.
 */
export function laterMigrations(executed: readonly string[], known: readonly string[]): readonly string[] | undefined {
  const last = known.at(-1) ?? '';
  const later = executed.filter((name) => !known.includes(name)).toSorted();
  const isWhole = known.every((name) => executed.includes(name));
  return isWhole && later.every((name) => name > last && !name.endsWith(BREAKS)) ? later : undefined;
}
