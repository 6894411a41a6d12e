// Which mutes of own tracks come from the client itself: the roster says that a track is muted, not by whom. What the
// client has asked for is remembered until the roster shows it; any other mute is a host's, and the client follows.

/** More than a client that waits for answers ever asks for; the oldest is forgotten. */
const askedMax = 32;

export class OwnMutes {
  readonly #asked = new Map<string, boolean[]>();

  /**
   * The client mutes a track or takes it back; `inRoster`: whether it is muted there. False: the service need not be
   * asked, because it is so, or is going to be.
   */
  asked(trackSid: string, muted: boolean, inRoster: boolean): boolean {
    const asked = this.#asked.get(trackSid) ?? [];
    if ((asked.at(-1) ?? inRoster) === muted) return false;
    this.#asked.set(trackSid, [...asked, muted].slice(-askedMax));
    return true;
  }

  /** The roster shows a track muted, or not muted any more. True: a host did it. */
  shown(trackSid: string, muted: boolean): boolean {
    const asked = this.#asked.get(trackSid) ?? [];
    const at = asked.indexOf(muted);
    this.#keep(trackSid, asked.slice(at + 1));
    return at < 0;
  }

  /** The service has refused what was asked, or the track is gone. */
  forget(trackSid: string): void {
    this.#asked.delete(trackSid);
  }

  #keep(trackSid: string, asked: boolean[]): void {
    if (asked.length === 0) this.#asked.delete(trackSid);
    else this.#asked.set(trackSid, asked);
  }
}
