// Makes a microphone film: ten seconds of tone whose loudness varies like syllables. Chromium's own beep is too short
// for speech.
import { writeFileSync } from 'node:fs';

const sampleRate = 48_000;
const seconds = 10;

/** Writes the sound as 16-bit mono WAV; Chromium plays it in a loop with --use-file-for-fake-audio-capture. */
export function writeVoice(file: string): void {
  const samples = sampleRate * seconds;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    const t = index / sampleRate;
    const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t); // four syllables a second
    const tone =
      Math.sin(2 * Math.PI * 180 * t) + 0.5 * Math.sin(2 * Math.PI * 720 * t) + 0.3 * Math.sin(2 * Math.PI * 1900 * t);
    wav.writeInt16LE(Math.round(9000 * syllable * (tone / 1.8)), 44 + index * 2);
  }
  writeFileSync(file, wav);
}
