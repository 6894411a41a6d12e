export interface SeenTrack {
  readonly identity: string;
  readonly trackId: string;
  readonly source: string;
  readonly codec: string;
  /** Whether the track comes from an encoder, not from a person's browser. */
  readonly isStream: boolean;
  /** Durations of the present state; 0: not in this state. */
  readonly blackMs: number;
  readonly frozenMs: number;
  readonly silentMs: number;
  readonly noneMs: number;
  /** Level of the sound over the last second, dBFS, at most 0; -127: silence. */
  readonly levelDb: number;
}

export interface SeenRoom {
  readonly tenant: string;
  readonly room: string;
  readonly state: 'joining' | 'watching' | 'refused' | 'over';
  /** Reason of a refusal, or why the room cannot be seen. */
  readonly code: string;
  readonly participants: number;
  readonly tracks: readonly SeenTrack[];
}
