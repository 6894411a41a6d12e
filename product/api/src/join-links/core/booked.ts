// Rights of a meeting's link, which are derived from the meeting at the time of joining.
import { identityOf, type Meeting } from '../../meetings/core/meeting.ts';
import type { Occurrence } from '../../meetings/core/occurrences.ts';
import { membersOf, OVERRUN_MS, onlyWatches } from '../../meetings/core/policy.ts';
import type { JoinLink } from './link.ts';

/** Meeting of a room, with the occurrence for which the room is used now (`presentOf`). */
export interface BookedRoom {
  readonly meeting: Meeting;
  /** Absent for a meeting that never takes place. */
  readonly occurrence?: Occurrence;
  readonly isOver: boolean;
}

export interface Booking {
  readonly number: string;
  readonly startsMs: number;
  readonly endsMs: number;
  readonly muteOnEntry: boolean;
}

export const isComing = ({ meeting, occurrence, isOver }: BookedRoom): boolean =>
  meeting.status === 'scheduled' && occurrence !== undefined && !isOver;

/**
 * Returns the link with the meeting's fields; undefined if it admits no browser now. `user`: user with the invitee's
 * address.
 */
export function bookedLink(
  link: JoinLink,
  booked: BookedRoom,
  user?: string,
): { link: JoinLink; booking: Booking } | undefined {
  const { meeting, occurrence } = booked;
  if (!isComing(booked) || occurrence === undefined) return undefined;
  const invitee = meeting.invitees.find(({ id }) => id === link.invitee);
  if (link.invitee !== undefined && invitee === undefined) return undefined;
  const { regions, muteOnEntry } = meeting.settings;
  const identity = invitee && (user ?? identityOf(invitee));
  const role = membersOf(meeting).find((member) => member.identity === identity)?.role;
  const leads = role === 'host' || role === 'cohost';
  return {
    link: {
      ...link,
      title: occurrence.title ?? meeting.title,
      identity,
      name: invitee?.name || undefined,
      grants: { ...onlyWatches(meeting, identity), ...(regions.length > 0 && { regions }) },
      expiresMs: occurrence.endsMs + OVERRUN_MS,
    },
    booking: {
      number: meeting.number,
      startsMs: occurrence.startsMs,
      endsMs: occurrence.endsMs,
      muteOnEntry: muteOnEntry && !leads,
    },
  };
}
