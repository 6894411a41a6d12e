/** Part of a bound of a tenant that one person may use: ten people at once seldom need all of it. */
const SHARES = 10;

/** Returns how much of a tenant's bound one signed-in user may use, so that no user uses up what all share. */
export const shareOf = (bound: number): number => Math.max(1, Math.floor(bound / SHARES));
