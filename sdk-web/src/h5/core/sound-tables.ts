// Tables of ISO/IEC 11172-3 for layer II.

/** Bit rates by the index in the header. Index 0 is a free bit rate, 15 is forbidden. */
export const bitRatesKbps = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384] as const;
export const sampleRates = [44_100, 48_000, 32_000] as const;

/** Codings of a subband's samples: `steps[allocation]` is the number of steps; the allocation has `bits` bits. */
export interface Allocation {
  readonly bits: number;
  readonly steps: readonly number[];
}

const fine: Allocation = {
  bits: 4,
  steps: [0, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767, 65535],
};
const middle: Allocation = {
  bits: 4,
  steps: [0, 3, 5, 7, 9, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 65535],
};
const coarse: Allocation = { bits: 3, steps: [0, 3, 5, 7, 9, 15, 31, 65535] };
const coarsest: Allocation = { bits: 2, steps: [0, 3, 5, 65535] };
const lowFine: Allocation = {
  bits: 4,
  steps: [0, 3, 5, 9, 15, 31, 63, 127, 255, 511, 1023, 2047, 4095, 8191, 16383, 32767],
};
const lowCoarse: Allocation = { bits: 3, steps: [0, 3, 5, 9, 15, 31, 63, 127] };

const times = (count: number, one: Allocation): Allocation[] => Array.from({ length: count }, () => one);
const wide = [...times(3, fine), ...times(8, middle), ...times(12, coarse), ...times(7, coarsest)];
const narrow = [...times(2, lowFine), ...times(10, lowCoarse)];

/** Returns the coded subbands at this rate, from the lowest, with their codings (tables B.2a to B.2d). */
export function allocationsOf(sampleRate: number, kbpsOfChannel: number): readonly Allocation[] {
  if (kbpsOfChannel <= 48) return narrow.slice(0, sampleRate === 32_000 ? 12 : 8);
  return wide.slice(0, sampleRate === 48_000 || kbpsOfChannel <= 80 ? 27 : 30);
}

/** Factors of samples by index. The standard does not use the last, which is silent here. */
export const scaleFactors = Float64Array.from({ length: 64 }, (_, index) => (index === 63 ? 0 : 2 ** (1 - index / 3)));

// The first half of the synthesis window (table B.3), times 65536; the second half mirrors it.
const halfWindow = [
  0, -1, -1, -1, -1, -1, -1, -2, -2, -2, -2, -3, -3, -4, -4, -5, -5, -6, -7, -7, -8, -9, -10, -11, -13, -14, -16, -17,
  -19, -21, -24, -26, -29, -31, -35, -38, -41, -45, -49, -53, -58, -63, -68, -73, -79, -85, -91, -97, -104, -111, -117,
  -125, -132, -139, -147, -154, -161, -169, -176, -183, -190, -196, -202, -208, 213, 218, 222, 225, 227, 228, 228, 227,
  224, 221, 215, 208, 200, 189, 177, 163, 146, 127, 106, 83, 57, 29, -2, -36, -72, -111, -153, -197, -244, -294, -347,
  -401, -459, -519, -581, -645, -711, -779, -848, -919, -991, -1064, -1137, -1210, -1283, -1356, -1428, -1498, -1567,
  -1634, -1698, -1759, -1817, -1870, -1919, -1962, -2001, -2032, -2057, -2075, -2085, -2087, -2080, -2063, 2037, 2000,
  1952, 1893, 1822, 1739, 1644, 1535, 1414, 1280, 1131, 970, 794, 605, 402, 185, -45, -288, -545, -814, -1095, -1388,
  -1692, -2006, -2330, -2663, -3004, -3351, -3705, -4063, -4425, -4788, -5153, -5517, -5879, -6237, -6589, -6935, -7271,
  -7597, -7910, -8209, -8491, -8755, -8998, -9219, -9416, -9585, -9727, -9838, -9916, -9959, -9966, -9935, -9863, -9750,
  -9592, -9389, -9139, -8840, -8492, -8092, -7640, -7134, 6574, 5959, 5288, 4561, 3776, 2935, 2037, 1082, 70, -998,
  -2122, -3300, -4533, -5818, -7154, -8540, -9975, -11455, -12980, -14548, -16155, -17799, -19478, -21189, -22929,
  -24694, -26482, -28289, -30112, -31947, -33791, -35640, -37489, -39336, -41176, -43006, -44821, -46617, -48390,
  -50137, -51853, -53534, -55178, -56778, -58333, -59838, -61289, -62684, -64019, -65290, -66494, -67629, -68692,
  -69679, -70590, -71420, -72169, -72835, -73415, -73908, -74313, -74630, -74856, -74992, 75038,
];

export const synthesisWindow = Float64Array.from({ length: 512 }, (_, at) => {
  const value = (halfWindow[at <= 256 ? at : 512 - at] as number) / 65_536;
  return at <= 256 || at % 64 === 0 ? value : -value;
});
