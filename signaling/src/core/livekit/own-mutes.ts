// Tells a client's own mutes from those of a host: the roster says that a track is muted, not by whom. A client's
// request is remembered until the roster shows it; any other mute is a host's, and the client follows.

/** Requests remembered for a track, more than a client has unanswered; the oldest is forgotten. */
const requestedMax = 32;

export class OwnMutes {
  readonly #requested = new Map<string, boolean[]>();

  /**
   * Records the client's request to mute or unmute a track; `inRoster`: its state in the roster. Returns false when no
   * request to the service is needed, since the track is in that state or will be.
   */
  request(trackSid: string, muted: boolean, inRoster: boolean): boolean {
    const pending = this.#requested.get(trackSid) ?? [];
    if ((pending.at(-1) ?? inRoster) === muted) return false;
    this.#requested.set(trackSid, [...pending, muted].slice(-requestedMax));
    return true;
  }

  /** Takes a track's mute from the roster. Returns true when a host has changed it. */
  observe(trackSid: string, muted: boolean): boolean {
    const pending = this.#requested.get(trackSid) ?? [];
    const at = pending.indexOf(muted);
    this.#keep(trackSid, pending.slice(at + 1));
    return at < 0;
  }

  /** Forgets the requests for a track after a refusal or the track's end. */
  forget(trackSid: string): void {
    this.#requested.delete(trackSid);
  }

  #keep(trackSid: string, pending: boolean[]): void {
    if (pending.length === 0) this.#requested.delete(trackSid);
    else this.#requested.set(trackSid, pending);
  }
}
