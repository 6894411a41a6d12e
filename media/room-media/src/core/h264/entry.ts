// Finds pictures at which a decoder can begin (ITU-T H.264: 7.4.1.2.4, D.1.8 and D.2.8).
import type { RecoveryEntry } from '../units.ts';
import { BitReader } from './bit-reader.ts';
import { parseSliceStart } from './h264-bitstream.ts';
import { isSlice, nalType, nalTypeOf, withoutEmulationPrevention } from './nal.ts';

/** payloadType of the recovery point SEI message. */
const recoveryPoint = 6;
/** Bound of the bytes read of an SEI NAL unit: x264's list of options takes 700, and other messages less. */
const seiBytesMax = 4096;
/** Bound of recovery_frame_cnt: MaxFrameNum - 1 with the longest frame_num. */
const recoveryFramesMax = 65_535;

/**
 * - `idr`: every decoder can begin.
 * - `intra`: I picture that is no IDR picture, as with an open GOP. Later pictures in decoding order may refer to
 *   pictures before it. Browsers do not begin here, and some fail.
 * - `refresh`: the picture becomes complete some pictures later (intra-refresh). Browsers do not begin here.
 */
export type Entry = 'idr' | RecoveryEntry['kind'];

/**
 * Returns what a decoder can begin with at this access unit; undefined for an ordinary picture, a unit without slices,
 * and garbage. `isFlagged`: the container marks the picture as a key frame, which makes one of I slices alone an entry.
 */
export function entryOf(nals: readonly Uint8Array[], o: { readonly isFlagged: boolean }): Entry | undefined {
  const slices = nals.filter((nal) => isSlice(nalTypeOf(nal)));
  if (slices.length === 0) return undefined;
  if (slices.some((nal) => nalTypeOf(nal) === nalType.idrSlice)) return 'idr';
  for (const nal of nals) {
    const frames = nalTypeOf(nal) === nalType.sei ? recoveryFrames(nal) : undefined;
    if (frames !== undefined) return frames === 0 ? 'intra' : 'refresh';
  }
  const isIntra = o.isFlagged && slices.every((nal) => parseSliceStart(nal)?.sliceType === 'I');
  return isIntra ? 'intra' : undefined;
}

/** Returns recovery_frame_cnt of the first recovery point among an SEI NAL unit's messages (7.3.2.3.1). */
function recoveryFrames(nal: Uint8Array): number | undefined {
  const bytes = withoutEmulationPrevention(nal.subarray(1, 1 + seiBytesMax));
  let at = 0;
  const typeOrSize = (): number => {
    let value = 0;
    for (; bytes[at] === 255; at += 1) value += 255;
    at += 1;
    return value + (bytes[at - 1] ?? 0);
  };
  while (at + 2 < bytes.length) {
    const [type, size] = [typeOrSize(), typeOrSize()];
    const payload = bytes.subarray(at, at + size);
    if (payload.length < size) return undefined;
    at += size;
    if (type !== recoveryPoint) continue;
    const reader = new BitReader(payload);
    const frames = reader.unsigned(recoveryFramesMax);
    return reader.ok ? frames : undefined;
  }
  return undefined;
}
