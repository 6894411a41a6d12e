// Decides when a media node whose link is down counts as dead at once, without a wait for its return: when its process
// ended the link as a dying process does, and its address refuses connections. A node that hangs or is cut off refuses
// no connection; a node that restarts has lost its sessions anyway.

export interface LinkAway {
  /** The link was up, and ended as a process ends it (`isProcessEnd`). */
  readonly endedAsProcess: boolean;
  /** Dials refused in a row since the link ended. */
  readonly refusals: number;
}

/** A single refusal may come from a listener that is just starting; the dialer's second attempt comes within 0.15 s. */
const refusalsOfDeath = 2;

/** Returns whether nothing listens at the address, whether or not a node ever did. */
export const isRefusing = ({ refusals }: Pick<LinkAway, 'refusals'>): boolean => refusals >= refusalsOfDeath;

export const isProcessGone = (away: LinkAway): boolean => away.endedAsProcess && isRefusing(away);
