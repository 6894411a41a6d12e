// Joins of clients, answered and refused, as signaling nodes count them. Pure.

/** Of the signaling nodes of a region, or of a tenant, in some minutes. */
export interface JoinTally {
  readonly region: string;
  readonly succeeded: number;
  /** By code. */
  readonly failed: Readonly<Record<string, number>>;
}

/**
 * Codes that are the client's own affair, or a rule of its room: a token that has expired, a full room, a lobby. They
 * are counted and are no failure of the cloud.
 */
export const isOfClient = (_code: string): boolean => false;
