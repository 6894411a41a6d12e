// Decides whether this version can use a database that a later version has migrated.

/** Suffix of a migration with which older versions refuse to start; others allow versions side by side. */
export const BREAKS = '-breaks';

/** First of the 64 migrations before the first release, which became five. */
const FIRST_UNRELEASED = '0001-access';

/** Returns whether a database or backup is older than the first release, and cannot be upgraded. */
export const isUnreleased = (executed: readonly string[]): boolean => executed.includes(FIRST_UNRELEASED);

/** Returns migrations unknown to this version, in order; undefined: it cannot tolerate them. */
export function laterMigrations(executed: readonly string[], known: readonly string[]): readonly string[] | undefined {
  const last = known.at(-1) ?? '';
  const later = executed.filter((name) => !known.includes(name)).toSorted();
  const isWhole = known.every((name) => executed.includes(name));
  return isWhole && later.every((name) => name > last && !name.endsWith(BREAKS)) ? later : undefined;
}
