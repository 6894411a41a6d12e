import type { Meeting } from '../../meetings/core/meeting.ts';
import { needsPolicy, onlyWatches } from '../../meetings/core/policy.ts';

const HOUR_MS = 3_600_000;
/** Limit of a token's lifetime, even for a meeting months ahead. */
const TOKEN_MS_MAX = 25 * HOUR_MS;

/** Returns an hour after the booked end, or after now if that is later. */
export function tokenEndMs(occurrence: { readonly endsMs: number } | undefined, nowMs: number): number {
  return Math.min(Math.max(occurrence?.endsMs ?? 0, nowMs) + HOUR_MS, nowMs + TOKEN_MS_MAX);
}

/** Returns claims without issuer and times, which the caller adds. The room's policy gives the role. */
export function claimsOf(
  meeting: Pick<Meeting, 'room' | 'settings' | 'hosts' | 'cohosts' | 'invitees'>,
  { id, name }: { readonly id: string; readonly name: string },
): object {
  const { room, settings } = meeting;
  const { regions } = settings;
  return {
    sub: id,
    name,
    via: `user:${id}`,
    ...needsPolicy(meeting, id),
    video: { ...onlyWatches(meeting, id), ...(regions.length > 0 && { regions: [...regions] }), room, roomJoin: true },
  };
}
