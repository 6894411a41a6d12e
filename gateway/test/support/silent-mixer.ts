// A mix that a test makes by hand: what it is given is kept, what it gives the test says.
import type { AudioUnit } from '../../src/core/units.ts';
import type { VoiceMixer, VoiceMixers } from '../../src/room/programme.ts';

export class SilentMixer implements VoiceMixer {
  /** AAC-LC, 48 kHz, stereo. */
  readonly format = { codec: 'aac', sampleRate: 48_000, channels: 2, config: Uint8Array.of(0x11, 0x90) } as const;
  readonly pushed: { voice: string; ptsMs: number; packet: Uint8Array }[] = [];
  readonly removed: string[] = [];
  isClosed = false;
  readonly give: (unit: AudioUnit) => void;

  static readonly make: VoiceMixers = (onUnit) => new SilentMixer(onUnit);

  constructor(give: (unit: AudioUnit) => void) {
    this.give = give;
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
