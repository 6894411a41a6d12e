// Cost of a transcoded video rendition: the centre charges it to the chosen gateway, and the gateway to itself.

/** Cost of 1280 × 720 at 30 pictures a second, VP8 into H.264 (`veryfast`): about a core. Still to be measured. */
const MILLICORES_PER_720P = 1000;
/**
 * Cost relative to VP8, by ffmpeg's processor time for six seconds of 720p (testsrc2 with noise at 1.5 Mbit/s, one
 * thread): decoding alone, by libvpx and dav1d, compared with decoding and encoding.
 */
const TIMES_VP8: ReadonlyMap<string, number> = new Map([
  ['video/vp9', 1.1],
  ['video/av1', 1.2],
]);
const PIXELS_OF_720P = 1280 * 720;
/** Start-up, and the part that does not depend on the size. */
const MILLICORES_MIN = 100;

export function transcodeMillicoresOf(
  { width, height }: { readonly width: number; readonly height: number },
  fromMimeType: string,
): number {
  const pixels = width > 0 && height > 0 ? width * height : PIXELS_OF_720P;
  const times = TIMES_VP8.get(fromMimeType.toLowerCase()) ?? 1;
  return Math.max(MILLICORES_MIN, Math.round((pixels * times * MILLICORES_PER_720P) / PIXELS_OF_720P));
}
