/** Half a second at 30 pictures a second, more than wait for their audio; a picture of 720p takes 1.4 MB. */
const MAX_PICTURES = 16;
/** A picture may be drawn this much early, because a screen shows it a little later. */
const EARLY_MS = 8;

export class PictureQueue<Picture extends { readonly ptsMs: number }> {
  #pictures: Picture[] = [];
  #lateCount = 0;

  /** Number of pictures that were never shown, because a newer one was already due. */
  get lateCount(): number {
    return this.#lateCount;
  }

  push(picture: Picture): void {
    const last = this.#pictures[this.#pictures.length - 1];
    // The sender's time has jumped back: the waiting pictures would block later ones.
    if (last !== undefined && picture.ptsMs <= last.ptsMs) this.clear();
    this.#pictures.push(picture);
    if (this.#pictures.length > MAX_PICTURES) {
      this.#pictures.shift();
      this.#lateCount++;
    }
  }

  takeDue(mediaMs: number): Picture | undefined {
    let due = this.#pictures.length - 1;
    while (due >= 0 && (this.#pictures[due] as Picture).ptsMs > mediaMs + EARLY_MS) due--;
    if (due < 0) return undefined;
    this.#lateCount += due;
    const picture = this.#pictures[due];
    this.#pictures = this.#pictures.slice(due + 1);
    return picture;
  }

  clear(): void {
    this.#lateCount += this.#pictures.length;
    this.#pictures = [];
  }
}
