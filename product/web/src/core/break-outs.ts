// Break-out rooms as the page shows them, and a host's plan of them before they are open. Pure.
import { isBlank, limits, spreadEvenly } from '@meridian/protocol';
import type { ParticipantModel } from './model.ts';

export interface BreakOutModel {
  readonly breakOutId: string;
  readonly name: string;
  /** Those that belong there. */
  readonly identities: readonly string[];
  /** Wall clock; 0: it does not end by itself. */
  readonly endsAtMs: number;
}

/** What a host sets of one; `breakOutId`: it is that one. */
export interface BreakOutSetting {
  readonly breakOutId?: string;
  readonly name: string;
  readonly identities: readonly string[];
  readonly endsAtMs: number;
}

/** Those that are open now. */
export const openBreakOuts = (list: readonly BreakOutModel[], nowWallMs: number): readonly BreakOutModel[] =>
  list.filter(({ endsAtMs }) => endsAtMs === 0 || endsAtMs > nowWallMs);

/** When the first of them ends; 0: none does by itself. */
export function endsFirstMs(list: readonly BreakOutModel[]): number {
  const ends = list.flatMap(({ endsAtMs }) => (endsAtMs === 0 ? [] : [endsAtMs]));
  return ends.length === 0 ? 0 : Math.min(...ends);
}

/** The one that this identity belongs to. */
export const breakOutOf = <T extends Pick<BreakOutModel, 'identities'>>(
  list: readonly T[],
  identity: string,
): T | undefined => list.find(({ identities }) => identities.includes(identity));

/** Participants that a host sends to break-outs: not itself, and not what only watches or comes by a gateway. */
export const assignable = (people: readonly ParticipantModel[]): readonly ParticipantModel[] =>
  people
    .filter(({ local, viewer, protocol }) => !local && viewer !== true && protocol === undefined)
    .sort((a, b) => a.name.localeCompare(b.name));

/** With this identity in the room of this number alone; in none: -1. */
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

/** All of them close at this time at the latest. */
export const closingAt = (list: readonly BreakOutModel[], atMs: number): readonly BreakOutModel[] =>
  list.map((one) => ({ ...one, endsAtMs: one.endsAtMs === 0 ? atMs : Math.min(one.endsAtMs, atMs) }));

export interface PlannedRoom {
  readonly name: string;
  readonly identities: readonly string[];
}
export interface BreakOutPlan {
  readonly rooms: readonly PlannedRoom[];
  /** How long they stay open; 0: until a host closes them. */
  readonly minutes: number;
}

export const BREAK_OUTS_MAX = limits.breakOutsMax;
export const BREAK_OUT_NAME_MAX = limits.breakOutNameLengthMax;
/** Characters of an announcement: as of any post. */
export const ANNOUNCEMENT_MAX = limits.postLengthMax;
export const planMinutes = [0, 5, 10, 15, 20, 30, 45, 60, 90] as const;

/** `nameOf`: of the room of this number, from 1. */
export type NameOf = (number: number) => string;

export const newPlan = (nameOf: NameOf): BreakOutPlan => resized({ rooms: [], minutes: 0 }, 2, nameOf);

/** With so many rooms, 1 to the most there may be. Those of a room that goes belong to none. */
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

/** These identities in turn, whatever was planned for them. */
export function spread(plan: BreakOutPlan, identities: readonly string[]): BreakOutPlan {
  const groups = spreadEvenly(identities, plan.rooms.length);
  return { ...plan, rooms: plan.rooms.map(({ name }, at) => ({ name, identities: groups[at] ?? [] })) };
}

/** Numbers of the rooms whose name the service would refuse: none, or that of another. */
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

/** Of a countdown: `4:09`, `1:04:09`. */
export function leftText(endsAtMs: number, nowWallMs: number): string {
  const seconds = Math.max(0, Math.ceil((endsAtMs - nowWallMs) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}
