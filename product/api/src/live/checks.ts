import {
  cleanDisplayName,
  displayNameRule,
  identityFault,
  identityRule,
  isDisplayName,
  isIdentity,
  isProgrammePicture,
} from '@meridian/protocol';
import { Problem } from '../http/problems.ts';
import type { Meetings } from '../meetings/meetings.ts';
import type { Rooms } from '../rooms/rooms.ts';

/** Returns the room's regions; an empty list allows all. Rejects with NOT_FOUND, like `Rooms.get`. */
export async function roomOf(
  tenant: string,
  room: string,
  { rooms, meetings }: { readonly rooms: Pick<Rooms, 'get'>; readonly meetings: Pick<Meetings, 'ofRoom'> },
): Promise<{ readonly regions: readonly string[] }> {
  await rooms.get(tenant, room);
  const booked = await meetings.ofRoom(tenant, room);
  return { regions: booked?.meeting.settings.regions ?? [] };
}

/** Throws REQUEST_INVALID for invalid names. */
export function checkStreamNames(o: {
  readonly identity?: string;
  readonly name?: string;
  readonly picture?: string;
}): void {
  if (o.identity !== undefined && !isIdentity(o.identity))
    throw fieldProblem('/identity', `${identityRule}; ${identityFault(o.identity)}`);
  if (o.picture !== undefined && !isProgrammePicture(o.picture))
    throw fieldProblem('/picture', 'is neither an identity nor a composed picture');
  if (o.name !== undefined && !isDisplayName(cleanDisplayName(o.name))) throw fieldProblem('/name', displayNameRule);
}

export const fieldProblem = (pointer: string, detail: string): Problem =>
  new Problem('REQUEST_INVALID', undefined, { fields: [{ pointer, detail }] });
