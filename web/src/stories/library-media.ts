// Files that the stories of the library play: made in the browser.

/** A picture as SVG. */
export const pictureUrl = (kind: 'cover' | 'plan'): string =>
  `data:image/svg+xml,${encodeURIComponent(kind === 'cover' ? cover : plan)}`;

const cover = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><rect width="320" height="180" fill="#12302d"/>
<circle cx="250" cy="60" r="90" fill="#1f5f57"/><path d="M20 140h190M20 112h130" stroke="#4cd0be" stroke-width="10"/></svg>`;
const plan = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 560"><rect width="900" height="560" fill="#f4f1ea"/>
<path d="M60 60h780v440H60zM60 280h780M320 60v220M580 280v220" fill="none" stroke="#3c4b50" stroke-width="8"/></svg>`;

const CLIP_MS = 400;
let clip: Promise<string> | undefined;

/** A short video, recorded from a canvas. */
export function clipUrl(): Promise<string> {
  clip ??= recorded();
  return clip;
}

async function recorded(): Promise<string> {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser has no 2D canvas');
  const recorder = new MediaRecorder(canvas.captureStream(20));
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => {
    recorder.onstop = resolve;
  });
  recorder.start();
  for (let at = 0; at < CLIP_MS; at += 50) {
    context.fillStyle = '#16211f';
    context.fillRect(0, 0, 640, 360);
    context.fillStyle = '#4cd0be';
    context.fillRect(60 + at / 2, 120, 260, 120);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await ended;
  return URL.createObjectURL(new Blob(parts, { type: recorder.mimeType }));
}

const RATE_HZ = 8000;

/** Two seconds of silence, as WAV. */
export function audioUrl(): string {
  const samples = 2 * RATE_HZ;
  const view = new DataView(new ArrayBuffer(44 + samples));
  const write = (at: number, text: string): void => {
    for (const [offset, letter] of [...text].entries()) view.setUint8(at + offset, letter.charCodeAt(0));
  };
  write(0, 'RIFF');
  view.setUint32(4, 36 + samples, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE_HZ, true);
  view.setUint32(28, RATE_HZ, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  write(36, 'data');
  view.setUint32(40, samples, true);
  for (let at = 0; at < samples; at++) view.setUint8(44 + at, 128);
  return URL.createObjectURL(new Blob([view.buffer], { type: 'audio/wav' }));
}
