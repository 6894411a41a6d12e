// Decides whether this version can use a database that a later version has migrated.

/** Suffix of a migration after which older versions refuse to start. After others, versions may run side by side. */
export const BREAKS = '-breaks';

/** First of the 64 migrations from before the first release, which were replaced by five. */
const FIRST_UNRELEASED = '0001-access';

/** Returns whether a database or backup is from before the first release, and so cannot be upgraded. */
export const isUnreleased = (executed: readonly string[]): boolean => executed.includes(FIRST_UNRELEASED);

/** Returns the migrations that this version does not know, in order; undefined if it cannot use the database. */
export function laterMigrations(executed: readonly string[], known: readonly string[]): readonly string[] | undefined {
  const last = known.at(-1) ?? '';
  const later = executed.filter((name) => !known.includes(name)).toSorted();
  const isWhole = known.every((name) => executed.includes(name));
  return isWhole && later.every((name) => name > last && !name.endsWith(BREAKS)) ? later : undefined;
}
