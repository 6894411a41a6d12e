// What a LiveKit client asks by its socket, as frames of our protocol, and what it hears at once.
import type { SignalRequest, SignalResponse } from '@livekit/protocol';
import type { Track, wire } from '@meridian/protocol';
import type { ShownRoom } from './shown-room.ts';

/** A frame to our service, still without its number. */
export type ClientMessage = Omit<wire.ClientFrame.$Properties, 'requestId'>;

/** One of our requests and what its answer means to the client: call `answered` once, with the error or without. */
export interface Asked {
  readonly message: ClientMessage;
  readonly answered: (error?: { readonly code: string; readonly message: string }) => SignalResponse[];
}
export interface Translated {
  readonly asked: readonly Asked[];
  /** For the client, now. */
  readonly responses: readonly SignalResponse[];
  /** Of a track that the roster does not have yet: the bridge publishes it so. */
  readonly pendingMute?: { readonly trackSid: string; readonly muted: boolean };
  /** The client leaves: the bridge closes after `asked`. */
  readonly leaves?: boolean;
  /** Why nothing came of it: `ignored.CASE`, or a code. For counting. */
  readonly ignored?: string;
}
export interface LayerSettings {
  readonly disabled: boolean;
  readonly quality: number;
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}
export interface WantedLayers {
  readonly paused: boolean;
  readonly spatialLayer: number | undefined;
  readonly temporalLayer: number | undefined;
}

/** Layers that fit what a client says it shows of a track. */
export function layerFor(_track: Track, _settings: LayerSettings): WantedLayers {
  throw new Error('not built yet');
}

/** Of one client. It keeps what the client last wished of each track. */
export class Requests {
  constructor(_room: ShownRoom) {}
  /** All but offer, answer, addTrack and trickle, which are the bridge's (they come back as ignored). */
  translate(_request: SignalRequest, _o: { readonly nowWallMs: number }): Translated {
    throw new Error('not built yet');
  }
}
