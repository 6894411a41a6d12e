// The words of a room: who is in it and what they publish. Wire shapes are converted to these at the edge (src/wire).
import type { LayerKind, MediaKind, Quality, TrackSource } from '@meridian/protocol';

export interface VideoLayer {
  readonly spatialLayer: number;
  readonly width: number;
  readonly height: number;
  readonly maxBitrateBps: number;
}

export interface Track {
  readonly trackId: string;
  readonly kind: MediaKind;
  readonly source: TrackSource;
  readonly name: string;
  readonly muted: boolean;
  readonly mimeType: string;
  readonly layerKind: LayerKind;
  readonly layers: readonly VideoLayer[];
  /** The media node its publisher is attached to. */
  readonly nodeId: string;
  readonly width: number;
  readonly height: number;
}

export interface Participant {
  readonly sessionId: string;
  readonly identity: string;
  readonly name: string;
  readonly metadata: string;
  readonly nodeId: string;
  /** The signaling node that holds its socket. */
  readonly signalingId: string;
  readonly region: string;
  readonly joinedWallMs: number;
  readonly quality: Quality;
  readonly canPublish: boolean;
  readonly canSubscribe: boolean;
  readonly canPublishData: boolean;
  readonly admin: boolean;
  /** Present for the service, not shown to other participants. */
  readonly hidden: boolean;
  readonly tracks: readonly Track[];
}

export interface Speaker {
  readonly sessionId: string;
  /** 0 loudest … −127 silence. */
  readonly levelDbov: number;
}

export type RosterChange =
  | { readonly type: 'participantJoined'; readonly participant: Participant }
  | { readonly type: 'participantLeft'; readonly sessionId: string; readonly reason: string }
  | { readonly type: 'participantChanged'; readonly participant: Participant }
  | { readonly type: 'trackPublished'; readonly sessionId: string; readonly track: Track }
  | { readonly type: 'trackUnpublished'; readonly sessionId: string; readonly trackId: string; readonly reason: string }
  | { readonly type: 'trackMuted'; readonly sessionId: string; readonly trackId: string; readonly muted: boolean }
  | { readonly type: 'speakersChanged'; readonly speakers: readonly Speaker[] }
  | { readonly type: 'qualityChanged'; readonly sessionId: string; readonly quality: Quality }
  /** Something this version does not know: it keeps its place in the order and changes nothing. */
  | { readonly type: 'unknown' };

/** One change with its place in the order: dense per room and epoch, given by the owner. */
export interface RosterEvent {
  readonly seq: number;
  readonly change: RosterChange;
}

export interface RosterView {
  readonly epoch: number;
  readonly seq: number;
  readonly participants: readonly Participant[];
  readonly speakers: readonly Speaker[];
}
