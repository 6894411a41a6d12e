// Raw pictures in memory, as yuv420p: a full-size plane of brightness and two half-size planes of colour, concatenated
// without padding, in television range (16 to 235; ITU-R BT.601-7, 2.5.3). Sizes and positions are even.
import type { Rectangle, Size } from '../../core/layouts/layout.ts';

export interface Canvas extends Size {
  readonly data: Uint8Array;
}

export interface Colour {
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

const WHITE = 235;
const GREY = 128;

export const canvasBytes = ({ width, height }: Size): number => (width * height * 3) / 2;
export const newCanvas = (size: Size): Canvas => {
  const { width, height } = size;
  return { width, height, data: new Uint8Array(canvasBytes(size)) };
};

/** Converts `#rrggbb` by the matrix of ITU-R BT.601-7, as ffmpeg does; returns undefined for other text. */
export function colourOf(text: string): Colour | undefined {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (hex === null) return undefined;
  const [r, g, b] = [1, 2, 3].map((at) => Number.parseInt(hex[at] ?? '', 16) / 255) as [number, number, number];
  const y = Math.round(16 + 65.481 * r + 128.553 * g + 24.966 * b);
  const u = Math.round(128 - 37.797 * r - 74.203 * g + 112 * b);
  return { y, u, v: Math.round(128 + 112 * r - 93.786 * g - 18.214 * b) };
}

interface Plane {
  readonly from: number;
  readonly stride: number;
  /** Canvas pixels per pixel of this plane, in each direction. */
  readonly step: 1 | 2;
}
const planes = ({ width, height }: Size): readonly [Plane, Plane, Plane] => {
  const [bright, half] = [width * height, width / 2];
  return [
    { from: 0, stride: width, step: 1 },
    { from: bright, stride: half, step: 2 },
    { from: bright + bright / 4, stride: half, step: 2 },
  ];
};

export function fill(canvas: Canvas, place: Rectangle, colour: Colour): void {
  const values = [colour.y, colour.u, colour.v];
  for (const [index, { from, stride, step }] of planes(canvas).entries()) {
    const [left, width, bottom] = [place.x / step, place.width / step, (place.y + place.height) / step];
    for (let row = place.y / step; row < bottom; row += 1) {
      const at = from + row * stride + left;
      canvas.data.fill(values[index] ?? 0, at, at + width);
    }
  }
}

export function copyRectangle(to: Canvas, source: Canvas, place: Rectangle): void {
  for (const { from, stride, step } of planes(to)) {
    const [left, width, bottom] = [place.x / step, place.width / step, (place.y + place.height) / step];
    for (let row = place.y / step; row < bottom; row += 1) {
      const at = from + row * stride + left;
      to.data.set(source.data.subarray(at, at + width), at);
    }
  }
}

/** Draws a picture into a rectangle; another size, just after a layout change, is stretched. */
export function putPicture(canvas: Canvas, place: Rectangle, picture: Canvas): void {
  const isSame = picture.width === place.width && picture.height === place.height;
  const [ours, theirs] = [planes(canvas), planes(picture)];
  for (const [index, plane] of ours.entries()) {
    const source = theirs[index];
    if (source === undefined) continue;
    if (isSame) copyRows(canvas, place, plane, picture, source);
    else stretchRows(canvas, place, plane, picture, source);
  }
}

function copyRows(canvas: Canvas, place: Rectangle, plane: Plane, picture: Canvas, source: Plane): void {
  const [left, top, rows] = [place.x / plane.step, place.y / plane.step, place.height / plane.step];
  for (let row = 0; row < rows; row += 1) {
    const at = source.from + row * source.stride;
    const to = plane.from + (top + row) * plane.stride + left;
    canvas.data.set(picture.data.subarray(at, at + source.stride), to);
  }
}

function stretchRows(canvas: Canvas, place: Rectangle, plane: Plane, picture: Canvas, source: Plane): void {
  const [left, top] = [place.x / plane.step, place.y / plane.step];
  const [width, height] = [place.width / plane.step, place.height / plane.step];
  const [sourceWidth, sourceHeight] = [source.stride, picture.height / source.step];
  for (let row = 0; row < height; row += 1) {
    const from = source.from + Math.floor((row * sourceHeight) / height) * source.stride;
    const to = plane.from + (top + row) * plane.stride + left;
    for (let column = 0; column < width; column += 1)
      canvas.data[to + column] = picture.data[from + Math.floor((column * sourceWidth) / width)] ?? 0;
  }
}

/** Draws a border inside a rectangle, `thickness` (even) pixels wide. */
export function outline(canvas: Canvas, place: Rectangle, thickness: number, colour: Colour): void {
  const { x, y, width, height } = place;
  if (width < 2 * thickness || height < 2 * thickness) return;
  fill(canvas, { x, y, width, height: thickness }, colour);
  fill(canvas, { x, y: y + height - thickness, width, height: thickness }, colour);
  fill(canvas, { x, y, width: thickness, height }, colour);
  fill(canvas, { x: x + width - thickness, y, width: thickness, height }, colour);
}

/** Coverage of each pixel by text, 0 to 255. */
export interface Mask extends Size {
  readonly data: Uint8Array;
}

/** Share of the picture that stays visible under text, of 256: white text is readable on any picture. */
const VISIBLE_OF_256 = 96;

/** Draws white text on a darkened box of the mask's size, clipped to `place`; x and y are even. */
export function drawText(canvas: Canvas, place: Rectangle, mask: Mask, at: { x: number; y: number }): void {
  const { data, width: stride } = canvas;
  const right = Math.min(mask.width, place.x + place.width - at.x) & ~1;
  const bottom = Math.min(mask.height, place.y + place.height - at.y) & ~1;
  for (let row = 0; row < bottom; row += 1) {
    for (let column = 0; column < right; column += 1) {
      const index = (at.y + row) * stride + at.x + column;
      const dark = 16 + ((((data[index] ?? 0) - 16) * VISIBLE_OF_256) >> 8);
      data[index] = dark + (((WHITE - dark) * (mask.data[row * mask.width + column] ?? 0)) >> 8);
    }
  }
  for (const { from, stride: half } of planes(canvas).slice(1)) {
    for (let row = 0; row < bottom; row += 2) {
      for (let column = 0; column < right; column += 2) {
        const index = from + ((at.y + row) / 2) * half + (at.x + column) / 2;
        const left = (VISIBLE_OF_256 * (256 - (mask.data[row * mask.width + column] ?? 0))) >> 8;
        data[index] = GREY + ((((data[index] ?? 0) - GREY) * left) >> 8);
      }
    }
  }
}
