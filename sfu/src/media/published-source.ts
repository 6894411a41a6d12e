// Source of a track whose publisher's session is on this node. It ends when the session has moved away.
import type { TrackSource } from './move.ts';
import type { NodeTrack } from './track.ts';

export class PublishedSource implements TrackSource {
  readonly track: NodeTrack;
  readonly #onOver: (reason: string) => void;
  #over = false;

  constructor(track: NodeTrack, onOver: (reason: string) => void) {
    this.track = track;
    this.#onOver = onOver;
  }

  want(): Promise<NodeTrack> {
    return Promise.resolve(this.track);
  }

  unwant(): void {
    // Wanters are not counted: the producer exists as long as its session.
  }

  end(_event: 'close', reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#onOver(reason);
    this.track.close();
  }
}
