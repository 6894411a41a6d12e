// Whether a room's sound is that of one encoder alone: then it is given as it came, or in one step, and nothing is
// mixed.

/** A voice that was not heard for so long is no part of the room's sound; a silent microphone is heard more often. */
const GONE_MS = 10_000;
/** An encoder that is not heard for so long has stopped: the mix goes on with silence. */
const SILENT_MS = 500;
/** How long a room has been one encoder's before its sound is given as it came: not between two words of others. */
const SETTLE_MS = 2000;

interface Voice {
  readonly isEncoder: boolean;
  lastMs: number;
}

export class LoneVoice {
  readonly #voices = new Map<string, Voice>();
  #aloneSinceMs: number | undefined;
  #given: string | undefined;
  #hasMixed = false;

  /** Whether no voice was heard yet. */
  get isEmpty(): boolean {
    return this.#voices.size === 0;
  }

  /** A packet of this voice came; `isEncoder`: not in Opus, which is mixed always. */
  heard(name: string, isEncoder: boolean, nowMs: number): void {
    const voice = this.#voices.get(name);
    if (voice === undefined || voice.isEncoder !== isEncoder) this.#voices.set(name, { isEncoder, lastMs: nowMs });
    else voice.lastMs = nowMs;
  }

  remove(name: string): void {
    this.#voices.delete(name);
  }

  /** Whose sound is given as it came; undefined: a mix is. The first voice of all need not settle. */
  at(nowMs: number): string | undefined {
    for (const [name, { lastMs }] of this.#voices) if (nowMs - lastMs > GONE_MS) this.#voices.delete(name);
    const [[name, voice] = [undefined, undefined], second] = this.#voices;
    const isAlone = second === undefined && voice?.isEncoder === true && nowMs - voice.lastMs <= SILENT_MS;
    if (!isAlone) {
      this.#aloneSinceMs = undefined;
      this.#given = undefined;
      this.#hasMixed ||= this.#voices.size > 0;
      return undefined;
    }
    this.#aloneSinceMs ??= nowMs;
    if (this.#given !== name && this.#hasMixed && nowMs - this.#aloneSinceMs < SETTLE_MS) return undefined;
    this.#given = name;
    return name;
  }
}
