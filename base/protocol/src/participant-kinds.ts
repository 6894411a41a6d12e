/** Person (standard) and programs, in the order of the wire. */
export const participantKinds = ['standard', 'gateway', 'recorder', 'agent'] as const;
export type ParticipantKind = (typeof participantKinds)[number];
export const isParticipantKind = (value: unknown): value is ParticipantKind =>
  participantKinds.some((kind) => kind === value);
