// Synthetic pictures for the stories, drawn on a canvas and played as a stream, so that screenshots use the real
// <video> path.
import type { MediaSource } from '../core/model.ts';

type Painter = (context: CanvasRenderingContext2D, width: number, height: number) => void;

/** Size that the address gives to every picture, as `picture=320x180`; undefined without it. */
const [, givenWidth, givenHeight] =
  /^(\d+)x(\d+)$/.exec(new URLSearchParams(location.search).get('picture') ?? '') ?? [];

/** A picture that repaints while an element shows it. */
export function picture(id: string, usualWidth: number, usualHeight: number, paint: Painter): MediaSource {
  const width = Number(givenWidth ?? usualWidth);
  const height = Number(givenHeight ?? usualHeight);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser has no 2D canvas');
  let painted: ImageBitmap | undefined;
  /** Repeats the first painting, because blurs cost 100 ms each without a GPU. */
  const repaint = (): void => {
    if (painted !== undefined) {
      context.drawImage(painted, 0, 0);
      return;
    }
    paint(context, width, height);
    void createImageBitmap(canvas).then((bitmap) => (painted = bitmap));
  };
  const streams = new Map<HTMLMediaElement, { stream: MediaStream; timer: number }>();
  return {
    id,
    attach(element) {
      const stream = canvas.captureStream(5);
      // captureStream emits a frame per change of the canvas, so repainting keeps it playing.
      const timer = window.setInterval(repaint, 250);
      repaint();
      streams.set(element, { stream, timer });
      element.srcObject = stream;
    },
    detach(element) {
      const known = streams.get(element);
      if (known === undefined) return;
      clearInterval(known.timer);
      for (const track of known.stream.getTracks()) track.stop();
      streams.delete(element);
      element.srcObject = null;
    },
  };
}

export interface PortraitStyle {
  wall: string;
  light: string;
  skin: string;
  hair: string;
  cloth: string;
  longHair?: boolean;
  /** Horizontal position of the person, as a share of the picture. */
  x?: number;
  scale?: number;
}

/** A stylised person at a desk. */
export const portrait =
  (look: PortraitStyle): Painter =>
  (context, width, height) => {
    drawRoom(context, width, height, look);
    const unit = height * (look.scale ?? 1);
    context.save();
    context.translate(width * (look.x ?? 0.5), height * 1.02);
    drawPerson(context, unit, look);
    context.restore();
  };

function drawRoom(context: CanvasRenderingContext2D, width: number, height: number, look: PortraitStyle): void {
  const wall = context.createLinearGradient(0, 0, width, height);
  wall.addColorStop(0, look.light);
  wall.addColorStop(1, look.wall);
  context.fillStyle = wall;
  context.fillRect(0, 0, width, height);
  context.save();
  context.filter = `blur(${Math.round(height / 60)}px)`;
  context.globalAlpha = 0.35;
  context.fillStyle = '#fff6e0';
  context.fillRect(width * 0.06, height * 0.08, width * 0.17, height * 0.46); // a window
  context.globalAlpha = 0.3;
  context.fillStyle = '#101418';
  context.fillRect(width * 0.72, height * 0.3, width * 0.24, height * 0.022); // shelves
  context.fillRect(width * 0.72, height * 0.56, width * 0.24, height * 0.022);
  const books = ['#c96f4a', '#e3c26b', '#5d8a86', '#8d5b7c', '#4d6a94', '#d9d2c3'];
  for (const [at, colour] of books.entries()) {
    context.globalAlpha = 0.55;
    context.fillStyle = colour;
    const tall = 0.1 + ((at * 7) % 5) * 0.018;
    context.fillRect(width * (0.735 + at * 0.026), height * (0.3 - tall), width * 0.018, height * tall);
    context.fillRect(width * (0.76 + at * 0.024), height * (0.56 - tall * 0.9), width * 0.016, height * tall * 0.9);
  }
  context.restore();
}

function drawPerson(context: CanvasRenderingContext2D, unit: number, look: PortraitStyle): void {
  const ellipse = (x: number, y: number, rx: number, ry: number, colour: string): void => {
    context.fillStyle = colour;
    context.beginPath();
    context.ellipse(x * unit, y * unit, rx * unit, ry * unit, 0, 0, Math.PI * 2);
    context.fill();
  };
  if (look.longHair) {
    context.fillStyle = look.hair;
    context.beginPath();
    context.roundRect(-0.175 * unit, -0.74 * unit, 0.35 * unit, 0.46 * unit, 0.16 * unit);
    context.fill();
  }
  context.fillStyle = look.skin;
  context.beginPath();
  context.roundRect(-0.058 * unit, -0.44 * unit, 0.116 * unit, 0.16 * unit, 0.03 * unit);
  context.fill();
  context.fillStyle = 'rgb(0 0 0 / 16%)';
  context.fillRect(-0.058 * unit, -0.42 * unit, 0.116 * unit, 0.05 * unit);
  const cloth = context.createLinearGradient(0, -0.36 * unit, 0, 0.02 * unit);
  cloth.addColorStop(0, look.cloth);
  cloth.addColorStop(1, '#15191c');
  context.fillStyle = cloth;
  context.beginPath();
  context.moveTo(-0.4 * unit, 0.05 * unit);
  context.bezierCurveTo(-0.4 * unit, -0.26 * unit, -0.27 * unit, -0.29 * unit, -0.075 * unit, -0.355 * unit);
  context.quadraticCurveTo(0, -0.285 * unit, 0.075 * unit, -0.355 * unit); // the collar
  context.bezierCurveTo(0.27 * unit, -0.29 * unit, 0.4 * unit, -0.26 * unit, 0.4 * unit, 0.05 * unit);
  context.fill();
  ellipse(0, -0.53, 0.128, 0.165, look.skin);
  drawFace(context, unit, look, ellipse);
}

