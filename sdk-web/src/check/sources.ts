// Test media of a check: a quiet tone and a picture that is hard to compress, so that the encoder uses its full rate.
import { MeridianClientError } from '@meridian/client';
import { LocalTrack } from '../tracks/local-track.ts';
import type { Lifetime } from './lifetime.ts';

const size = { width: 640, height: 360 } as const;
const framesPerSecond = 20;
/** Side of the noise canvas. Frames show it at random offsets, so they differ without being computed. */
const noisePixels = 1024;
/** −60 dB of full scale: inaudible if a page plays it. */
const toneGain = 0.001;

/** Returns a track that is silent until the browser lets the page play audio. */
export function toneTrack(life: Lifetime): LocalTrack {
  const context = new AudioContext();
  life.add(() => void context.close());
  const tone = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = toneGain;
  const out = context.createMediaStreamDestination();
  tone.connect(gain).connect(out);
  tone.start();
  return trackOf(life, out.stream, 'microphone');
}

export function noiseTrack(life: Lifetime): LocalTrack {
  const noise = noiseCanvas();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, size);
  const context = contextOf(canvas);
  const draw = (): void => {
    const [x, y] = [Math.random() * (noisePixels - size.width), Math.random() * (noisePixels - size.height)];
    context.drawImage(noise, -Math.floor(x), -Math.floor(y));
  };
  draw();
  const timer = setInterval(draw, 1000 / framesPerSecond);
  life.add(() => clearInterval(timer));
  return trackOf(life, canvas.captureStream(framesPerSecond), 'camera');
}

function noiseCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = noisePixels;
  canvas.height = noisePixels;
  const context = contextOf(canvas);
  const image = context.createImageData(noisePixels, noisePixels);
  const pixels = new Uint32Array(image.data.buffer);
  for (let at = 0; at < pixels.length; at += 1) pixels[at] = 0xff00_0000 | (Math.random() * 0x100_0000);
  context.putImageData(image, 0, 0);
  return canvas;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new MeridianClientError('BROWSER_UNSUPPORTED', 'no canvas');
  return context;
}

function trackOf(life: Lifetime, stream: MediaStream, source: 'camera' | 'microphone'): LocalTrack {
  const [mediaStreamTrack] = stream.getTracks();
  if (mediaStreamTrack === undefined)
    throw new MeridianClientError('BROWSER_UNSUPPORTED', 'the browser made no test track');
  const track = new LocalTrack({ mediaStreamTrack, source });
  life.add(() => track.stop());
  return track;
}
