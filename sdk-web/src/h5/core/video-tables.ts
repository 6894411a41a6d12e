// Tables of ISO/IEC 11172-2.
import { codeTable } from './bit-reader.ts';

/** Bits of a macroblock's type. */
export const INTRA = 1;
export const PATTERN = 2;
export const FORWARD = 4;
export const QUANT = 8;

export const typesOfI = codeTable([
  ['1', INTRA],
  ['01', INTRA | QUANT],
]);
export const typesOfP = codeTable([
  ['1', FORWARD | PATTERN],
  ['01', PATTERN],
  ['001', FORWARD],
  ['00011', INTRA],
  ['00010', QUANT | FORWARD | PATTERN],
  ['00001', QUANT | PATTERN],
  ['000001', QUANT | INTRA],
]);

const words = (text: string): string[] => text.trim().split(/\s+/);

export const STUFFING = 34;
export const ESCAPE = 35;
/** Distance of a macroblock's address from the previous one: 1 to 33, stuffing, or an escape that adds 33. */
export const increments = codeTable(
  words(`1 011 010 0011 0010 00011 00010 0000111 0000110 00001011 00001010 00001001 00001000 00000111 00000110
    0000010111 0000010110 0000010101 0000010100 0000010011 0000010010 00000100011 00000100010 00000100001 00000100000
    00000011111 00000011110 00000011101 00000011100 00000011011 00000011010 00000011001 00000011000
    00000001111 00000001000`).map((code, index) => [code, index + 1] as const),
);

/** Pattern of the coded blocks: the first block is the highest of six bits. */
export const patterns = codeTable(
  words(`60:111 4:1101 8:1100 16:1011 32:1010 12:10011 48:10010 20:10001 40:10000 28:01111 44:01110 52:01101 56:01100
    1:01011 61:01010 2:01001 62:01000 24:001111 36:001110 3:001101 63:001100 5:0010111 9:0010110 17:0010101 33:0010100
    6:0010011 10:0010010 18:0010001 34:0010000 7:00011111 11:00011110 19:00011101 35:00011100 13:00011011 49:00011010
    21:00011001 41:00011000 14:00010111 50:00010110 22:00010101 42:00010100 15:00010011 51:00010010 23:00010001
    43:00010000 25:00001111 37:00001110 26:00001101 38:00001100 29:00001011 45:00001010 53:00001001 57:00001000
    30:00000111 46:00000110 54:00000101 58:00000100 31:000000111 47:000000110 55:000000101 59:000000100 27:000000011
    39:000000010`).map((pair) => {
    const [value, code] = pair.split(':');
    return [code ?? '', Number(value)] as const;
  }),
);

/** Added to motion codes (-16 to 16), so that the table has no negative value. */
export const MOTION_BIAS = 16;
export const motions = codeTable([
  ['1', MOTION_BIAS],
  ...words(`01 001 0001 000011 0000101 0000100 0000011 000001011 000001010 000001001 0000010001 0000010000 0000001111
    0000001110 0000001101 0000001100`).flatMap((code, index) => [
    [`${code}0`, MOTION_BIAS + index + 1] as const,
    [`${code}1`, MOTION_BIAS - index - 1] as const,
  ]),
]);

export const lumaDcSizes = codeTable(
  words('100 00 01 101 110 1110 11110 111110 1111110').map((code, size) => [code, size] as const),
);
export const chromaDcSizes = codeTable(
  words('00 01 10 110 1110 11110 111110 1111110 11111110').map((code, size) => [code, size] as const),
);

// Codes of coefficients, one line for each length of the run of zeros before them: level 1, 2, … A sign bit follows.
const levelsOfRuns = [
  `11 0100 00101 0000110 00100110 00100001 0000001010 000000011101 000000011000 000000010011 000000010000 0000000011010
    0000000011001 0000000011000 0000000010111 00000000011111 00000000011110 00000000011101 00000000011100 00000000011011
    00000000011010 00000000011001 00000000011000 00000000010111 00000000010110 00000000010101 00000000010100
    00000000010011 00000000010010 00000000010001 00000000010000 000000000011000 000000000010111 000000000010110
    000000000010101 000000000010100 000000000010011 000000000010010 000000000010001 000000000010000`,
  `011 000110 00100101 0000001100 000000011011 0000000010110 0000000010101 000000000011111 000000000011110
    000000000011101 000000000011100 000000000011011 000000000011010 000000000011001 0000000000010011 0000000000010010
    0000000000010001 0000000000010000`,
  '0101 0000100 0000001011 000000010100 0000000010100',
  '00111 00100100 000000011100 0000000010011',
  '00110 0000001111 000000010010',
  '000111 0000001001 0000000010010',
  '000101 000000011110 0000000000010100',
  '000100 000000010101',
  '0000111 000000010001',
  '0000101 0000000010001',
  '00100111 0000000010000',
  '00100011 0000000000011010',
  '00100010 0000000000011001',
  '00100000 0000000000011000',
  '0000001110 0000000000010111',
  '0000001101 0000000000010110',
  '0000001000 0000000000010101',
  '000000011111',
  '000000011010',
  '000000011001',
  '000000010111',
  '000000010110',
  '0000000011111',
  '0000000011110',
  '0000000011101',
  '0000000011100',
  '0000000011011',
  '0000000000011111',
  '0000000000011110',
  '0000000000011101',
  '0000000000011100',
  '0000000000011011',
];
/** Values of the coefficient tables: `run << 8 | level`, or one of these two. */
export const END_OF_BLOCK = 0x4000;
export const ESCAPED = 0x4001;
const coefficients: (readonly [string, number])[] = [
  ['10', END_OF_BLOCK],
  ['000001', ESCAPED],
  ...levelsOfRuns.flatMap((codes, run) => words(codes).map((code, index) => [code, (run << 8) | (index + 1)] as const)),
];
/** Codes with this prefix have up to 16 bits, of which the last ten differ; the others have at most 8. */
const LONG_PREFIX = '000000';
export const shortCoefficients = codeTable(coefficients.filter(([code]) => !code.startsWith(LONG_PREFIX)));
const longTable = codeTable(coefficients.filter(([code]) => code.startsWith(LONG_PREFIX)));
export const longCoefficients = { bits: 16, entries: longTable.entries.slice(0, 1024) };

export const zigzag = Uint8Array.of(
  ...[0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21],
  ...[28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61],
  ...[54, 47, 55, 62, 63],
);

/** Default quantisation matrices, row by row. */
export const defaultIntraMatrix = Uint8Array.of(
  ...[8, 16, 19, 22, 26, 27, 29, 34, 16, 16, 22, 24, 27, 29, 34, 37, 19, 22, 26, 27, 29, 34, 34, 38, 22, 22, 26, 27],
  ...[29, 34, 37, 40, 22, 26, 27, 29, 32, 35, 40, 48, 26, 27, 29, 32, 35, 40, 48, 58, 26, 27, 29, 34, 38, 46, 56, 69],
  ...[27, 29, 35, 38, 46, 56, 69, 83],
);
export const defaultInterMatrix = new Uint8Array(64).fill(16);
