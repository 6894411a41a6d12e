// Inverse cosine transform of 8×8 blocks, after Arai, Agui and Nakajima, with five multiplications a line. Callers
// scale each coefficient by `idctScale` when they dequantise it.

const SQRT2 = Math.SQRT2;
const A = 2 * Math.cos(Math.PI / 8);
const B = 2 * (Math.cos(Math.PI / 8) - Math.cos((3 * Math.PI) / 8));
const C = 2 * (Math.cos(Math.PI / 8) + Math.cos((3 * Math.PI) / 8));

const lineScale = (k: number): number => (k === 0 ? 1 : SQRT2 * Math.cos((k * Math.PI) / 16));
/** Factors for the coefficients before `idct`, row by row. */
export const idctScale = Float64Array.from({ length: 64 }, (_, at) => (lineScale(at >> 3) * lineScale(at & 7)) / 8);

export function idct(block: Float64Array): void {
  for (let at = 0; at < 8; at++) transformLine(block, at, 8);
  for (let at = 0; at < 64; at += 8) transformLine(block, at, 1);
}

/** Transforms eight values, `step` apart. Is quick for one value or none, like most lines of real pictures. */
function transformLine(b: Float64Array, at: number, step: number): void {
  const at1 = at + step;
  const at2 = at1 + step;
  const at3 = at2 + step;
  const at4 = at3 + step;
  const at5 = at4 + step;
  const at6 = at5 + step;
  const at7 = at6 + step;
  const x0 = b[at] as number;
  const x1 = b[at1] as number;
  const x2 = b[at2] as number;
  const x3 = b[at3] as number;
  const x4 = b[at4] as number;
  const x5 = b[at5] as number;
  const x6 = b[at6] as number;
  const x7 = b[at7] as number;
  if (x1 === 0 && x2 === 0 && x3 === 0 && x4 === 0 && x5 === 0 && x6 === 0 && x7 === 0) {
    if (x0 === 0) return;
    b[at1] = x0;
    b[at2] = x0;
    b[at3] = x0;
    b[at4] = x0;
    b[at5] = x0;
    b[at6] = x0;
    b[at7] = x0;
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
  b[at7] = even0 - odd0;
  b[at1] = even1 + odd1;
  b[at6] = even1 - odd1;
  b[at2] = even2 + odd2;
  b[at5] = even2 - odd2;
  b[at3] = even3 + odd3;
  b[at4] = even3 - odd3;
}
