// A media element controlled by the test.
export class ScriptedElement extends EventTarget {
  paused = true;
  currentTime = 0;

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
