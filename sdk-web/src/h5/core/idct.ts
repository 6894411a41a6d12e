// The inverse cosine transform of 8×8 blocks, after Arai, Agui and Nakajima: five multiplications a line, where what
// every coefficient is multiplied with in the end is part of its quantisation step (`idctScale`).

const SQRT2 = Math.SQRT2;
const A = 2 * Math.cos(Math.PI / 8);
const B = 2 * (Math.cos(Math.PI / 8) - Math.cos((3 * Math.PI) / 8));
const C = 2 * (Math.cos(Math.PI / 8) + Math.cos((3 * Math.PI) / 8));

const lineScale = (k: number): number => (k === 0 ? 1 : SQRT2 * Math.cos((k * Math.PI) / 16));
/** Each coefficient has to be multiplied with its number before `idct`, row by row. */
export const idctScale = Float64Array.from({ length: 64 }, (_, at) => (lineScale(at >> 3) * lineScale(at & 7)) / 8);

/** Transforms the block (64 scaled coefficients, row by row) in place. */
export function idct(block: Float64Array): void {
  for (let at = 0; at < 8; at++) column(block, at);
  for (let at = 0; at < 64; at += 8) row(block, at);
}

/** Most columns of real pictures hold one coefficient or none. */
function column(b: Float64Array, at: number): void {
  const x0 = b[at] as number;
  const x1 = b[at + 8] as number;
  const x2 = b[at + 16] as number;
  const x3 = b[at + 24] as number;
  const x4 = b[at + 32] as number;
  const x5 = b[at + 40] as number;
  const x6 = b[at + 48] as number;
  const x7 = b[at + 56] as number;
  if (x1 === 0 && x2 === 0 && x3 === 0 && x4 === 0 && x5 === 0 && x6 === 0 && x7 === 0) {
    if (x0 === 0) return;
    b[at + 8] = x0;
    b[at + 16] = x0;
    b[at + 24] = x0;
    b[at + 32] = x0;
    b[at + 40] = x0;
    b[at + 48] = x0;
    b[at + 56] = x0;
    return;
  }
  const sum04 = x0 + x4;
  const diff04 = x0 - x4;
  const sum26 = x2 + x6;
  const diff26 = (x2 - x6) * SQRT2 - sum26;
  const even0 = sum04 + sum26;
  const even3 = sum04 - sum26;
  const even1 = diff04 + diff26;
  const even2 = diff04 - diff26;
  const sum53 = x5 + x3;
  const diff53 = x5 - x3;
  const sum17 = x1 + x7;
  const diff17 = x1 - x7;
  const odd0 = sum17 + sum53;
  const turned = (diff53 + diff17) * A;
  const odd1 = turned - diff53 * C - odd0;
  const odd2 = (sum17 - sum53) * SQRT2 - odd1;
  const odd3 = turned - diff17 * B - odd2;
  b[at] = even0 + odd0;
  b[at + 56] = even0 - odd0;
  b[at + 8] = even1 + odd1;
  b[at + 48] = even1 - odd1;
  b[at + 16] = even2 + odd2;
  b[at + 40] = even2 - odd2;
  b[at + 24] = even3 + odd3;
  b[at + 32] = even3 - odd3;
}

function row(b: Float64Array, at: number): void {
  const x0 = b[at] as number;
  const x1 = b[at + 1] as number;
  const x2 = b[at + 2] as number;
  const x3 = b[at + 3] as number;
  const x4 = b[at + 4] as number;
  const x5 = b[at + 5] as number;
  const x6 = b[at + 6] as number;
  const x7 = b[at + 7] as number;
  const sum04 = x0 + x4;
  const diff04 = x0 - x4;
  const sum26 = x2 + x6;
  const diff26 = (x2 - x6) * SQRT2 - sum26;
  const even0 = sum04 + sum26;
  const even3 = sum04 - sum26;
  const even1 = diff04 + diff26;
  const even2 = diff04 - diff26;
  const sum53 = x5 + x3;
  const diff53 = x5 - x3;
  const sum17 = x1 + x7;
  const diff17 = x1 - x7;
  const odd0 = sum17 + sum53;
  const turned = (diff53 + diff17) * A;
  const odd1 = turned - diff53 * C - odd0;
  const odd2 = (sum17 - sum53) * SQRT2 - odd1;
  const odd3 = turned - diff17 * B - odd2;
  b[at] = even0 + odd0;
  b[at + 7] = even0 - odd0;
  b[at + 1] = even1 + odd1;
  b[at + 6] = even1 - odd1;
  b[at + 2] = even2 + odd2;
  b[at + 5] = even2 - odd2;
  b[at + 3] = even3 + odd3;
  b[at + 4] = even3 - odd3;
}
