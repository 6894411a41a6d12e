// A media element of which the test says what it does.
export class ScriptedElement extends EventTarget {
  paused = true;
  currentTime = 0;

  /** It is so, and says it. */
  say(...types: readonly string[]): void {
    for (const type of types) {
      if (type === 'play') this.paused = false;
      if (type === 'pause') this.paused = true;
      this.dispatchEvent(new Event(type));
    }
  }

  get asMedia(): HTMLMediaElement {
    return this as unknown as HTMLMediaElement;
  }
}
