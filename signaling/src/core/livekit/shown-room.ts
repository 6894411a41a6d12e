// The room as one LiveKit client is shown it.
import type { JoinResponse, SignalResponse } from '@livekit/protocol';
import type { Participant, Track, wire } from '@meridian/protocol';

export interface JoinDetails {
  readonly iceServers: readonly wire.IceServer.$Properties[];
  readonly pingIntervalS: number;
  readonly pingTimeoutS: number;
  readonly nodeId: string;
  readonly region: string;
}
export interface ShownTrack {
  readonly publisherSid: string;
  readonly track: Track;
}

export class ShownRoom {
  constructor(
    _joined: wire.Joined.$Properties,
    _o: { readonly clientProtocol: number; readonly canUpdateMetadata?: boolean },
  ) {}
  get selfSid(): string {
    throw new Error('not built yet');
  }
  /** The own participant, as the roster has it now. */
  get self(): Participant {
    throw new Error('not built yet');
  }
  joinResponse(_o: JoinDetails): JoinResponse {
    throw new Error('not built yet');
  }
  /** To be sent after the JoinResponse: who speaks, and how good connections are. */
  firstMessages(): SignalResponse[] {
    throw new Error('not built yet');
  }
  /** What the client is to hear of a frame, in order; nothing of a frame that is the bridge's, or says nothing new. */
  apply(_frame: wire.ServerFrame.$Properties): SignalResponse[] {
    throw new Error('not built yet');
  }
  /** The own one too. */
  participant(_sid: string): Participant | undefined {
    throw new Error('not built yet');
  }
  byIdentity(_identity: string): Participant | undefined {
    throw new Error('not built yet');
  }
  others(): Participant[] {
    throw new Error('not built yet');
  }
  track(_trackSid: string): ShownTrack | undefined {
    throw new Error('not built yet');
  }
  ownTracks(): readonly Track[] {
    throw new Error('not built yet');
  }
}
