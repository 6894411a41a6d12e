// Bitrate of H.264 that is transcoded live.

/** About the rate of browsers' H.264 at 25 to 30 fps: 2 Mbit/s for 720p. */
const BITS_PER_PIXEL_AND_SECOND = 1.9;
const KBPS_MIN = 250;

export const bitrateKbpsOf = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  KBPS_MIN + Math.round((width * height * BITS_PER_PIXEL_AND_SECOND) / 1000);
