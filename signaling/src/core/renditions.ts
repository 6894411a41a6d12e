// A client that cannot decode a track is given a rendition of it (`Track.derivedFrom`), when there is one that it can
// decode. The media node knows the rendition's id; the client knows that of the track alone.
import type { RoomState } from '@meridian/protocol';

/** The track that the client is shown for this id of the media node's. */
export const shownTrackId = (replica: RoomState | undefined, trackId: string): string =>
  replica?.track(trackId)?.track.derivedFrom ?? trackId;

/** What one client gets for tracks that it cannot decode. */
export class Renditions {
  /** By track: which of it and its renditions the media node has refused. */
  readonly #refused = new Map<string, Set<string>>();
  readonly #renditions = new Map<string, string>(); // by track
  readonly #tracks = new Map<string, string>(); // by rendition, also when that has left the roster

  /** What to ask the media node for; undefined: nothing that has not been refused. */
  choose(trackId: string, replica: RoomState | undefined): string | undefined {
    if (!this.#refused.has(trackId)) return trackId;
    const next = this.#offered(trackId, replica);
    if (next === undefined) this.#renditions.delete(trackId);
    else this.#use(trackId, next);
    return next;
  }

  /** The client cannot have the track, and there is a rendition that has not been tried. */
  hasOther(trackId: string, replica: RoomState | undefined): boolean {
    return this.#refused.has(trackId) && this.#offered(trackId, replica) !== undefined;
  }

  /** The client cannot have what was asked for: the track, or the rendition in its place. */
  refuse(trackId: string): void {
    const refused = this.#refused.get(trackId) ?? new Set();
    this.#refused.set(trackId, refused.add(this.there(trackId)).add(trackId));
    this.#renditions.delete(trackId);
  }

  /** The media node has made this already; answers the track that it is, or stands for. */
  present(id: string, replica: RoomState | undefined): string {
    const trackId = shownTrackId(replica, id);
    if (trackId !== id) {
      this.refuse(trackId);
      this.#use(trackId, id);
    }
    return trackId;
  }

  /** Tracks that the client cannot have as they are. */
  get undecodable(): readonly string[] {
    return [...this.#refused.keys()];
  }

  /** The track's id at the media node. */
  there(trackId: string): string {
    return this.#renditions.get(trackId) ?? trackId;
  }
  /** The id that the client knows. */
  here(id: string): string {
    return this.#tracks.get(id) ?? id;
  }

  /** The track has ended. */
  forget(trackId: string): void {
    this.#refused.delete(trackId);
    this.#renditions.delete(trackId);
    for (const [id, of] of this.#tracks) if (of === trackId) this.#tracks.delete(id);
  }

  #offered(trackId: string, replica: RoomState | undefined): string | undefined {
    const refused = this.#refused.get(trackId);
    for (const { tracks } of replica?.participants() ?? [])
      for (const { trackId: id, derivedFrom } of tracks)
        if (derivedFrom === trackId && refused?.has(id) !== true) return id;
    return undefined;
  }

  #use(trackId: string, id: string): void {
    this.#renditions.set(trackId, id);
    this.#tracks.set(id, trackId);
  }
}
