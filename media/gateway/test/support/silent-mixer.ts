// Hand-made mix: records its input, and outputs what the test gives.
import type { AudioFormat, AudioUnit } from '@meridian/room-media/core';
import type { SoundCodec, VoiceMixer, VoiceMixers } from '../../src/room/programme.ts';

const formats: Record<SoundCodec, AudioFormat> = {
  aac: { codec: 'aac', sampleRate: 48_000, channels: 2, config: Uint8Array.of(0x11, 0x90) },
  mp2: { codec: 'mp2', sampleRate: 48_000, channels: 2 },
};

export class SilentMixer implements VoiceMixer {
  readonly pushed: { voice: string; ptsMs: number; packet: Uint8Array }[] = [];
  readonly removed: string[] = [];
  readonly codec: SoundCodec;
  isClosed = false;
  /** Initial state of a mixer without listeners. */
  isResting = true;
  readonly #onUnit: (unit: AudioUnit, format: AudioFormat) => void;

  constructor(...[codec, onUnit]: Parameters<VoiceMixers>) {
    this.codec = codec;
    this.#onUnit = onUnit;
  }

  static readonly make: VoiceMixers = (...o) => new SilentMixer(...o);

  give(unit: AudioUnit, format = formats[this.codec]): void {
    this.#onUnit(unit, format);
  }
  setResting(isOn: boolean): void {
    this.isResting = isOn;
  }
  push(voice: string, ptsMs: number, packet: Uint8Array): void {
    this.pushed.push({ voice, ptsMs, packet: packet.slice() });
  }
  remove(voice: string): void {
    this.removed.push(voice);
  }
  close(): void {
    this.isClosed = true;
  }
}
