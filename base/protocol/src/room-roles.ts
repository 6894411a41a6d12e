// Roles that a room's policy gives to identities, above what their tokens say.

/** `host`, `cohost`: control the room, a cohost no host; `speaker`: publishes; `attendee`: does not. */
export const roomRoles = ['host', 'cohost', 'speaker', 'attendee'] as const;
export type RoomRole = (typeof roomRoles)[number];

/** The role of a text; '' for none of them. */
export const roomRoleOf = (text: string | null | undefined): RoomRole | '' =>
  roomRoles.find((role) => role === text) ?? '';
