// Queue of units to decode. A device that is too slow, or was asleep, continues with the newest key picture.
import { isKeyPicture } from './video-header.ts';

/** Longest span of waiting pictures; older ones can no longer be shown in time. */
const MAX_SPAN_MS = 500;
/** Limit on waiting pictures: the longest group of pictures that a gateway keeps for new viewers. */
const MAX_PICTURES = 300;
/** Longest span of waiting audio. If more arrives at once (at the start or after a pause), only its end is played. */
const MAX_SOUND_SPAN_MS = 300;
const MAX_SOUNDS = 100;

export interface CodedUnit {
  readonly kind: 'video' | 'audio';
  readonly ptsMs: number;
  readonly data: Uint8Array;
}

export class DecodeQueue<Unit extends CodedUnit> {
  #pictures: Unit[] = [];
  #sounds: Unit[] = [];
  #waitsForKey = false;
  #skippedCount = 0;

  get skippedPictures(): number {
    return this.#skippedCount;
  }

  push(unit: Unit): void {
    if (unit.kind === 'audio') {
      this.#sounds.push(unit);
      while (this.#sounds.length > MAX_SOUNDS || unit.ptsMs - (this.#sounds[0] ?? unit).ptsMs > MAX_SOUND_SPAN_MS)
        this.#sounds.shift();
      return;
    }
    if (this.#waitsForKey && !isKeyPicture(unit.data)) {
      this.#skippedCount++;
      return;
    }
    this.#waitsForKey = false;
    this.#pictures.push(unit);
    const [first = unit] = this.#pictures;
    if (unit.ptsMs - first.ptsMs > MAX_SPAN_MS || this.#pictures.length > MAX_PICTURES) this.#dropOld();
  }

  /** Returns the next unit; audio first, because it is quick to decode and its gaps are noticed most. */
  next(): Unit | undefined {
    return this.#sounds.shift() ?? this.#pictures.shift();
  }

  /** Keeps the newest key picture and its followers, or nothing without one. */
  #dropOld(): void {
    let key = this.#pictures.length - 1;
    while (key >= 0 && !isKeyPicture((this.#pictures[key] as Unit).data)) key--;
    if (key === 0 && this.#pictures.length <= MAX_PICTURES) return;
    const from = key > 0 ? key : this.#pictures.length;
    this.#waitsForKey = key <= 0;
    this.#skippedCount += from;
    this.#pictures = this.#pictures.slice(from);
  }
}
