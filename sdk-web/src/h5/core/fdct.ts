// Forward cosine transform of 8×8 blocks, the inverse of `idct.ts`. Each line's even and odd half is computed by the
// definition.

const half = (k: number): number => Math.cos((k * Math.PI) / 16) / 2;
const c1 = half(1);
const c2 = half(2);
const c3 = half(3);
const c4 = half(4);
const c5 = half(5);
const c6 = half(6);
const c7 = half(7);

/** Transforms the block (64 samples, row by row) in place; the first coefficient is an eighth of the sum. */
export function fdct(block: Float64Array): void {
  for (let at = 0; at < 64; at += 8) transformLine(block, at, 1);
  for (let at = 0; at < 8; at += 1) transformLine(block, at, 8);
}

function transformLine(b: Float64Array, at: number, step: number): void {
  const x0 = b[at] as number;
  const x1 = b[at + step] as number;
  const x2 = b[at + 2 * step] as number;
  const x3 = b[at + 3 * step] as number;
  const x4 = b[at + 4 * step] as number;
  const x5 = b[at + 5 * step] as number;
  const x6 = b[at + 6 * step] as number;
  const x7 = b[at + 7 * step] as number;
  const sum07 = x0 + x7;
  const sum16 = x1 + x6;
  const sum25 = x2 + x5;
  const sum34 = x3 + x4;
  const outer = sum07 - sum34;
  const inner = sum16 - sum25;
  const d07 = x0 - x7;
  const d16 = x1 - x6;
  const d25 = x2 - x5;
  const d34 = x3 - x4;
  b[at] = (sum07 + sum16 + sum25 + sum34) * c4;
  b[at + step] = d07 * c1 + d16 * c3 + d25 * c5 + d34 * c7;
  b[at + 2 * step] = outer * c2 + inner * c6;
  b[at + 3 * step] = d07 * c3 - d16 * c7 - d25 * c1 - d34 * c5;
  b[at + 4 * step] = (sum07 - sum16 - sum25 + sum34) * c4;
  b[at + 5 * step] = d07 * c5 - d16 * c1 + d25 * c7 + d34 * c3;
  b[at + 6 * step] = outer * c6 - inner * c2;
  b[at + 7 * step] = d07 * c7 - d16 * c5 + d25 * c3 - d34 * c1;
}
