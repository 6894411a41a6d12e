// What takes part in a room: a person, or a program.

/** In the order of the wire. */
export const participantKinds = ['standard', 'gateway', 'recorder', 'agent'] as const;
export type ParticipantKind = (typeof participantKinds)[number];
export const isParticipantKind = (value: unknown): value is ParticipantKind =>
  participantKinds.some((kind) => kind === value);
