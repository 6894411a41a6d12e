/** Number of equal shares into which a tenant's bound is divided; a user may have one of them. */
const SHARES = 10;

/** Returns how much of a tenant's bound one signed-in user may use, so that no user uses up what all share. */
export const shareOf = (bound: number): number => Math.max(1, Math.floor(bound / SHARES));
