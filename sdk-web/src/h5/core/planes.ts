// Format of pictures between decoder and canvas: the planes Y, Cb and Cr in sequence, without padding.
import type { Picture } from './video-decoder.ts';

export interface PlaneSize {
  readonly width: number;
  readonly height: number;
}

export function planeSizes(width: number, height: number): { luma: PlaneSize; chroma: PlaneSize } {
  return { luma: { width, height }, chroma: { width: (width + 1) >> 1, height: (height + 1) >> 1 } };
}

export function croppedPlanes({ width, height, frame }: Picture): Uint8Array<ArrayBuffer> {
  const { luma, chroma } = planeSizes(width, height);
  const planes = new Uint8Array(luma.width * luma.height + 2 * chroma.width * chroma.height);
  let at = 0;
  for (const [index, start] of frame.planes.entries()) {
    const size = index === 0 ? luma : chroma;
    const stride = index === 0 ? frame.stride : frame.stride >> 1;
    for (let line = 0; line < size.height; line++, at += size.width) {
      const from = start + line * stride;
      planes.set(frame.bytes.subarray(from, from + size.width), at);
    }
  }
  return planes;
}
