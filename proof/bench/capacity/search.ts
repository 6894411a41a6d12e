// Searches for the load that breaks a node, as a pure function of the measured windows. Load only grows, since after an
// overload a node performs differently. A window within the limits counts at once. A break must occur twice while the
// machine is quiet, since on a shared machine a burst of another program looks like the node's limit.

/**
 * Delay of a hop, at the 99th percentile, above which a call breaks. A jitter buffer adapts to the late packets, and
 * capture, codec and play-out need two thirds of the 150 ms that people do not notice (ITU-T G.114).
 */
export const delayMsP99Max = 50;
/** Loss above which Opus conceals audibly, and video asks for repairs all the time. */
export const lossShareMax = 0.005;
/** Largest share of streams without a single packet; one in a hundred may be waiting for its key frame. */
export const silentShareMax = 0.01;

export interface Measured {
  readonly rooms: number;
  readonly consumers: number;
  readonly delayMsP99: number;
  readonly lossShare: number;
  readonly silentShare: number;
  readonly cpuCores: number;
  /** Whether other processes used the node's processor, or the clients themselves were late or dropped packets. */
  readonly disturbed: boolean;
}
export type Cause = 'delay' | 'loss' | 'silence';
export type Move =
  | { readonly move: 'load'; readonly rooms: number }
  | { readonly move: 'again' }
  /** `held` is the largest load within the limits; `cause` is undefined if no load broke the node. */
  | {
      readonly move: 'done';
      readonly held: Measured | undefined;
      readonly broke: Measured | undefined;
      readonly cause: Cause | undefined;
    };

const roomsAtFirst = 4;
const breaksNeeded = 2;
/** Most windows per load if those that break are disturbed; the last one then counts. */
const windowsPerLoadMax = 4;
/** CPU usage from which the load grows in small steps, which are the resolution of the result. */
const fineFromCpuCores = 0.55;
const coarseStep = 0.25;
const fineStep = 0.05;

/** Returns the first reason why a window is not within the limits; undefined if it is. */
export function breakCause(window: Measured): Cause | undefined {
  if (window.lossShare > lossShareMax) return 'loss';
  if (window.silentShare > silentShareMax) return 'silence';
  return window.delayMsP99 <= delayMsP99Max ? undefined : 'delay'; // NaN counts as broken: nothing arrived
}

/** Returns the next move after these windows, given in the order of measurement. */
export function nextMove(windows: readonly Measured[], o: { roomsMax: number }): Move {
  const last = windows.at(-1);
  if (last === undefined) return { move: 'load', rooms: Math.min(roomsAtFirst, o.roomsMax) };
  const cause = breakCause(last);
  if (cause === undefined) {
    if (last.rooms >= o.roomsMax) return { move: 'done', held: largestHeld(windows), broke: undefined, cause };
    const step = last.cpuCores < fineFromCpuCores ? coarseStep : fineStep;
    const rooms = last.rooms + Math.max(1, Math.round(last.rooms * step));
    return { move: 'load', rooms: Math.min(rooms, o.roomsMax) };
  }
  const windowsOfLoad = windows.filter(({ rooms }) => rooms === last.rooms);
  const sure = windowsOfLoad.filter((window) => breakCause(window) !== undefined && !window.disturbed);
  if (sure.length < breaksNeeded && windowsOfLoad.length < windowsPerLoadMax) return { move: 'again' };
  return { move: 'done', held: largestHeld(windows), broke: last, cause };
}

function largestHeld(windows: readonly Measured[]): Measured | undefined {
  return windows.findLast((window) => breakCause(window) === undefined);
}

/** Returns the relative error of a claim (0.2 for a claim that is a fifth too high); NaN without a break. */
export function claimError(claimed: number, carried: number): number {
  return carried > 0 ? claimed / carried - 1 : Number.NaN;
}
