// Finds a pipe whose path is cut while the link between the nodes still works: it should bring packets and brings none.
// The tracks do not show what should arrive (their publishers may be mute, in DTX or without a network, their layers
// unwanted), so the carrier reports how much it has sent. The node checks each pipe once a second (in names: a look).
// The pipe is silent when the carrier's count has grown at two checks in a row, and nothing, not even RTCP, has arrived
// since before the first count.
//
// The node reports each track pulled over a silent pipe as doubtful (a doubt), and the room's owner offers another
// carrier, which the track keeps until the next pull. After each report of a track, at the same or another carrier, the
// pause before its next report doubles. A track without a report for twice its last pause starts again at `pauseMinMs`.

export const silenceRules = {
  /** Silence is found within 3 to 4 s, about the grace of a broken link. A forwarder changes the path within 2.4 s. */
  periodMs: 1000,
  answerDeadlineMs: 800, // less than `periodMs`: a slow carrier does not delay the next check of other pipes
  growthsMin: 2, // one lost RTCP report does not mean a cut path
  pauseMinMs: 3000, // the time that it takes to find the next carrier silent
  pauseMaxMs: 60_000,
  doubtsMax: 64, // per check, because each doubt moves subscribers; the rest wait for the next checks
} as const;

export interface PipeSilence {
  readonly receivedBytes: number;
  /** Bytes that the carrier had sent at the last check; undefined: the carrier was not asked. */
  readonly sentBytes: number | undefined;
  /** Number of checks in a row at which the carrier's count had grown. */
  readonly growthCount: number;
}

/** Returns the state after the first check, or after a check at which bytes had arrived. */
export const receivingPipe = (receivedBytes: number): PipeSilence => ({
  receivedBytes,
  sentBytes: undefined,
  growthCount: 0,
});

/** Returns the state after a check at which nothing had arrived and the carrier reported its count. */
export function notReceivingPipe(
  { receivedBytes, sentBytes: before, growthCount }: PipeSilence,
  sentBytes: number,
): PipeSilence {
  return { receivedBytes, sentBytes, growthCount: before !== undefined && sentBytes > before ? growthCount + 1 : 0 };
}

export const isSilent = ({ growthCount }: PipeSilence): boolean => growthCount >= silenceRules.growthsMin;

export interface PullDoubt {
  readonly count: number;
  readonly atMs: number;
}

const pauseMs = ({ count }: PullDoubt): number =>
  Math.min(silenceRules.pauseMaxMs, silenceRules.pauseMinMs * 2 ** (count - 1));

/** Returns the next doubt of a track whose pipe is silent; undefined while the pause runs. */
export function nextDoubt(last: PullDoubt | undefined, nowMs: number): PullDoubt | undefined {
  if (last === undefined || isExpired(last, nowMs)) return { count: 1, atMs: nowMs };
  return nowMs - last.atMs < pauseMs(last) ? undefined : { count: last.count + 1, atMs: nowMs };
}

/** Returns true when the last doubt is so long ago that the track's next doubt counts as its first. */
export const isExpired = (last: PullDoubt, nowMs: number): boolean => nowMs - last.atMs > 2 * pauseMs(last);
