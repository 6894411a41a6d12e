export const participantKinds = ['standard', 'gateway', 'recorder', 'agent'] as const;
export type ParticipantKind = (typeof participantKinds)[number];
export const isParticipantKind = (value: unknown): value is ParticipantKind =>
  participantKinds.some((kind) => kind === value);
