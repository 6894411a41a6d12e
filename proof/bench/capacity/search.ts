// Searches for the load that breaks a node, as a pure function of the measured windows. Load only grows: a node's
// performance after an overload says less than its performance before. A window within the bounds is believed at once;
// a broken window must be seen twice in quiet surroundings, because on a shared machine a neighbour's burst looks like
// the node's limit.

/**
 * A forwarding hop that is late by more than this at the 99th percentile breaks a call: a jitter buffer follows the
 * late packets, and of the 150 ms from mouth to ear that go unnoticed (ITU-T G.114) capture, codec and playout need two
 * thirds.
 */
export const delayMsP99Max = 50;
/** Above it opus conceals audibly and video asks for repairs all the time. */
export const lossShareMax = 0.005;
/** Share of the streams of which nothing at all arrived; one in a hundred may be waiting for its key frame. */
export const silentShareMax = 0.01;

export interface Measured {
  readonly rooms: number;
  readonly consumers: number;
  readonly delayMsP99: number;
  readonly lossShare: number;
  readonly silentShare: number;
  readonly cpuCores: number;
  /** True when other processes used the node's processor, or the clients were late or dropped packets themselves. */
  readonly disturbed: boolean;
}
export type Cause = 'delay' | 'loss' | 'silence';
export type Move =
  | { readonly move: 'load'; readonly rooms: number }
  | { readonly move: 'again' }
  /** `held`: the largest load carried within the bounds. `cause`: undefined when nothing broke. */
  | {
      readonly move: 'done';
      readonly held: Measured | undefined;
      readonly broke: Measured | undefined;
      readonly cause: Cause | undefined;
    };

const roomsAtFirst = 4;
const breaksNeeded = 2;
/** Windows per load when windows that break are disturbed; the last break then counts. */
const windowsPerLoadMax = 4;
/** CPU usage from which the load grows in small steps, which are the resolution of the result. */
const fineFromCpuCores = 0.55;
const coarseStep = 0.25;
const fineStep = 0.05;

/** Returns why a window is not within the bounds (the first reason of three); undefined when it is. */
export function broken(window: Measured): Cause | undefined {
  if (window.lossShare > lossShareMax) return 'loss';
  if (window.silentShare > silentShareMax) return 'silence';
  return window.delayMsP99 <= delayMsP99Max ? undefined : 'delay'; // NaN counts as broken: nothing arrived
}

/** Returns the next move after these windows, given in the order of measurement. */
export function nextMove(windows: readonly Measured[], o: { roomsMax: number }): Move {
  const last = windows.at(-1);
  if (last === undefined) return { move: 'load', rooms: Math.min(roomsAtFirst, o.roomsMax) };
  const cause = broken(last);
  if (cause === undefined) {
    if (last.rooms >= o.roomsMax) return { move: 'done', held: largestHeld(windows), broke: undefined, cause };
    const step = last.cpuCores < fineFromCpuCores ? coarseStep : fineStep;
    const rooms = last.rooms + Math.max(1, Math.round(last.rooms * step));
    return { move: 'load', rooms: Math.min(rooms, o.roomsMax) };
  }
  const here = windows.filter(({ rooms }) => rooms === last.rooms);
  const sure = here.filter((window) => broken(window) !== undefined && !window.disturbed);
  if (sure.length < breaksNeeded && here.length < windowsPerLoadMax) return { move: 'again' };
  return { move: 'done', held: largestHeld(windows), broke: last, cause };
}

function largestHeld(windows: readonly Measured[]): Measured | undefined {
  return windows.findLast((window) => broken(window) === undefined);
}

/** Returns the relative error of a claim: 0.2 is a claim a fifth too high. NaN without a break. */
export function claimError(claimed: number, carried: number): number {
  return carried > 0 ? claimed / carried - 1 : Number.NaN;
}
