// What a video rendition by a transcoder costs: the centre charges it to the gateway that it chooses, the gateway to
// itself.

/** Of 1280 × 720 at 30 pictures a second, VP8 into H.264 (`veryfast`): about a core. To be measured by a bench. */
const MILLICORES_PER_720P = 1000;
/**
 * What the whole costs more than of VP8, by processor time of ffmpeg for six seconds of 720p (testsrc2 with noise at
 * 1.5 Mbit/s, one thread): decoded only, by libvpx and dav1d, beside the same with the encoder.
 */
const TIMES_VP8: ReadonlyMap<string, number> = new Map([
  ['video/vp9', 1.1],
  ['video/av1', 1.2],
]);
const PIXELS_OF_720P = 1280 * 720;
/** Starting, and what does not depend on the size. */
const MILLICORES_MIN = 100;

/** Thousandths of a core, of pictures of this codec; of a size that is not known (0) as of 720p. */
export function transcodeMillicoresOf(
  { width, height }: { readonly width: number; readonly height: number },
  fromMimeType: string,
): number {
  const pixels = width > 0 && height > 0 ? width * height : PIXELS_OF_720P;
  const times = TIMES_VP8.get(fromMimeType.toLowerCase()) ?? 1;
  return Math.max(MILLICORES_MIN, Math.round((pixels * times * MILLICORES_PER_720P) / PIXELS_OF_720P));
}
