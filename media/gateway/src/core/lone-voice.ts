// Detects that a room's sound comes from one encoder alone: such sound needs no mixing.

/** A voice that sent nothing for this time no longer counts; even a silent microphone sends more often. */
const GONE_MS = 10_000;
/** An encoder that sent nothing for this time has stopped: a mix, perhaps of silence, replaces its sound. */
const SILENT_MS = 500;
/** Time for which the encoder must be the only voice, longer than a pause between two words of other voices. */
const SETTLE_MS = 2000;

interface Voice {
  readonly isEncoder: boolean;
  lastMs: number;
}

export class LoneVoice {
  readonly #voices = new Map<string, Voice>();
  #aloneSinceMs: number | undefined;
  #chosen: string | undefined;
  #hasMixed = false;

  get isEmpty(): boolean {
    return this.#voices.size === 0;
  }

  /** Notes a packet of a voice; `isEncoder` is false for Opus, which is always mixed. */
  notePacket(name: string, isEncoder: boolean, nowMs: number): void {
    const voice = this.#voices.get(name);
    if (voice === undefined || voice.isEncoder !== isEncoder) this.#voices.set(name, { isEncoder, lastMs: nowMs });
    else voice.lastMs = nowMs;
  }

  remove(name: string): void {
    this.#voices.delete(name);
  }

  /** Returns the voice whose sound is passed on; undefined for a mix. The very first voice need not settle. */
  choose(nowMs: number): string | undefined {
    for (const [name, { lastMs }] of this.#voices) if (nowMs - lastMs > GONE_MS) this.#voices.delete(name);
    const [[name, voice] = [undefined, undefined], second] = this.#voices;
    const isAlone = second === undefined && voice?.isEncoder === true && nowMs - voice.lastMs <= SILENT_MS;
    if (!isAlone) {
      this.#aloneSinceMs = undefined;
      this.#chosen = undefined;
      this.#hasMixed ||= this.#voices.size > 0;
      return undefined;
    }
    this.#aloneSinceMs ??= nowMs;
    if (this.#chosen !== name && this.#hasMixed && nowMs - this.#aloneSinceMs < SETTLE_MS) return undefined;
    this.#chosen = name;
    return name;
  }
}
