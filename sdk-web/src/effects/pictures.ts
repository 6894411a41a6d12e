// Backgrounds drawn by code, which need no files and are sharp at every size.

export type PictureName = 'studio' | 'hills' | 'shelf' | 'window';
export const pictureNames = ['studio', 'hills', 'shelf', 'window'] as const satisfies readonly PictureName[];

type Canvas = OffscreenCanvasRenderingContext2D;
type Drawer = (canvas: Canvas, width: number, height: number) => void;

export function drawPicture(name: PictureName, size: { readonly width: number; readonly height: number }): ImageBitmap {
  const surface = new OffscreenCanvas(size.width, size.height);
  const canvas = surface.getContext('2d', { alpha: false });
  if (canvas === null) throw new DOMException('no canvas', 'NotSupportedError');
  drawers[name](canvas, size.width, size.height);
  return surface.transferToImageBitmap();
}

const drawers: Readonly<Record<PictureName, Drawer>> = { studio, hills, shelf, window: windowRoom };

function fade(canvas: Canvas, to: readonly [x: number, y: number], colors: readonly string[]): CanvasGradient {
  const gradient = canvas.createLinearGradient(0, 0, ...to);
  for (const [at, color] of colors.entries()) gradient.addColorStop(at / (colors.length - 1), color);
  return gradient;
}

function glow(canvas: Canvas, [x, y, radius]: readonly [number, number, number], color: string, share: number): void {
  const gradient = canvas.createRadialGradient(x, y, 0, x, y, radius);
  for (let step = 0; step <= 8; step += 1)
    gradient.addColorStop(step / 8, `rgb(${color} / ${(share * (1 - step / 8) ** 2).toFixed(3)})`);
  canvas.fillStyle = gradient;
  canvas.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
}

