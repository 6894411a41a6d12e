// A track as its publisher's session on this node is the source of it: there from the beginning, and over when the
// session has moved away.
import type { TrackSource } from './move.ts';
import type { NodeTrack } from './track.ts';

export class PublishedSource implements TrackSource {
  readonly track: NodeTrack;
  readonly #onOver: (reason: string) => void;
  #over = false;

  /** `onOver`: nodes that pull the producer from here are to be informed. */
  constructor(track: NodeTrack, onOver: (reason: string) => void) {
    this.track = track;
    this.#onOver = onOver;
  }

  want(): Promise<NodeTrack> {
    return Promise.resolve(this.track);
  }

  unwant(): void {
    // Subscribers are not counted: the producer is there as long as its session.
  }

  /** Idempotent. */
  end(_event: 'close', reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#onOver(reason);
    this.track.close();
  }
}
