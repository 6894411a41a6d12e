import type { Track as TrackInfo } from '@meridian/protocol';
import type { TrackPublishOptions, TrackSource } from '../types.ts';
import type { LocalTrack } from './local-track.ts';
import { TrackPublication } from './publication.ts';

/** Publication of our own track. It survives a rejoin, with a new trackId. */
export class LocalTrackPublication extends TrackPublication {
  readonly #track: LocalTrack;
  readonly #options: TrackPublishOptions;
  #demandedLayer: number | undefined;

  /** @internal */
  constructor(o: { row: TrackInfo; track: LocalTrack; options: TrackPublishOptions }) {
    super(o.row);
    this.#track = o.track;
    this.#options = o.options;
  }

  override get track(): LocalTrack {
    return this.#track;
  }
  override get isMuted(): boolean {
    return this.#track.isMuted;
  }
  /** Highest spatial layer that others watch; −1: none; undefined: unknown. */
  get demandedLayer(): number | undefined {
    return this.#demandedLayer;
  }

  mute(): Promise<void> {
    return this.#track.mute();
  }
  unmute(): Promise<void> {
    return this.#track.unmute();
  }

  /** @internal */
  get options(): TrackPublishOptions {
    return this.#options;
  }
  /** @internal */
  setDemandedLayer(layer: number | undefined): void {
    this.#demandedLayer = layer;
  }
}

/** A track that is published, or is being published. */
export interface PublishedTrack {
  readonly track: LocalTrack;
  readonly source: TrackSource;
  /** Resolves when the service has accepted the track; rejects when it ends before. */
  readonly publication: Promise<LocalTrackPublication>;
}
