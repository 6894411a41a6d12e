// When a media node whose link is down counts as dead at once, without a wait for its return: its process left the link
// as processes do that end without a word, and nothing listens at its address any more. One that hangs, or that the
// network is cut from, refuses nothing; one that starts again has lost its sessions anyway.

/** Of a link that is not up. */
export interface LinkAway {
  /** It was up, and ended as a process leaves it (`isProcessEnd`). */
  readonly endedAsProcess: boolean;
  /** Dials since then that were refused, in a row. */
  readonly refusals: number;
}

/** A port that is closed once may be that of a listener on its way; the dialer's second attempt comes within 0.15 s. */
const refusalsOfDeath = 2;

/** Nothing is there, whether or not a node ever was. */
export const isRefusing = ({ refusals }: Pick<LinkAway, 'refusals'>): boolean => refusals >= refusalsOfDeath;

export const isProcessGone = (away: LinkAway): boolean => away.endedAsProcess && isRefusing(away);
