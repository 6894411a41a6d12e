// A track's announcement in the room, whether or not it is received here.
import type { LayerKind, Track as TrackInfo, VideoLayer } from '@meridian/protocol';
import type { TrackKind, TrackSource } from '../types.ts';
import type { Track } from './track.ts';

export abstract class TrackPublication {
  #row: TrackInfo;

  /** @internal */
  protected constructor(row: TrackInfo) {
    this.#row = row;
  }

  abstract get track(): Track | undefined;

  get trackId(): string {
    return this.#row.trackId;
  }
  get kind(): TrackKind {
    return this.#row.kind;
  }
  get source(): TrackSource {
    return this.#row.source;
  }
  get name(): string {
    return this.#row.name;
  }
  get mimeType(): string {
    return this.#row.mimeType;
  }
  get isMuted(): boolean {
    return this.#row.muted;
  }
  /** Size of the top layer; undefined for audio. */
  get dimensions(): { readonly width: number; readonly height: number } | undefined {
    return this.#row.kind === 'video' ? { width: this.#row.width, height: this.#row.height } : undefined;
  }
  get layerKind(): LayerKind {
    return this.#row.layerKind;
  }
  /** Sent spatial layers, smallest first. */
  get layers(): readonly VideoLayer[] {
    return this.#row.layers;
  }
  /** Media node of the publisher. */
  get nodeId(): string {
    return this.#row.nodeId;
  }

  /** @internal */
  get row(): TrackInfo {
    return this.#row;
  }

  /** @internal */
  update(row: TrackInfo): void {
    this.#row = row;
  }
}
