// How many bits H.264 gets that is made live of another codec.

/** About what browsers send as H.264 at 25 to 30 pictures a second: 2 Mbit/s for 720p. */
const BITS_PER_PIXEL_AND_SECOND = 1.9;
const KBPS_MIN = 250;

export const bitrateKbpsOf = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  KBPS_MIN + Math.round((width * height * BITS_PER_PIXEL_AND_SECOND) / 1000);
