// Chooses renditions (`Track.derivedFrom`) for a client that cannot decode a track. The client never learns their ids.
import type { RoomState } from '@meridian/protocol';

/** Returns the track that the client sees for an id of the media node. */
export const shownTrackId = (replica: RoomState | undefined, trackId: string): string =>
  replica?.track(trackId)?.track.derivedFrom ?? trackId;

/** A track that the client cannot decode. */
interface Undecodable {
  /** Ids that the media node has refused: the track or renditions. */
  readonly refused: Set<string>;
  rendition: string | undefined;
}

export class RenditionChooser {
  /** By track; undefined for most clients, which can decode everything. */
  #undecodable: Map<string, Undecodable> | undefined;
  /** By rendition, even after its end. */
  #tracks: Map<string, string> | undefined;

  /** Returns the id to request from the media node; undefined if all were refused. */
  choose(trackId: string, replica: RoomState | undefined): string | undefined {
    const track = this.#undecodable?.get(trackId);
    if (track === undefined) return trackId;
    const next = untriedId(trackId, track, replica);
    track.rendition = next;
    if (next !== undefined) this.#replaces(next, trackId);
    return next;
  }

  /** Returns whether the client cannot have the track, and an untried rendition exists. */
  hasUntried(trackId: string, replica: RoomState | undefined): boolean {
    const track = this.#undecodable?.get(trackId);
    return track !== undefined && untriedId(trackId, track, replica) !== undefined;
  }

  /** Records that the client cannot have the requested track or rendition. */
  refuse(trackId: string): void {
    this.#refuse(trackId);
  }

  /** Records an id that the media node already sends; returns the track that it is or replaces. */
  recordSent(id: string, replica: RoomState | undefined): string {
    const trackId = shownTrackId(replica, id);
    if (trackId !== id) {
      this.#refuse(trackId).rendition = id;
      this.#replaces(id, trackId);
    }
    return trackId;
  }

  /** Tracks of which the client can at most have a rendition. */
  get undecodable(): readonly string[] {
    return this.#undecodable === undefined ? [] : [...this.#undecodable.keys()];
  }

  /** Returns the track's id at the media node. */
  idAtNode(trackId: string): string {
    return this.#undecodable?.get(trackId)?.rendition ?? trackId;
  }
  /** Returns the id that the client knows. */
  idAtClient(id: string): string {
    return this.#tracks?.get(id) ?? id;
  }

  forget(trackId: string): void {
    this.#undecodable?.delete(trackId);
    for (const [id, of] of this.#tracks ?? []) if (of === trackId) this.#tracks?.delete(id);
  }

  #replaces(id: string, trackId: string): void {
    this.#tracks ??= new Map();
    this.#tracks.set(id, trackId);
  }

  #refuse(trackId: string): Undecodable {
    const track = this.#undecodable?.get(trackId) ?? { refused: new Set(), rendition: undefined };
    this.#undecodable ??= new Map();
    this.#undecodable.set(trackId, track);
    track.refused.add(track.rendition ?? trackId).add(trackId);
    track.rendition = undefined;
    return track;
  }
}

function untriedId(trackId: string, { refused }: Undecodable, replica: RoomState | undefined): string | undefined {
  for (const { tracks } of replica?.participants() ?? [])
    for (const { trackId: id, derivedFrom } of tracks) if (derivedFrom === trackId && !refused.has(id)) return id;
  return undefined;
}
