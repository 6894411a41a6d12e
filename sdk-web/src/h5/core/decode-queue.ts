// Units that wait to be decoded. A device that is too slow, or was asleep, goes on with the newest key picture.
import { isKeyPicture } from './video-header.ts';

/** Pictures that wait for longer than this are not shown in time any more. */
const MAX_SPAN_MS = 500;
/** The longest that may stand behind a key picture: what a gateway keeps for new viewers. */
const MAX_PICTURES = 300;
/** Sound that waits for longer comes all at once, with the first pictures or after a pause: its end is played. */
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
  /** The pictures before the next key picture are of no use. */
  #waitsForKey = false;
  #skipped = 0;

  /** Pictures that were given up. */
  get skippedPictures(): number {
    return this.#skipped;
  }

  push(unit: Unit): void {
    if (unit.kind === 'audio') {
      this.#sounds.push(unit);
      while (this.#sounds.length > MAX_SOUNDS || unit.ptsMs - (this.#sounds[0] ?? unit).ptsMs > MAX_SOUND_SPAN_MS)
        this.#sounds.shift();
      return;
    }
    if (this.#waitsForKey && !isKeyPicture(unit.data)) {
      this.#skipped++;
      return;
    }
    this.#waitsForKey = false;
    this.#pictures.push(unit);
    const [first = unit] = this.#pictures;
    if (unit.ptsMs - first.ptsMs > MAX_SPAN_MS || this.#pictures.length > MAX_PICTURES) this.#cut();
  }

  /** Sound first: it is short work, and its gaps are noticed most. */
  next(): Unit | undefined {
    return this.#sounds.shift() ?? this.#pictures.shift();
  }

  /** Keeps the newest key picture and what follows it, or nothing if there is none. */
  #cut(): void {
    let key = this.#pictures.length - 1;
    while (key >= 0 && !isKeyPicture((this.#pictures[key] as Unit).data)) key--;
    if (key === 0 && this.#pictures.length <= MAX_PICTURES) return;
    const from = key > 0 ? key : this.#pictures.length;
    this.#waitsForKey = key <= 0;
    this.#skipped += from;
    this.#pictures = this.#pictures.slice(from);
  }
}
