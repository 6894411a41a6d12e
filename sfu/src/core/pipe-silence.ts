// A pipe that should bring packets and brings none: its path is cut, while the link between the nodes is well. What
// should come is not guessed from tracks (their publishers may be mute, in DTX or without a network, their layers
// unwanted): the carrier says how much it has sent. When that is more at two looks in a row than at the one before, and
// nothing has come since the look before these three, not even RTCP, the pipe is silent.
//
// What is pulled over it is then in doubt, and the room's owner offers another carrier. There it stays; the next pull
// is chosen anew. Each further doubt of a track, at the same or another carrier, waits twice as long as the one before,
// until it has gone without one for twice its last pause.

export const silenceRules = {
  /**
   * Three looks and the time to the first of them: 3 to 4 s, as a broken link has 3 s to come back. A forwarder under
   * the pipe changes the path within 2.4 s.
   */
  lookMs: 1000,
  answerMs: 800, // less than a look: one carrier that does not answer must not hold up the next look at all others
  grownMin: 2, // one lost report of RTCP is no cut
  pauseMinMs: 3000, // sooner the next carrier is not known to be silent
  pauseMaxMs: 60_000,
  doubtsMax: 64, // of one look, as each moves its subscribers; others wait for the next looks
} as const;

export interface PipeSilence {
  readonly receivedBytes: number;
  /** By the carrier, at the last look; undefined: it was not asked. */
  readonly sentBytes: number | undefined;
  /** At how many looks in a row it had sent more than at the one before. */
  readonly grown: number;
}

/** After the first look, or one at which something had come. */
export const heardPipe = (receivedBytes: number): PipeSilence => ({ receivedBytes, sentBytes: undefined, grown: 0 });

/** After a look at which nothing had come, and the carrier said what it has sent. */
export function unheardPipe({ receivedBytes, sentBytes: before, grown }: PipeSilence, sentBytes: number): PipeSilence {
  return { receivedBytes, sentBytes, grown: before !== undefined && sentBytes > before ? grown + 1 : 0 };
}

export const isSilent = ({ grown }: PipeSilence): boolean => grown >= silenceRules.grownMin;

/** Of one track, wherever it is pulled from. */
export interface PullDoubt {
  readonly count: number;
  readonly atMs: number;
}

const pauseMs = ({ count }: PullDoubt): number =>
  Math.min(silenceRules.pauseMaxMs, silenceRules.pauseMinMs * 2 ** (count - 1));

/** The next doubt of a track whose pipe is silent; undefined: not yet. */
export function nextDoubt(last: PullDoubt | undefined, nowMs: number): PullDoubt | undefined {
  if (last === undefined || isForgotten(last, nowMs)) return { count: 1, atMs: nowMs };
  return nowMs - last.atMs < pauseMs(last) ? undefined : { count: last.count + 1, atMs: nowMs };
}

/** It has gone well for so long that its next doubt is the first again. */
export const isForgotten = (last: PullDoubt, nowMs: number): boolean => nowMs - last.atMs > 2 * pauseMs(last);
