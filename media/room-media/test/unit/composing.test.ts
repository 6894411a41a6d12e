import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Canvas,
  canvasBytes,
  colourOf,
  copyRectangle,
  drawText,
  fill,
  newCanvas,
  outline,
  putPicture,
} from '../../src/composing/core/canvas.ts';
import { LABEL_CHARS_MAX, labelMasks, labelScript, labelText } from '../../src/composing/core/labels.ts';

const names = [
  "'); rm -rf / #",
  'a:b,c;[d]=e',
  'back\\slash\\N\\h',
  '{\\p1}m 0 0 l 9 9{\\p0}',
  'two\nlines\r\nDialogue: 0,0:00:00.00,9:00:00.00,n,0,0,0,,evil',
  '\u202eright to left\u2066',
  '\u0000\u0007\u2028\u2029\u0085',
  '👩‍👩‍👧‍👦 🙂 张伟 שלום',
  '\ud800 half a letter',
  'x'.repeat(1000),
  '%{pts} $HOME',
];

describe('the text of a label', () => {
  it.each(names)('of %j stays one line without a command', (name) => safe(name));
  it('of any name stays one line without a command', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), safe));
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('\\', '{', '}', 'N', '\n', '\r', ','), maxLength: 99 }), safe),
    );
  });

  /** Fails on text that libass would read as a command: an open brace, or a backslash before a letter. */
  function safe(name: string): void {
    const text = labelText(name);
    expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    expect(text.isWellFormed()).toBe(true);
    const plain = text.replaceAll('\\\u2060', '').replaceAll('\\{', '').replaceAll('\\}', '');
    expect(plain).not.toMatch(/[\\{}]/);
    const lines = (of: string): number =>
      labelScript([{ text: of, isMuted: true }], { width: 640, height: 20 }).split('\n').length;
    expect(lines(name)).toBe(lines('plain'));
  }

  it('is cut between letters', () => {
    expect([...labelText('🙂'.repeat(1000))]).toHaveLength(LABEL_CHARS_MAX);
    expect(labelText('🙂'.repeat(1000)).endsWith('🙂…')).toBe(true);
    expect(labelText(' a \t\n b ')).toBe('a b');
  });

  it('is cropped behind its last letter after rendering', () => {
    const grey = new Uint8Array(2 * 40 * 8);
    grey[3 * 40 + 10] = 255; // A pixel of the first label.
    const [first, second] = labelMasks(grey, { count: 2, width: 40, height: 8 });
    expect([first?.width, first?.height, first?.data[3 * 14 + 10]]).toEqual([14, 8, 255]);
    expect(second?.width).toBe(0);
  });
});

describe('a canvas', () => {
  const size = { width: 16, height: 8 };
  const place = { x: 4, y: 2, width: 8, height: 4 };
  const red = { y: 81, u: 90, v: 240 };
  const at = ({ data, width, height }: Canvas, x: number, y: number): number[] => {
    const [bright, colour] = [width * height, (y >> 1) * (width / 2) + (x >> 1)];
    return [data[y * width + x], data[bright + colour], data[bright + bright / 4 + colour]].map((one) => one ?? -1);
  };

  it.each(['', 'red', '#12345', '#1234567', '#12345g', '#123456:x'])('rejects the colour %j', (text) =>
    expect(colourOf(text)).toBeUndefined(),
  );
  it('converts colours to video range', () => {
    expect(colourOf('#ff0000')).toEqual({ y: 81, u: 90, v: 240 });
    expect(colourOf('#FFFFFF')).toEqual({ y: 235, u: 128, v: 128 });
    expect(colourOf('#000000')).toEqual({ y: 16, u: 128, v: 128 });
  });

  it('is filled in one place, copied back, and outlined', () => {
    const [canvas, background] = [newCanvas(size), newCanvas(size)];
    fill(canvas, place, red);
    expect([at(canvas, 4, 2), at(canvas, 11, 5)]).toEqual([
      [81, 90, 240],
      [81, 90, 240],
    ]);
    expect(
      [at(canvas, 3, 2), at(canvas, 12, 5), at(canvas, 4, 1), at(canvas, 4, 6)].flat().every((one) => one === 0),
    ).toBe(true);
    copyRectangle(canvas, background, place);
    expect(canvas.data.every((one) => one === 0)).toBe(true);
    outline(canvas, { x: 0, y: 0, ...size }, 2, red);
    expect([at(canvas, 0, 4), at(canvas, 15, 4), at(canvas, 8, 7), at(canvas, 8, 4)].map(([y]) => y)).toEqual([
      81, 81, 81, 0,
    ]);
  });

  it("takes a picture of its place's size unchanged, and stretches another", () => {
    for (const scale of [1, 2, 0.5]) {
      const canvas = newCanvas(size);
      const picture = newCanvas({ width: 8 * scale, height: 4 * scale });
      fill(picture, { x: 0, y: 0, width: 4 * scale, height: 4 * scale }, red);
      putPicture(canvas, place, picture);
      expect([at(canvas, 4, 2), at(canvas, 7, 5), at(canvas, 8, 2)].map(([y]) => y)).toEqual([81, 81, 0]);
      expect(canvas.data).toHaveLength(canvasBytes(size));
      expect(at(canvas, 12, 2)).toEqual([0, 0, 0]);
    }
  });

  it('has white writing on a darkened box, clipped to the place', () => {
    const canvas = newCanvas(size);
    fill(canvas, { x: 0, y: 0, ...size }, red);
    const mask = { width: 12, height: 6, data: new Uint8Array(72).fill(0) };
    mask.data[0] = 255;
    drawText(canvas, place, mask, { x: 6, y: 4 });
    expect(at(canvas, 6, 4)[0]).toBeGreaterThan(230);
    expect(at(canvas, 8, 4)[0]).toBe(40);
    expect([at(canvas, 12, 4), at(canvas, 8, 6), at(canvas, 5, 4)]).toEqual(Array(3).fill([81, 90, 240]));
  });
});
