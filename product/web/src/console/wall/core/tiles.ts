import type { WallRoom, WallTrack } from '../../types.ts';

export interface RoomName {
  readonly tenant: string;
  readonly room: string;
}
export const keyOf = ({ tenant, room }: RoomName): string => `${tenant}/${room}`;

export type TroubleKind = 'none' | 'black' | 'frozen' | 'silent';
/** Kinds of trouble, worst first; `none` means that no picture arrives. */
const kinds: readonly TroubleKind[] = ['none', 'black', 'frozen', 'silent'];

export interface Trouble {
  readonly kind: TroubleKind;
  /** Publisher whose trouble has lasted longest. */
  readonly identity: string;
  readonly seconds: number;
  readonly count: number;
  /** Whether the trouble has lasted as long as the alarm's delay (product/api/src/alarms/core/rules/pictures.ts). */
  readonly isSerious: boolean;
}

/** Duration from which a trouble is shown; shorter ones are normal. */
const SHOWN_MS = 3000;
const seriousMs: Readonly<Record<TroubleKind, number>> = {
  none: 10_000,
  black: 10_000,
  frozen: 10_000,
  silent: 30_000,
};

/**
 * Returns the troubles of a room by kind, worst first. Each publisher counts with its worst trouble, since a missing
 * picture is also frozen.
 */
export function troublesOf({ tracks, state }: Pick<WallRoom, 'tracks' | 'state'>): Trouble[] {
  if (state === 'over') return [];
  const found = new Map<TroubleKind, Trouble>();
  for (const track of tracks) {
    const [kind, ms] = troubleOf(track) ?? [];
    if (kind === undefined || ms === undefined) continue;
    const before = found.get(kind);
    const seconds = Math.floor(ms / 1000);
    const worse = before === undefined || seconds > before.seconds ? { identity: track.identity, seconds } : before;
    const isSerious = before?.isSerious === true || ms >= seriousMs[kind];
    found.set(kind, {
      kind,
      identity: worse.identity,
      seconds: worse.seconds,
      count: (before?.count ?? 0) + 1,
      isSerious,
    });
  }
  return kinds.flatMap((kind) => found.get(kind) ?? []);
}

/** Judges a track by the alarms' rules, by which screens may stand still and people may be silent. */
function troubleOf(track: WallTrack): readonly [TroubleKind, number] | undefined {
  const isCamera = track.source === 'camera' || track.isStream;
  if (track.noneMs >= SHOWN_MS) return ['none', track.noneMs];
  if (isCamera && track.blackMs >= SHOWN_MS) return ['black', track.blackMs];
  if (isCamera && track.frozenMs >= SHOWN_MS) return ['frozen', track.frozenMs];
  return track.isStream && track.silentMs >= SHOWN_MS ? ['silent', track.silentMs] : undefined;
}

export const isSerious = (room: WallRoom | undefined): boolean =>
  room !== undefined && troublesOf(room).some((trouble) => trouble.isSerious);

/** Puts rooms with a serious trouble first; otherwise the order stays. */
export const worstFirst = <R extends RoomName>(rooms: readonly R[], states: ReadonlyMap<string, WallRoom>): R[] => [
  ...rooms.filter((room) => isSerious(states.get(keyOf(room)))),
  ...rooms.filter((room) => !isSerious(states.get(keyOf(room)))),
];

/** Bottom of the meter's scale; quieter sound is inaudible beside other sound. */
export const METER_DB_MIN = -60;

/** Returns the level of the loudest sound in dBFS; undefined without sound. */
export function loudest({ tracks }: Pick<WallRoom, 'tracks'>): number | undefined {
  const levels = tracks.filter(isSound).map(({ levelDb }) => levelDb);
  return levels.length === 0 ? undefined : Math.max(...levels);
}

const isSound = ({ source, codec }: WallTrack): boolean =>
  source === 'microphone' || source === 'screen_share_audio' || /^(audio\/|opus|aac|pcm)/i.test(codec);

export const shareOf = (levelDb: number): number => Math.min(1, Math.max(0, (levelDb - METER_DB_MIN) / -METER_DB_MIN));

export const TILES_PER_PAGE = 12;

/** Puts kept rooms first, each room once. */
export function inOrder<K extends RoomName, L extends RoomName>(kept: readonly K[], live: readonly L[]): RoomName[] {
  const isKept = new Set(kept.map(keyOf));
  return [...kept, ...live.filter((room) => !isKept.has(keyOf(room)))].map(({ tenant, room }) => ({ tenant, room }));
}

/** Returns the path of the stream of `rooms`. Each name is encoded before the whole query is encoded again. */
export const streamPath = (rooms: readonly RoomName[]): string => {
  const names = rooms.map(({ tenant, room }) => `${encodeURIComponent(tenant)}/${encodeURIComponent(room)}`);
  return `/wall/stream?rooms=${encodeURIComponent(names.join(','))}`;
};
