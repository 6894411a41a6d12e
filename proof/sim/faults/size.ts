// Size of a world, and its timetable: people come, faults happen and heal, and a quiet time follows, at whose end all
// rules must hold.
export interface Size {
  readonly name: 'small' | 'large';
  readonly hostsMin: number;
  readonly hostsMax: number;
  readonly signalingNodes: number;
  readonly rooms: number;
  readonly seatsMin: number;
  readonly peopleMin: number;
  readonly surge: number;
  readonly stayMsMax: number;
  readonly joinsUntilMs: number;
  readonly faultsMin: number;
  readonly faultMsMax: number;
  readonly faultsUntilMs: number;
  readonly quietFromMs: number;
  readonly endMs: number;
  /** Longest wait for a session at the end; a longer one is a violation. */
  readonly seatedWithinMs: number;
}

export const smallSize: Size = {
  name: 'small',
  hostsMin: 8,
  hostsMax: 12,
  signalingNodes: 3,
  rooms: 30,
  seatsMin: 20,
  peopleMin: 200,
  surge: 60,
  stayMsMax: 16_000,
  joinsUntilMs: 42_000,
  faultsMin: 5,
  faultMsMax: 20_000,
  faultsUntilMs: 42_000,
  quietFromMs: 45_000,
  endMs: 60_000,
  seatedWithinMs: 8000,
};

export const largeSize: Size = {
  name: 'large',
  hostsMin: 120,
  hostsMax: 120,
  signalingNodes: 12,
  rooms: 600,
  seatsMin: 120,
  peopleMin: 6000,
  surge: 10_000,
  stayMsMax: 120_000,
  joinsUntilMs: 480_000,
  faultsMin: 30,
  faultMsMax: 300_000,
  faultsUntilMs: 480_000,
  quietFromMs: 500_000,
  endMs: 600_000,
  seatedWithinMs: 20_000,
};
