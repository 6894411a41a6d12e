// Open break-out rooms, and a host's plan of break-outs before they open.
import { isBlank, limits, spreadEvenly } from '@meridian/protocol';
import type { ParticipantModel } from './model.ts';

export interface BreakOutModel {
  readonly breakOutId: string;
  readonly name: string;
  readonly identities: readonly string[];
  /** End by the wall clock; 0 if only a host closes it. */
  readonly endsAtMs: number;
}

/** A break-out as a host sets it; `breakOutId` names an existing break-out. */
export interface BreakOutSetting {
  readonly breakOutId?: string;
  readonly name: string;
  readonly identities: readonly string[];
  readonly endsAtMs: number;
}

export const openBreakOuts = (list: readonly BreakOutModel[], nowWallMs: number): readonly BreakOutModel[] =>
  list.filter(({ endsAtMs }) => endsAtMs === 0 || endsAtMs > nowWallMs);

/** Returns when the first break-out ends; 0 if none has an end. */
export function endsFirstMs(list: readonly BreakOutModel[]): number {
  const ends = list.flatMap(({ endsAtMs }) => (endsAtMs === 0 ? [] : [endsAtMs]));
  return ends.length === 0 ? 0 : Math.min(...ends);
}

export const breakOutOf = <T extends Pick<BreakOutModel, 'identities'>>(
  list: readonly T[],
  identity: string,
): T | undefined => list.find(({ identities }) => identities.includes(identity));

/**
 * Returns the participants that a host can send to break-outs: not the host itself, viewers or gateway participants.
 */
export const assignable = (people: readonly ParticipantModel[]): readonly ParticipantModel[] =>
  people
    .filter(({ local, viewer, protocol }) => !local && viewer !== true && protocol === undefined)
    .sort((a, b) => a.name.localeCompare(b.name));

/** Moves an identity into the room at this index and out of all others; -1 only takes it out. */
export const assigned = <T extends { readonly identities: readonly string[] }>(
  rooms: readonly T[],
  identity: string,
  to: number,
): readonly T[] =>
  rooms.map((room, at) => {
    const others = room.identities.filter((one) => one !== identity);
    if (at !== to && others.length === room.identities.length) return room;
    return { ...room, identities: at === to ? [...others, identity] : others };
  });

export const closingAt = (list: readonly BreakOutModel[], atMs: number): readonly BreakOutModel[] =>
  list.map((one) => ({ ...one, endsAtMs: one.endsAtMs === 0 ? atMs : Math.min(one.endsAtMs, atMs) }));

export interface PlannedRoom {
  readonly name: string;
  readonly identities: readonly string[];
}
export interface BreakOutPlan {
  readonly rooms: readonly PlannedRoom[];
  /** Duration of the break-outs; 0: until a host closes them. */
  readonly minutes: number;
}

export const BREAK_OUTS_MAX = limits.breakOutsMax;
export const BREAK_OUT_NAME_MAX = limits.breakOutNameLengthMax;
export const ANNOUNCEMENT_MAX = limits.postLengthMax;
export const planMinutes = [0, 5, 10, 15, 20, 30, 45, 60, 90] as const;

/** Returns the default name of the room with this number, counted from 1. */
export type NameOf = (number: number) => string;

export const newPlan = (nameOf: NameOf): BreakOutPlan => resized({ rooms: [], minutes: 0 }, 2, nameOf);

/** Changes the number of rooms, clamped to 1 … BREAK_OUTS_MAX. Members of a dropped room become unassigned. */
export function resized(plan: BreakOutPlan, count: number, nameOf: NameOf): BreakOutPlan {
  const wanted = Math.max(1, Math.min(Math.round(count) || 1, BREAK_OUTS_MAX));
  const rooms = plan.rooms.slice(0, wanted);
  for (let number = 1; rooms.length < wanted; number++) {
    const name = nameOf(number);
    if (!rooms.some((room) => room.name === name)) rooms.push({ name, identities: [] });
  }
  return { ...plan, rooms };
}

export const renamed = (plan: BreakOutPlan, at: number, name: string): BreakOutPlan => ({
  ...plan,
  rooms: plan.rooms.map((room, index) => (index === at ? { ...room, name } : room)),
});

/** Distributes the identities evenly over all rooms and discards earlier assignments. */
export function distributed(plan: BreakOutPlan, identities: readonly string[]): BreakOutPlan {
  const groups = spreadEvenly(identities, plan.rooms.length);
  return { ...plan, rooms: plan.rooms.map(({ name }, at) => ({ name, identities: groups[at] ?? [] })) };
}

/** Returns the indexes of rooms with an empty or duplicate name, which the service would refuse. */
export function wrongNames({ rooms }: BreakOutPlan): readonly number[] {
  const names = rooms.map(({ name }) => name.trim());
  return [...names.keys()].filter((at) => {
    const name = names[at] ?? '';
    return isBlank(name) || names.indexOf(name) !== at;
  });
}

export const settingsOf = ({ rooms, minutes }: BreakOutPlan, nowWallMs: number): readonly BreakOutSetting[] =>
  rooms.map(({ name, identities }) => ({
    name: name.trim(),
    identities,
    endsAtMs: minutes === 0 ? 0 : nowWallMs + minutes * 60_000,
  }));

/** Formats a countdown: `4:09`, `1:04:09`. */
export function countdownText(endsAtMs: number, nowWallMs: number): string {
  const seconds = Math.max(0, Math.ceil((endsAtMs - nowWallMs) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}
