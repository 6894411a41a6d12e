// Draws a person in front of a checkered board as a camera's film: clear enough for the model that detects people, with
// a background on which blur can be measured.
import { writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';

export interface Film {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly frames: number;
}

/** Draws the film in a page of the browser and writes it as Y4M, for --use-file-for-fake-video-capture. */
export async function writePerson(browser: Browser, file: string, film: Film): Promise<void> {
  const page = await browser.newPage();
  try {
    const parts = [Buffer.from(`YUV4MPEG2 W${film.width} H${film.height} F${film.frameRate}:1 Ip A1:1 C420jpeg\n`)];
    for (let frame = 0; frame < film.frames; frame += 1) {
      const planes = await page.evaluate(drawFrame, { ...film, turn: frame / film.frames });
      parts.push(Buffer.from('FRAME\n'), Buffer.from(planes, 'base64'));
    }
    writeFileSync(file, Buffer.concat(parts));
  } finally {
    await page.close();
  }
}

/** Runs in a page: returns a frame as three planes in base64. The person sways once in a `turn`. */
function drawFrame({ width: w, height: h, turn }: { width: number; height: number; turn: number }): string {
  const canvas = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true });
  if (canvas === null) throw new Error('no canvas');
  const square = h / 18;
  for (let x = 0; x < w; x += square)
    for (let y = 0; y < h; y += square) {
      const isDark = Math.round(x / square + y / square) % 2 === 0;
      canvas.fillStyle = isDark ? `rgb(${60 + (90 * x) / w} ${90 + (60 * y) / h} 120)` : 'rgb(205 200 180)';
      canvas.fillRect(x, y, square + 1, square + 1);
    }
  const [cx, cy, r] = [w / 2 + Math.sin(2 * Math.PI * turn) * w * 0.01, h * 0.4, h * 0.17];
  const fill = (color: string, path: () => void): void => {
    canvas.fillStyle = color;
    canvas.beginPath();
    path();
    canvas.fill();
  };
  const oval = (color: string, dx: number, dy: number, rx: number, ry: number): void =>
    fill(color, () => canvas.ellipse(cx + dx * r, cy + dy * r, rx * r, ry * r, 0, 0, 2 * Math.PI));
  fill('#2b3c4e', () => {
    canvas.moveTo(cx - h * 0.42, h);
    canvas.bezierCurveTo(cx - h * 0.42, h * 0.72, cx - h * 0.2, h * 0.68, cx - h * 0.08, h * 0.62);
    canvas.lineTo(cx + h * 0.08, h * 0.62);
    canvas.bezierCurveTo(cx + h * 0.2, h * 0.68, cx + h * 0.42, h * 0.72, cx + h * 0.42, h);
  });
  oval('#c98f70', 0, 1.06, 0.44, 0.65);
  oval('#2a1d15', 0, -0.25, 0.98, 1.12);
  for (const side of [-1, 1]) oval('#c78e70', side * 0.8, 0.15, 0.12, 0.22);
  oval('#dba685', 0, 0.12, 0.8, 1.05);
  oval('#2a1d15', 0, -0.72, 0.78, 0.38);
  for (const side of [-1, 1]) {
    oval('#fff', side * 0.32, 0, 0.15, 0.08);
    oval('#3a2a1c', side * 0.32, 0, 0.07, 0.07);
    oval('#2a1d15', side * 0.33, -0.22, 0.2, 0.04);
  }
  oval('#b47a5c', 0, 0.3, 0.1, 0.16);
  oval('#b0584f', 0, 0.66, 0.28, 0.09);
  const { data } = canvas.getImageData(0, 0, w, h);
  const planes = new Uint8Array((w * h * 3) / 2);
  for (let y = 0; y < h; y += 1)
    for (let x = 0; x < w; x += 1) {
      const at = 4 * (y * w + x);
      const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
      planes[y * w + x] = 0.299 * red + 0.587 * green + 0.114 * blue;
      if (x % 2 === 1 || y % 2 === 1) continue;
      const chroma = (y / 2) * (w / 2) + x / 2;
      planes[w * h + chroma] = 128 - 0.169 * red - 0.331 * green + 0.5 * blue;
      planes[(w * h * 5) / 4 + chroma] = 128 + 0.5 * red - 0.419 * green - 0.081 * blue;
    }
  let text = '';
  for (const byte of planes) text += String.fromCharCode(byte);
  return btoa(text);
}
