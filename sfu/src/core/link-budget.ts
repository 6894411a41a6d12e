// Sheds traffic to one neighbour when it nears the link's budget. A pipe has no congestion control of its own: it sends
// everything it gets. Each node compares its traffic to a neighbour with a budget and sheds in a fixed order, a stage
// at a time: top spatial layers, then video of silent participants, then all video. Audio is never shed.
//
// The stage rises when the traffic has been above `overShare` of the budget for `overHoldMs`, and the last change shows
// in the measurement (`settleMs`). It falls when the traffic has been below `underShare` for a pause, which doubles
// whenever the stage has to rise again soon after a fall.

/** Stages: 0 everything is sent, 1 no top spatial layers, 2 audio and the video of speakers, 3 audio only. */
export type LinkStage = 0 | 1 | 2 | 3;
export type Shed = 'nothing' | 'top_layer' | 'paused';

export interface LinkState {
  readonly stage: LinkStage;
  readonly changedAtMs: number;
  readonly overSinceMs: number | undefined;
  readonly underSinceMs: number | undefined;
  readonly wasLowered: boolean;
  /** Number of times that the stage had to rise again soon after a fall. */
  readonly relapseCount: number;
}
export const linkRules = {
  overShare: 0.95,
  underShare: 0.6, // the next lower stage may send up to twice as much
  overHoldMs: 1500, // longer than a burst of key frames from all publishers
  settleMs: 3000, // the worker's bit rates are means of 2.5 s
  underHoldMs: 10_000,
  relapsesMax: 4, // pauses of at most 160 s
  relapseWithinMs: 30_000,
} as const;

export const initialLink: LinkState = {
  stage: 0,
  changedAtMs: Number.NEGATIVE_INFINITY,
  overSinceMs: undefined,
  underSinceMs: undefined,
  wasLowered: false,
  relapseCount: 0,
};

export function stepLink(
  state: LinkState,
  { nowMs, budgetBps, sentBps }: { nowMs: number; budgetBps: number; sentBps: number },
): LinkState {
  const overSinceMs = sentBps > budgetBps * linkRules.overShare ? (state.overSinceMs ?? nowMs) : undefined;
  const underSinceMs = sentBps < budgetBps * linkRules.underShare ? (state.underSinceMs ?? nowMs) : undefined;
  const sinceChangeMs = nowMs - state.changedAtMs;
  const isSettled = sinceChangeMs >= linkRules.settleMs;
  const changed = { changedAtMs: nowMs, overSinceMs: undefined, underSinceMs: undefined };
  if (overSinceMs !== undefined && nowMs - overSinceMs >= linkRules.overHoldMs && isSettled && state.stage < 3) {
    const isRelapse = state.wasLowered && sinceChangeMs < linkRules.relapseWithinMs;
    const relapseCount = isRelapse ? Math.min(linkRules.relapsesMax, state.relapseCount + 1) : state.relapseCount;
    return { ...changed, stage: (state.stage + 1) as LinkStage, wasLowered: false, relapseCount };
  }
  const pauseMs = linkRules.underHoldMs * 2 ** state.relapseCount;
  if (underSinceMs !== undefined && nowMs - underSinceMs >= pauseMs && state.stage > 0) {
    const isCalm = sinceChangeMs >= 2 * pauseMs;
    return {
      ...changed,
      stage: (state.stage - 1) as LinkStage,
      wasLowered: true,
      relapseCount: isCalm ? 0 : state.relapseCount,
    };
  }
  return { ...state, overSinceMs, underSinceMs };
}

export function shedOf(
  stage: LinkStage,
  stream: { readonly kind: 'audio' | 'video'; readonly isSpeaking: boolean },
): Shed {
  if (stream.kind === 'audio' || stage === 0) return 'nothing';
  if (stage === 3 || (stage === 2 && !stream.isSpeaking)) return 'paused';
  return 'top_layer';
}
