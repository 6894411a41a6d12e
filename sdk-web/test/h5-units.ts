import { readFileSync } from 'node:fs';
import { readSoundHeader } from '../src/h5/core/sound-header.ts';

/** A plain Uint8Array, because slices of a Buffer share memory. */
const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

/** Six pictures of 62×46, made by ffmpeg; the first and the fourth are key pictures. */
export const smallPictures = (): Uint8Array[] => pictureUnits(fixture('h5-pictures.m1v'));
/** Five frames of joint stereo at 48 kHz: 440 Hz on the left, 1 kHz on the right. */
export const smallSounds = (): Uint8Array[] => soundUnits(fixture('h5-sound.mp2'));

/** Returns pictures, each with the headers before it. */
export function pictureUnits(stream: Uint8Array): Uint8Array[] {
  const starts: number[] = [0];
  let hasPicture = false;
  for (let at = 0; at + 4 <= stream.length; at++) {
    if (stream[at] !== 0 || stream[at + 1] !== 0 || stream[at + 2] !== 1) continue;
    const code = stream[at + 3];
    if (code !== 0x00 && code !== 0xb3 && code !== 0xb8) continue;
    if (hasPicture) starts.push(at);
    hasPicture = code === 0x00;
  }
  return starts.map((start, index) => stream.subarray(start, starts[index + 1]));
}

export function soundUnits(stream: Uint8Array): Uint8Array[] {
  const units: Uint8Array[] = [];
  for (let at = 0; at < stream.length; ) {
    const { bytes } = readSoundHeader(stream, at);
    units.push(stream.subarray(at, at + bytes));
    at += bytes;
  }
  return units;
}
