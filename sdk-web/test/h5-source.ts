// Synthetic pictures, and measures of the quality of decoded pictures and audio.

/** Returns an RGBA picture of `width` × `height` with moving stripes, and a square that moves faster. */
export function movingPicture(width: number, height: number, index: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  const left = (index * 7) % (width - 20);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 4) {
      const inSquare = x >= left && x < left + 20 && y >= 10 && y < 30;
      rgba[at] = inSquare ? 250 : 128 + 100 * Math.sin((x + 2 * index) / 15);
      rgba[at + 1] = inSquare ? 20 : 128 + 90 * Math.sin(y / 11);
      rgba[at + 2] = inSquare ? 40 : (x * 2 + y) & 255;
    }
  }
  return rgba;
}

/** Returns noise, which costs the most bits. */
export function noisyPicture(width: number, height: number, seed: number): Uint8ClampedArray {
  let state = seed + 1;
  return Uint8ClampedArray.from({ length: width * height * 4 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 24;
  });
}

/** Returns the signal to noise ratio of 8-bit samples in dB; 100 for equal ones. */
export function psnr(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < ours.length; at += 1) sum += ((ours[at] ?? 0) - (theirs[at] ?? Number.NaN)) ** 2;
  return sum === 0 ? 100 : 10 * Math.log10((255 ** 2 * ours.length) / sum);
}

export function sine(hertz: number, sampleRate: number, samples: number, level = 0.5): Float32Array {
  return Float32Array.from({ length: samples }, (_, at) => level * Math.sin((2 * Math.PI * hertz * at) / sampleRate));
}

/** Returns the signal to noise ratio in dB of `received` without its start; it lags `sent` by `delay` samples. */
export function snr(sent: Float32Array, received: ArrayLike<number>, delay: number): number {
  let [signal, noise] = [0, 0];
  for (let at = 2000; at + delay < Math.min(sent.length, received.length); at += 1) {
    const sample = sent[at] ?? 0;
    signal += sample ** 2;
    noise += (sample - (received[at + delay] ?? Number.NaN)) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}