function drawFace(
  context: CanvasRenderingContext2D,
  unit: number,
  look: PortraitStyle,
  ellipse: (x: number, y: number, rx: number, ry: number, colour: string) => void,
): void {
  context.fillStyle = look.hair; // the fringe: a cap over the upper third of the head
  context.beginPath();
  context.ellipse(0, -0.575 * unit, 0.142 * unit, 0.142 * unit, 0, Math.PI * 0.98, Math.PI * 2.02);
  context.bezierCurveTo(0.1 * unit, -0.64 * unit, -0.02 * unit, -0.66 * unit, -0.142 * unit, -0.565 * unit);
  context.fill();
  ellipse(-0.048, -0.53, 0.0105, 0.0125, '#22201f');
  ellipse(0.048, -0.53, 0.0105, 0.0125, '#22201f');
  context.lineCap = 'round';
  context.strokeStyle = 'rgb(60 25 20 / 62%)';
  context.lineWidth = unit * 0.009;
  context.beginPath();
  context.arc(0, -0.462 * unit, 0.04 * unit, Math.PI * 0.18, Math.PI * 0.82);
  context.stroke();
  context.strokeStyle = look.hair;
  context.lineWidth = unit * 0.0105;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(side * 0.03 * unit, -0.562 * unit);
    context.quadraticCurveTo(side * 0.05 * unit, -0.572 * unit, side * 0.07 * unit, -0.56 * unit);
    context.stroke();
  }
}

/** A shared window with a latency report, to judge small text. */
export const sharedScreen: Painter = (context, width, height) => {
  context.fillStyle = '#f5f6f4';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#16302d';
  context.fillRect(0, 0, width, 64);
  const text = (words: string, x: number, y: number, font: string, colour: string): void => {
    context.font = `${font} "Noto Sans CJK SC", system-ui, sans-serif`;
    context.fillStyle = colour;
    context.fillText(words, x, y);
  };
  text('Relay latency by route', 40, 42, '600 25px', '#ffffff');
  text('p95, last 24 hours', width - 250, 41, '400 20px', '#9fd8cf');
  const cards = [
    ['FRA → SGP', '164 ms', '−11 %'],
    ['FRA → IAD', '92 ms', '−3 %'],
    ['SGP → SYD', '96 ms', '−7 %'],
  ] as const;
  for (const [at, [route, value, change]] of cards.entries()) {
    const x = 40 + at * ((width - 80) / 3);
    context.fillStyle = '#ffffff';
    context.fillRect(x, 96, (width - 80) / 3 - 20, 132);
    text(route, x + 22, 132, '500 19px', '#5b6866');
    text(value, x + 22, 184, '650 40px', '#14201e');
    text(change, x + 22, 214, '600 18px', '#1b8a63');
  }
  drawChart(context, width, height);
};

function drawChart(context: CanvasRenderingContext2D, width: number, height: number): void {
  const top = 264;
  const bottom = height - 56;
  context.fillStyle = '#ffffff';
  context.fillRect(40, top - 16, width - 100, bottom - top + 48);
  context.strokeStyle = '#e3e7e5';
  context.lineWidth = 1;
  for (let line = 0; line <= 4; line++) {
    const y = top + 12 + (line * (bottom - top - 24)) / 4;
    context.beginPath();
    context.moveTo(70, y);
    context.lineTo(width - 90, y);
    context.stroke();
  }
  for (const [row, colour] of ['#2f9e8f', '#d08a2e', '#5470b5'].entries()) {
    context.strokeStyle = colour;
    context.lineWidth = 4;
    context.beginPath();
    for (let at = 0; at <= 60; at++) {
      const x = 70 + (at * (width - 160)) / 60;
      const wave = Math.sin(at / 5 + row * 1.7) * 22 + Math.sin(at / 1.7 + row * 4) * 9;
      const y = top + 60 + row * ((bottom - top) / 3.6) + wave - at * 0.6;
      if (at === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    }
    context.stroke();
  }
}
