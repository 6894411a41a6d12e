// From AddTrackRequest and the client's offer to our Publish.
import type { AddTrackRequest, SignalResponse } from '@livekit/protocol';
import type { Encryption, LayerKind, MediaKind, TrackSource, VideoLayer, wire } from '@meridian/protocol';
import type { OfferedTrack } from '@meridian/sdp';

export interface AskedTrack {
  /** The client's name of it: the track id in `a=msid` of its offer. */
  readonly cid: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly name: string;
  readonly muted: boolean;
  readonly width: number;
  readonly height: number;
  /** Lowest first. */
  readonly layers: readonly VideoLayer[];
  readonly encryption: Encryption | undefined;
  readonly disableDtx: boolean;
  readonly stereo: boolean;
  /** Of the codec that the client means to send first; '': it does not say. */
  readonly mimeType: string;
  /** What the client says of how it sends layers; undefined: nothing. */
  readonly layerKind: LayerKind | undefined;
}
export type AskedTrackResult =
  | { readonly ok: true; readonly track: AskedTrack }
  | { readonly ok: false; readonly code: string; readonly response: SignalResponse };

/** `tracks`: how many it publishes, or has asked for, already. */
export function askedTrackOf(
  _request: AddTrackRequest,
  _o: { readonly canPublish: boolean; readonly tracks: number },
): AskedTrackResult {
  throw new Error('not built yet');
}

/** The answer to AddTrackRequest, before any offer: the client waits for it. */
export function trackPublishedResponse(_asked: AskedTrack, _trackSid: string): SignalResponse {
  throw new Error('not built yet');
}

/** Our request, once the offer has the track. Throws REQUEST_INVALID when the line is of another kind. */
export function publishOf(_asked: AskedTrack, _offered: OfferedTrack, _trackSid: string): wire.Publish.$Properties {
  throw new Error('not built yet');
}
/** The service refuses to publish: LiveKit's words for it. */
export function publishRefused(
  _asked: AskedTrack,
  _error: { readonly code: string; readonly message: string },
): SignalResponse {
  throw new Error('not built yet');
}
