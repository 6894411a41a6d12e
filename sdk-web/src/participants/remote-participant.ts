import { MeridianClientError } from '@meridian/client';
import type { Participant as Row } from '@meridian/protocol';
import type { RemoteTrackPublication } from '../tracks/remote-publication.ts';
import type { RemoteTrack } from '../tracks/remote-track.ts';
import type { TrackSource } from '../types.ts';
import { Participant } from './participant.ts';

export class RemoteParticipant extends Participant {
  readonly #publications = new Map<string, RemoteTrackPublication>();
  readonly #volumes = new Map<TrackSource, number>();

  /** @internal */
  constructor(row: Row) {
    super(row);
  }

  override get isLocal(): false {
    return false;
  }
  override get trackPublications(): ReadonlyMap<string, RemoteTrackPublication> {
    return this.#publications;
  }
  override getTrackPublication(source: TrackSource): RemoteTrackPublication | undefined {
    return super.getTrackPublication(source) as RemoteTrackPublication | undefined;
  }

  /**
   * Sets the volume at which we hear this participant, 0 … 1, for all present and later tracks of a source (see
   * RemoteTrack.setVolume). Throws ARGUMENT_INVALID.
   */
  setVolume(volume: number, source: TrackSource = 'microphone'): void {
    if (!(volume >= 0 && volume <= 1)) throw new MeridianClientError('ARGUMENT_INVALID', 'volume: 0 to 1');
    this.#volumes.set(source, volume);
    for (const { track } of this.#publications.values()) if (track?.source === source) track.setVolume(volume);
  }

  /** @internal Called when its track is received. */
  applyVolume(track: RemoteTrack): void {
    const volume = this.#volumes.get(track.source);
    if (volume !== undefined) track.setVolume(volume);
  }
  /** @internal */
  addPublication(publication: RemoteTrackPublication): void {
    this.#publications.set(publication.trackId, publication);
  }
  /** @internal */
  removePublication(trackId: string): void {
    this.#publications.delete(trackId);
  }
}
