// Converts MPEG-1's luma and colour differences (ITU-R BT.601, 16 to 235) to red, green and blue.
import { planeSizes } from './planes.ts';

/** Writes RGBA bytes (alpha 255) for a canvas from `planes` (see `croppedPlanes`). */
export function writeRgba(rgba: Uint8ClampedArray, planes: Uint8Array, width: number, height: number): void {
  const { luma, chroma } = planeSizes(width, height);
  const cbPlane = luma.width * luma.height;
  const crPlane = cbPlane + chroma.width * chroma.height;
  let at = 0;
  for (let y = 0; y < height; y++) {
    const row = (y >> 1) * chroma.width;
    for (let x = 0; x < width; x++, at++) {
      const bright = 1.164_383 * ((planes[at] as number) - 16);
      const cb = (planes[cbPlane + row + (x >> 1)] as number) - 128;
      const cr = (planes[crPlane + row + (x >> 1)] as number) - 128;
      const to = 4 * at;
      rgba[to] = bright + 1.596_027 * cr;
      rgba[to + 1] = bright - 0.391_762 * cb - 0.812_968 * cr;
      rgba[to + 2] = bright + 2.017_232 * cb;
      rgba[to + 3] = 255;
    }
  }
}
