// Playback statistics from the events of a media element. Each report contains the totals so far.

/** Events of media elements; `time`: timeupdate; `quality`: the quality shown from now on. */
export type WatchEvent =
  | { readonly at: 'play' | 'playing' | 'waiting' | 'seeking' | 'seeked' | 'pause' | 'ended' | 'time' }
  | { readonly at: 'quality'; readonly name: string };

type Phase = 'idle' | 'starting' | 'playing' | 'waiting' | 'seeking' | 'paused' | 'ended';

export interface Watch {
  readonly phase: Phase;
  /** Time up to which the phase's time is counted. */
  readonly countedMs: number;
  readonly waitsMs: number;
  /** Time when playback was first requested. */
  readonly beganMs: number | undefined;
  readonly startupMs: number | undefined;
  readonly watchedMs: number;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly seeks: number;
  readonly switches: number;
  readonly quality: string;
  /** Qualities in the order in which they were first shown. */
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

/** Minimum length of a stall: a shorter wait is not noticeable. */
export const STALL_MS_LEAST = 250;
export const REPORT_EVERY_MS = 30_000;
/** Elements report the time four times a second: a longer gap means that the machine slept. */
const STEP_MS_MAX = 10_000;
/** Limit of the server; time in further qualities counts only as watched. */
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

/** `report`: the event is worth an immediate report. */
export function afterEvent(
  before: Watch,
  event: WatchEvent,
  nowMs: number,
): { readonly next: Watch; readonly report: boolean } {
  const counted = withTimeCounted(before, nowMs);
  const next = change(counted, event, nowMs);
  const report = isWorthReport(before, next, event, nowMs);
  return { next: report ? merged(next, { reportedMs: nowMs }) : next, report };
}

export function reportOf(watch: Watch, nowMs: number): WatchReport | undefined {
  const { beganMs } = watch;
  if (beganMs === undefined) return undefined;
  const now = stallEnded(withTimeCounted(watch, nowMs), nowMs);
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
  if (event.at === 'quality') return withQualityShown(watch, event.name);
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

/** A drag of the seek bar counts as a single seek. Before playback starts, the page itself sets positions. */
function sought(watch: Watch, nowMs: number): Watch {
  const { phase, seeks } = watch;
  if (watch.startupMs === undefined || phase === 'seeking') return watch;
  const isStill = phase === 'paused' || phase === 'ended';
  return merged(stallEnded(watch, nowMs), { phase: isStill ? 'paused' : 'seeking', seeks: seeks + 1 });
}

function withQualityShown(watch: Watch, name: string): Watch {
  if (name === watch.quality) return watch;
  const isSwitch = watch.quality !== '' && watch.startupMs !== undefined;
  const qualities = watch.phase === 'playing' ? withQuality(watch.qualities, name) : watch.qualities;
  return merged(watch, { quality: name, switches: watch.switches + (isSwitch ? 1 : 0), qualities });
}

function withQuality(qualities: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
  if (name === '' || qualities.has(name) || qualities.size >= QUALITIES_MAX) return qualities;
  return new Map([...qualities, [name, 0]]);
}

function withTimeCounted(watch: Watch, nowMs: number): Watch {
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

/** Counts a wait that is neither seek nor start. */
function stallEnded(watch: Watch, nowMs: number): Watch {
  const stalledMs = nowMs - watch.waitsMs;
  if (watch.phase !== 'waiting' || stalledMs < STALL_MS_LEAST) return watch;
  return merged(watch, { stalls: watch.stalls + 1, stalledMs: watch.stalledMs + stalledMs });
}

function isWorthReport(before: Watch, next: Watch, event: WatchEvent, nowMs: number): boolean {
  if (next.beganMs === undefined) return false;
  if (event.at === 'seeked') return before.seeks > 0;
  if (before.startupMs !== next.startupMs || before.stalls !== next.stalls || before.switches !== next.switches)
    return true;
  if (before.phase !== next.phase && (next.phase === 'paused' || next.phase === 'ended')) return true;
  return next.phase === 'playing' && nowMs - before.reportedMs >= REPORT_EVERY_MS;
}

const whole = (ms: number): number => Math.max(0, Math.round(ms));

const merged = (watch: Watch, change: Partial<Watch>): Watch => Object.assign({}, watch, change);