/** Returns a generator of reproducible pseudo-random numbers 0 … 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function studio(canvas: Canvas, width: number, height: number): void {
  canvas.fillStyle = fade(canvas, [width, height], ['#53657a', '#3d4d61', '#2b3747']);
  canvas.fillRect(0, 0, width, height);
  glow(canvas, [width * 0.28, height * 0.2, width * 0.55], '190 208 224', 0.45);
  glow(canvas, [width * 0.9, height * 0.9, width * 0.5], '233 190 150', 0.18);
}

function hills(canvas: Canvas, width: number, height: number): void {
  canvas.fillStyle = fade(canvas, [0, height * 0.75], ['#7fa7cf', '#b9cfe3', '#f3d9bf', '#f6c79d']);
  canvas.fillRect(0, 0, width, height);
  glow(canvas, [width * 0.72, height * 0.48, height * 0.5], '255 244 214', 0.9);
  const layers = ['#a9b9c9', '#8aa2b4', '#648597', '#456a70', '#2d4f4c'];
  for (const [index, color] of layers.entries()) {
    const base = height * (0.52 + 0.1 * index);
    const reach = height * (0.05 + 0.012 * index);
    canvas.fillStyle = color;
    canvas.beginPath();
    canvas.moveTo(0, height);
    for (let step = 0; step <= 120; step += 1) {
      const x = step / 120;
      const wave = Math.sin(x * (4 + index) + index * 1.9) + 0.45 * Math.sin(x * (11 + 3 * index) + index * 4.1);
      canvas.lineTo(x * width, base - reach * wave);
    }
    canvas.lineTo(width, height);
    canvas.fill();
  }
}

function shelf(canvas: Canvas, width: number, height: number): void {
  const next = numbers(7);
  const colors = ['#7d3f3a', '#31566b', '#b08a4e', '#4d6650', '#8b8378', '#3c3f52', '#a9604a', '#d6c7a8', '#5b4a63'];
  canvas.fillStyle = '#4b3729';
  canvas.fillRect(0, 0, width, height);
  const [rows, columns] = [4, 3];
  const [rowHeight, columnWidth, board] = [height / rows, width / columns, height * 0.022];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const [left, top] = [column * columnWidth + board / 2, row * rowHeight + board / 2];
      const [inWidth, inHeight] = [columnWidth - board, rowHeight - board];
      canvas.fillStyle = '#2c2019';
      canvas.fillRect(left, top, inWidth, inHeight);
      const end = left + inWidth * (0.55 + 0.45 * next());
      for (let x = left; x < end; ) {
        const book = Math.min(end - x, height * (0.018 + 0.026 * next()));
        const tall = inHeight * (0.62 + 0.3 * next());
        canvas.fillStyle = colors[Math.floor(next() * colors.length)] ?? '#888';
        canvas.fillRect(x, top + inHeight - tall, book - 1, tall);
        canvas.fillStyle = 'rgb(255 255 255 / 14%)';
        canvas.fillRect(x, top + inHeight - tall, book * 0.22, tall);
        canvas.fillStyle = 'rgb(240 225 190 / 55%)';
        canvas.fillRect(x + book * 0.2, top + inHeight - tall * 0.82, book * 0.6, tall * 0.05);
        x += book;
      }
      canvas.fillStyle = fade(canvas, [0, height], ['rgb(0 0 0 / 12%)', 'rgb(0 0 0 / 22%)']);
      canvas.fillRect(left, top, inWidth, inHeight * 0.18);
    }
  }
  glow(canvas, [width * 0.2, 0, width * 0.6], '255 220 170', 0.28);
}

function windowRoom(canvas: Canvas, width: number, height: number): void {
  canvas.fillStyle = fade(canvas, [width, 0], ['#d9cfc2', '#cabfb1', '#b9ad9f']);
  canvas.fillRect(0, 0, width, height);
  const [left, top, wide, tall] = [width * 0.56, height * 0.1, width * 0.34, height * 0.52];
  canvas.fillStyle = '#f4efe7';
  canvas.fillRect(left - width * 0.012, top - height * 0.02, wide + width * 0.024, tall + height * 0.04);
  canvas.save();
  canvas.beginPath();
  canvas.rect(left, top, wide, tall);
  canvas.clip();
  canvas.fillStyle = fade(canvas, [0, top + tall], ['#3f6494', '#5b83b5', '#9db8d3', '#f0cfb0']);
  canvas.fillRect(left, top, wide, tall);
  const next = numbers(3);
  for (let house = 0; house < 9; house += 1) {
    const roof = tall * (0.18 + 0.3 * next());
    const x = left + (wide * house) / 9;
    canvas.fillStyle = ['#5d6b7d', '#6d7a89', '#526072'][house % 3] ?? '#5d6b7d';
    canvas.fillRect(x, top + tall - roof, wide / 9 + 1, roof);
    canvas.fillStyle = 'rgb(255 224 160 / 75%)';
    for (let light = 0; light < 6; light += 1)
      if (next() > 0.4)
        canvas.fillRect(
          x + (wide / 9) * (0.2 + 0.45 * (light % 2)),
          top + tall - roof * (0.85 - 0.25 * Math.floor(light / 2)),
          wide / 60,
          tall / 36,
        );
  }
  canvas.restore();
  canvas.fillStyle = '#f4efe7';
  canvas.fillRect(left + wide * 0.49, top, wide * 0.02, tall);
  canvas.fillRect(left, top + tall * 0.42, wide, height * 0.012);
  canvas.fillStyle = fade(canvas, [0, height], ['#8f7357', '#7c6249']);
  canvas.fillRect(0, height * 0.86, width, height * 0.14);
  plant(canvas, width * 0.14, height * 0.86, height * 0.5);
  glow(canvas, [width * 0.34, height * 0.12, width * 0.4], '255 240 214', 0.5);
}

function plant(canvas: Canvas, x: number, y: number, size: number): void {
  for (let leaf = 0; leaf < 11; leaf += 1) {
    const lean = (leaf - 5) / 5;
    canvas.save();
    canvas.translate(x, y - size * 0.3);
    canvas.rotate(lean * 1.05);
    canvas.fillStyle = leaf % 2 === 0 ? '#4c7355' : '#5f8a63';
    canvas.beginPath();
    canvas.ellipse(0, -size * 0.33, size * 0.075, size * (0.36 - 0.08 * Math.abs(lean)), 0, 0, 2 * Math.PI);
    canvas.fill();
    canvas.restore();
  }
  canvas.fillStyle = fade(canvas, [x * 2, 0], ['#b3674a', '#9c553c']);
  canvas.beginPath();
  canvas.moveTo(x - size * 0.2, y - size * 0.32);
  canvas.lineTo(x + size * 0.2, y - size * 0.32);
  canvas.lineTo(x + size * 0.15, y);
  canvas.lineTo(x - size * 0.15, y);
  canvas.fill();
}
