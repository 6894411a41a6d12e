export interface SeenTrack {
  readonly identity: string;
  readonly trackId: string;
  /** `camera`, `microphone`, `screen_share` or `screen_share_audio`. */
  readonly source: string;
  readonly codec: string;
  /** True if the track comes from an encoder, not from a person's browser. */
  readonly isStream: boolean;
  /** Time for which the picture has been black; 0 if it is not. The next three fields are durations, too. */
  readonly blackMs: number;
  readonly frozenMs: number;
  readonly silentMs: number;
  readonly noneMs: number;
  /** Level of the sound over the last second, in dBFS, at most 0; -127 for silence. */
  readonly levelDb: number;
}

export interface SeenRoom {
  readonly tenant: string;
  readonly room: string;
  readonly state: 'joining' | 'watching' | 'refused' | 'over';
  /** Reason for a refusal, or why the room cannot be seen. */
  readonly code: string;
  readonly participants: number;
  readonly tracks: readonly SeenTrack[];
}
