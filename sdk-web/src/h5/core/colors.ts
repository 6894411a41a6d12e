import type { Frame } from './frame.ts';

/**
 * Converts RGBA bytes to 4:2:0 samples (ITU-R BT.601, 16 to 235). Width and height are even; beyond them `frame`
 * repeats the last column and row.
 */
export function toSamples(rgba: Uint8ClampedArray | Uint8Array, width: number, height: number, frame: Frame): void {
  const { bytes, stride, planes } = frame;
  const half = stride >> 1;
  for (let y = 0; y < height; y += 2) {
    let from = y * width * 4;
    let upper = y * stride;
    let chroma = (y >> 1) * half;
    for (let x = 0; x < width; x += 2, from += 8, upper += 2, chroma += 1) {
      const below = from + width * 4;
      const r0 = rgba[from] as number;
      const g0 = rgba[from + 1] as number;
      const b0 = rgba[from + 2] as number;
      const r1 = rgba[from + 4] as number;
      const g1 = rgba[from + 5] as number;
      const b1 = rgba[from + 6] as number;
      const r2 = rgba[below] as number;
      const g2 = rgba[below + 1] as number;
      const b2 = rgba[below + 2] as number;
      const r3 = rgba[below + 4] as number;
      const g3 = rgba[below + 5] as number;
      const b3 = rgba[below + 6] as number;
      // Factors are times 65536; 16 and a half are added for luma, 128 and a half for chroma.
      bytes[upper] = (16829 * r0 + 33039 * g0 + 6416 * b0 + 1081344) >> 16;
      bytes[upper + 1] = (16829 * r1 + 33039 * g1 + 6416 * b1 + 1081344) >> 16;
      bytes[upper + stride] = (16829 * r2 + 33039 * g2 + 6416 * b2 + 1081344) >> 16;
      bytes[upper + stride + 1] = (16829 * r3 + 33039 * g3 + 6416 * b3 + 1081344) >> 16;
      const r = r0 + r1 + r2 + r3;
      const g = g0 + g1 + g2 + g3;
      const b = b0 + b1 + b2 + b3;
      bytes[planes[1] + chroma] = (-9714 * r - 19070 * g + 28784 * b + 33685504) >> 18;
      bytes[planes[2] + chroma] = (28784 * r - 24103 * g - 4681 * b + 33685504) >> 18;
    }
  }
  repeatEdge(bytes, 0, stride, frame.height, width, height);
  for (const plane of [planes[1], planes[2]])
    repeatEdge(bytes, plane, half, frame.height >> 1, width >> 1, height >> 1);
}

function repeatEdge(
  bytes: Uint8ClampedArray,
  plane: number,
  stride: number,
  rows: number,
  width: number,
  height: number,
): void {
  if (width < stride) {
    for (let y = 0; y < height; y += 1) {
      const row = plane + y * stride;
      bytes.fill(bytes[row + width - 1] as number, row + width, row + stride);
    }
  }
  const last = plane + (height - 1) * stride;
  for (let y = height; y < rows; y += 1) bytes.copyWithin(plane + y * stride, last, last + stride);
}
