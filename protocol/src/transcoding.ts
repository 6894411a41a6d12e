// What a video rendition by a transcoder costs: the centre charges it to the gateway that it chooses, the gateway to
// itself.

/** Of 1280 × 720 at 30 pictures a second, VP8 into H.264 (`veryfast`): about a core. To be measured by a bench. */
const MILLICORES_PER_720P = 1000;
const PIXELS_OF_720P = 1280 * 720;
/** Starting, and what does not depend on the size. */
const MILLICORES_MIN = 100;

/** Thousandths of a core; of a picture whose size is not known (0) as of 720p. */
export function transcodeMillicoresOf({ width, height }: { readonly width: number; readonly height: number }): number {
  const pixels = width > 0 && height > 0 ? width * height : PIXELS_OF_720P;
  return Math.max(MILLICORES_MIN, Math.round((pixels * MILLICORES_PER_720P) / PIXELS_OF_720P));
}
