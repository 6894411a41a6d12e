// Chooses renditions (`Track.derivedFrom`) for a client that cannot decode a track. The client never learns their ids.
import type { RoomState } from '@meridian/protocol';

/** Returns the track that the client sees for an id of the media node. */
export const shownTrackId = (replica: RoomState | undefined, trackId: string): string =>
  replica?.track(trackId)?.track.derivedFrom ?? trackId;

export class RenditionChooser {
  /** Ids that the media node has refused (the track or renditions), by track. */
  readonly #refused = new Map<string, Set<string>>();
  readonly #renditions = new Map<string, string>(); // by track
  readonly #tracks = new Map<string, string>(); // by rendition, even after its end

  /** Returns the id to request from the media node; undefined if all were refused. */
  choose(trackId: string, replica: RoomState | undefined): string | undefined {
    if (!this.#refused.has(trackId)) return trackId;
    const next = this.#untriedId(trackId, replica);
    if (next === undefined) this.#renditions.delete(trackId);
    else this.#record(trackId, next);
    return next;
  }

  /** Returns whether the client cannot have the track, and an untried rendition exists. */
  hasUntried(trackId: string, replica: RoomState | undefined): boolean {
    return this.#refused.has(trackId) && this.#untriedId(trackId, replica) !== undefined;
  }

  /** Records that the client cannot have the requested track or rendition. */
  refuse(trackId: string): void {
    const refused = this.#refused.get(trackId) ?? new Set();
    this.#refused.set(trackId, refused.add(this.idAtNode(trackId)).add(trackId));
    this.#renditions.delete(trackId);
  }

  /** Records an id that the media node already sends; returns the track that it is or replaces. */
  recordSent(id: string, replica: RoomState | undefined): string {
    const trackId = shownTrackId(replica, id);
    if (trackId !== id) {
      this.refuse(trackId);
      this.#record(trackId, id);
    }
    return trackId;
  }

  /** Tracks of which the client can at most have a rendition. */
  get undecodable(): readonly string[] {
    return [...this.#refused.keys()];
  }

  /** Returns the track's id at the media node. */
  idAtNode(trackId: string): string {
    return this.#renditions.get(trackId) ?? trackId;
  }
  /** Returns the id that the client knows. */
  idAtClient(id: string): string {
    return this.#tracks.get(id) ?? id;
  }

  forget(trackId: string): void {
    this.#refused.delete(trackId);
    this.#renditions.delete(trackId);
    for (const [id, of] of this.#tracks) if (of === trackId) this.#tracks.delete(id);
  }

  #untriedId(trackId: string, replica: RoomState | undefined): string | undefined {
    const refused = this.#refused.get(trackId);
    for (const { tracks } of replica?.participants() ?? [])
      for (const { trackId: id, derivedFrom } of tracks)
        if (derivedFrom === trackId && refused?.has(id) !== true) return id;
    return undefined;
  }

  #record(trackId: string, id: string): void {
    this.#renditions.set(trackId, id);
    this.#tracks.set(id, trackId);
  }
}
