/** Half a second at 30 pictures a second, more than wait while the audio plays; a picture of 720p is 1.4 MB. */
const MAX_PICTURES = 16;
/** A screen shows a picture a little later than it gets it. */
const EARLY_MS = 8;

export class PictureQueue<Picture extends { readonly ptsMs: number }> {
  #pictures: Picture[] = [];
  #late = 0;

  /** Pictures never shown, because a newer one was already due. */
  get late(): number {
    return this.#late;
  }

  push(picture: Picture): void {
    const last = this.#pictures[this.#pictures.length - 1];
    // The sender's time has jumped back: the waiting pictures would block later ones.
    if (last !== undefined && picture.ptsMs <= last.ptsMs) this.clear();
    this.#pictures.push(picture);
    if (this.#pictures.length > MAX_PICTURES) {
      this.#pictures.shift();
      this.#late++;
    }
  }

  take(mediaMs: number): Picture | undefined {
    let due = this.#pictures.length - 1;
    while (due >= 0 && (this.#pictures[due] as Picture).ptsMs > mediaMs + EARLY_MS) due--;
    if (due < 0) return undefined;
    this.#late += due;
    const picture = this.#pictures[due];
    this.#pictures = this.#pictures.slice(due + 1);
    return picture;
  }

  clear(): void {
    this.#late += this.#pictures.length;
    this.#pictures = [];
  }
}
