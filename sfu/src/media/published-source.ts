// Source of a track whose publisher's session is on this node; it ends when the session has moved away.
import type { TrackSource } from './move.ts';
import type { NodeTrack } from './track.ts';

export class PublishedSource implements TrackSource {
  readonly track: NodeTrack;
  readonly #onEnded: (reason: string) => void;
  #ended = false;

  constructor(track: NodeTrack, onEnded: (reason: string) => void) {
    this.track = track;
    this.#onEnded = onEnded;
  }

  want(): Promise<NodeTrack> {
    return Promise.resolve(this.track);
  }

  unwant(): void {
    // Unlike a pull, the producer exists as long as its session, whoever wants it.
  }

  end(_event: 'close', reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnded(reason);
    this.track.close();
  }
}
