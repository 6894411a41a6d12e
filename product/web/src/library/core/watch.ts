// How a playback goes, by the events of its media element: what is reported of it, always as a whole. Pure.

/** As media elements say it; `time`: it goes on; `quality`: that which is shown from now on. */
export type WatchEvent =
  | { readonly at: 'play' | 'playing' | 'waiting' | 'seeking' | 'seeked' | 'pause' | 'ended' | 'time' }
  | { readonly at: 'quality'; readonly name: string };

type Phase = 'idle' | 'starting' | 'playing' | 'waiting' | 'seeking' | 'paused' | 'ended';

export interface Watch {
  readonly phase: Phase;
  /** Until when the time of the phase is counted. */
  readonly countedMs: number;
  /** When the wait began. */
  readonly waitsMs: number;
  /** When it was to play for the first time. */
  readonly beganMs: number | undefined;
  readonly startupMs: number | undefined;
  readonly watchedMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly seeks: number;
  readonly switches: number;
  readonly quality: string;
  /** In the order in which they were shown first. */
  readonly qualities: ReadonlyMap<string, number>;
  readonly reportedMs: number;
}

/** The body of `POST …/watches`. */
export interface WatchReport {
  readonly agoMs: number;
  readonly startupMs: number;
  readonly watchedMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly seeks: number;
  readonly switches: number;
  readonly qualities: readonly { readonly name: string; readonly watchedMs: number }[];
  readonly ended: boolean;
}

/** A shorter wait is seen by no eye. */
export const STALL_MS_LEAST = 250;
/** While it plays it is reported this often. */
export const REPORT_EVERY_MS = 30_000;
/** Elements say the time four times a second: longer gaps are those of a machine that slept. */
const STEP_MS_MAX = 10_000;
/** As the server takes them; what is shown beyond them counts only as watched. */
const QUALITIES_MAX = 8;

export const newWatch: Watch = {
  phase: 'idle',
  countedMs: 0,
  waitsMs: 0,
  beganMs: undefined,
  startupMs: undefined,
  watchedMs: 0,
  stalls: 0,
  stalledMs: 0,
  seeks: 0,
  switches: 0,
  quality: '',
  qualities: new Map(),
  reportedMs: 0,
};

/** `report`: something has happened that the node is to know at once. */
export function watched(
  before: Watch,
  event: WatchEvent,
  nowMs: number,
): { readonly next: Watch; readonly report: boolean } {
  const counted = counting(before, nowMs);
  const next = change(counted, event, nowMs);
  const report = isReported(before, next, event, nowMs);
  return { next: report ? merged(next, { reportedMs: nowMs }) : next, report };
}

/** Undefined: it was never to play. */
export function reportOf(watch: Watch, nowMs: number): WatchReport | undefined {
  const { beganMs } = watch;
  if (beganMs === undefined) return undefined;
  const now = stallEnded(counting(watch, nowMs), nowMs);
  return {
    agoMs: whole(nowMs - beganMs),
    startupMs: whole(now.startupMs ?? nowMs - beganMs),
    watchedMs: whole(now.watchedMs),
    stalls: now.stalls,
    stalledMs: whole(now.stalledMs),
    seeks: now.seeks,
    switches: now.switches,
    qualities: [...now.qualities].map(([name, watchedMs]) => ({ name, watchedMs: whole(watchedMs) })),
    ended: now.phase === 'ended',
  };
}

function change(watch: Watch, event: WatchEvent, nowMs: number): Watch {
  if (event.at === 'quality') return shown(watch, event.name);
  const { phase } = watch;
  switch (event.at) {
    case 'play':
      return phase === 'idle' || phase === 'paused' || phase === 'ended' ? begun(watch, nowMs) : watch;
    case 'playing':
      return phase === 'idle' ? playing(begun(watch, nowMs), nowMs) : playing(watch, nowMs);
    case 'waiting':
      return phase === 'playing' ? merged(watch, { phase: 'waiting', waitsMs: nowMs }) : watch;
    case 'seeking':
      return sought(watch, nowMs);
    case 'pause':
      return phase === 'idle' || phase === 'ended' ? watch : merged(stallEnded(watch, nowMs), { phase: 'paused' });
    case 'ended':
      return phase === 'idle' ? watch : merged(stallEnded(watch, nowMs), { phase: 'ended' });
    default:
      return watch;
  }
}

const begun = (watch: Watch, nowMs: number): Watch =>
  merged(watch, { phase: 'starting', beganMs: watch.beganMs ?? nowMs, countedMs: nowMs });

function playing(watch: Watch, nowMs: number): Watch {
  const { startupMs = nowMs - (watch.beganMs ?? nowMs), quality, qualities } = watch;
  return merged(stallEnded(watch, nowMs), { phase: 'playing', startupMs, qualities: withQuality(qualities, quality) });
}

/** One seek, however far the bar is drawn. Before it has played, places are set by the page as well. */
function sought(watch: Watch, nowMs: number): Watch {
  const { phase, seeks } = watch;
  if (watch.startupMs === undefined || phase === 'seeking') return watch;
  const isStill = phase === 'paused' || phase === 'ended';
  return merged(stallEnded(watch, nowMs), { phase: isStill ? 'paused' : 'seeking', seeks: seeks + 1 });
}

function shown(watch: Watch, name: string): Watch {
  if (name === watch.quality) return watch;
  const isSwitch = watch.quality !== '' && watch.startupMs !== undefined;
  const qualities = watch.phase === 'playing' ? withQuality(watch.qualities, name) : watch.qualities;
  return merged(watch, { quality: name, switches: watch.switches + (isSwitch ? 1 : 0), qualities });
}

function withQuality(qualities: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
  if (name === '' || qualities.has(name) || qualities.size >= QUALITIES_MAX) return qualities;
  return new Map([...qualities, [name, 0]]);
}

/** The time since the last event, as that of the phase. */
function counting(watch: Watch, nowMs: number): Watch {
  if (watch.phase !== 'playing') return merged(watch, { countedMs: nowMs });
  const passedMs = Math.min(STEP_MS_MAX, Math.max(0, nowMs - watch.countedMs));
  const { quality, qualities } = watch;
  const soFarMs = qualities.get(quality);
  return merged(watch, {
    countedMs: nowMs,
    watchedMs: watch.watchedMs + passedMs,
    qualities: soFarMs === undefined ? qualities : new Map([...qualities, [quality, soFarMs + passedMs]]),
  });
}

/** A wait that is no seek and no start. */
function stallEnded(watch: Watch, nowMs: number): Watch {
  const stalledMs = nowMs - watch.waitsMs;
  if (watch.phase !== 'waiting' || stalledMs < STALL_MS_LEAST) return watch;
  return merged(watch, { stalls: watch.stalls + 1, stalledMs: watch.stalledMs + stalledMs });
}

function isReported(before: Watch, next: Watch, event: WatchEvent, nowMs: number): boolean {
  if (next.beganMs === undefined) return false;
  if (event.at === 'seeked') return before.seeks > 0;
  if (before.startupMs !== next.startupMs || before.stalls !== next.stalls || before.switches !== next.switches)
    return true;
  if (before.phase !== next.phase && (next.phase === 'paused' || next.phase === 'ended')) return true;
  return next.phase === 'playing' && nowMs - before.reportedMs >= REPORT_EVERY_MS;
}

const whole = (ms: number): number => Math.max(0, Math.round(ms));

const merged = (watch: Watch, change: Partial<Watch>): Watch => Object.assign({}, watch, change);
