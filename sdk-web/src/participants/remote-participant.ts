import type { RosterParticipant } from '@meridian/client';
import type { RemoteTrackPublication } from '../tracks/remote-publication.ts';
import type { TrackSource } from '../types.ts';
import { Participant } from './participant.ts';

/** Somebody else in the room. */
export class RemoteParticipant extends Participant {
  readonly #publications = new Map<string, RemoteTrackPublication>();

  /** @internal */
  constructor(row: RosterParticipant) {
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

  /** @internal */
  addPublication(publication: RemoteTrackPublication): void {
    this.#publications.set(publication.trackId, publication);
  }
  /** @internal */
  removePublication(trackId: string): void {
    this.#publications.delete(trackId);
  }
}
