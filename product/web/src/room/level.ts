const SILENCE_DB = -60; // level of a quiet room
const LOUD_DB = -12; // level of a person that speaks close to the microphone
const FALL_PER_FRAME = 0.04; // the bar rises at once and falls slowly, so that speech stays visible

/** Reports the loudness (0 to 1) on every animation frame until the returned function is called. */
export function levelOf(track: MediaStreamTrack, listener: (level: number) => void): () => void {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let shown = 0;
  let frame = 0;
  const measure = (): void => {
    analyser.getFloatTimeDomainData(samples);
    shown = Math.max(levelOfSamples(samples), shown - FALL_PER_FRAME);
    listener(shown);
    frame = requestAnimationFrame(measure);
  };
  measure();
  void context.resume();
  return () => {
    cancelAnimationFrame(frame);
    source.disconnect();
    void context.close();
  };
}

/** Returns the root mean square in decibels, as a share (0 to 1) of the range from silence to loud. */
export function levelOfSamples(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms === 0) return 0;
  const db = 20 * Math.log10(rms);
  return Math.min(1, Math.max(0, (db - SILENCE_DB) / (LOUD_DB - SILENCE_DB)));
}
