// A mix that a test makes by hand: what it is given is kept, what it gives the test says.
import type { AudioUnit } from '../../src/core/units.ts';
import type { MixedSound, SoundCodec, VoiceMixer, VoiceMixers } from '../../src/room/programme.ts';

export class SilentMixer implements VoiceMixer {
  readonly pushed: { voice: string; ptsMs: number; packet: Uint8Array }[] = [];
  readonly removed: string[] = [];
  isClosed = false;
  readonly #sounds = new Map<SoundCodec, (unit: AudioUnit) => void>();

  static readonly make: VoiceMixers = () => new SilentMixer();

  /** A unit of this sound comes out. */
  give(unit: AudioUnit, codec: SoundCodec = 'aac'): void {
    this.#sounds.get(codec)?.(unit);
  }
  open(codec: SoundCodec, onUnit: (unit: AudioUnit) => void): MixedSound {
    this.#sounds.set(codec, onUnit);
    // AAC-LC, 48 kHz, stereo.
    const config = codec === 'aac' ? { config: Uint8Array.of(0x11, 0x90) } : {};
    return { format: { codec, sampleRate: 48_000, channels: 2, ...config }, close: () => this.#sounds.delete(codec) };
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
