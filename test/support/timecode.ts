// A camera film whose every frame carries its number as black and white blocks: what arrives can be checked for order
// and freshness.
import { closeSync, openSync, writeSync } from 'node:fs';

export const film = { width: 320, height: 180, framesPerSecond: 10, frames: 600, bits: 10 } as const;
const blockWidth = film.width / film.bits;
const black = 16;
const white = 235;

/** Writes the film as Y4M (52 MB); Chromium plays it in a loop with --use-file-for-fake-video-capture. */
export function writeFilm(file: string): void {
  const fd = openSync(file, 'w');
  writeSync(fd, `YUV4MPEG2 W${film.width} H${film.height} F${film.framesPerSecond}:1 Ip A1:1 C420jpeg\n`);
  const chroma = Buffer.alloc((film.width * film.height) / 2, 128);
  for (let frame = 0; frame < film.frames; frame += 1) {
    const line = Buffer.alloc(film.width);
    for (let bit = 0; bit < film.bits; bit += 1)
      line.fill((frame >> bit) & 1 ? white : black, bit * blockWidth, (bit + 1) * blockWidth);
    writeSync(fd, 'FRAME\n');
    writeSync(fd, Buffer.concat(Array.from({ length: film.height }, () => line)));
    writeSync(fd, chroma);
  }
  closeSync(fd);
}

/**
 * Reads the frame number off a playing video element, in the page. Evaluate it with the element; -1 when a block is
 * neither black nor white.
 */
export const readFrameNumber = `(video) => {
  const canvas = document.createElement('canvas');
  canvas.width = ${film.width}; canvas.height = ${film.height};
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  let number = 0;
  for (let bit = 0; bit < ${film.bits}; bit += 1) {
    const pixel = context.getImageData(Math.floor((bit + 0.5) * ${blockWidth}), ${film.height / 2}, 1, 1).data;
    if (pixel[0] > 80 && pixel[0] < 170) return -1;
    if (pixel[0] >= 170) number |= 1 << bit;
  }
  return number;
}`;
