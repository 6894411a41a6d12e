/** `host` and `cohost` control the room, but a cohost no host; `speaker` publishes; `attendee` does not. */
export const roomRoles = ['host', 'cohost', 'speaker', 'attendee'] as const;
export type RoomRole = (typeof roomRoles)[number];

export const roomRoleOf = (text: string | null | undefined): RoomRole | '' =>
  roomRoles.find((role) => role === text) ?? '';
