// What is seen of a watched room. Pure.

export interface SeenTrack {
  readonly identity: string;
  readonly trackId: string;
  /** camera, microphone, screen, … */
  readonly source: string;
  readonly codec: string;
  /** It comes from an encoder, not from a person's browser. */
  readonly isStream: boolean;
  /** For how long it has been so; 0: it is not. */
  readonly blackMs: number;
  readonly frozenMs: number;
  readonly silentMs: number;
  /** No media of it has come for so long. */
  readonly noneMs: number;
  /** Of sound over the last second, dBFS, at most 0; -127: silence. */
  readonly levelDb: number;
}

export interface SeenRoom {
  readonly tenant: string;
  readonly room: string;
  readonly state: 'joining' | 'watching' | 'refused' | 'over';
  /** Why it is refused, or cannot be seen. */
  readonly code: string;
  readonly participants: number;
  readonly tracks: readonly SeenTrack[];
}
