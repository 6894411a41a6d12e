// Tests a loudspeaker with a few notes, and a microphone with a recording that it plays back.
import type { MicrophoneTestPhase } from '../core/model.ts';
import { levelOf } from './level.ts';

const NOTES_HZ = [523.25, 659.25, 783.99]; // a chord, one note after another
const NOTE_S = 0.32;
const RECORD_MS = 3000; // long enough for a sentence

/** Plays a few notes on a loudspeaker ('' = the system's). Resolves at their end; rejects as the browser does. */
export async function playTestSound(outputId: string): Promise<void> {
  const context = new AudioContext();
  try {
    const destination = context.createMediaStreamDestination();
    const audio = await elementOn(outputId);
    audio.srcObject = destination.stream;
    await Promise.all([context.resume(), audio.play()]);
    const ended = Promise.withResolvers<void>();
    for (const [at, hertz] of NOTES_HZ.entries()) {
      const [note, volume] = [context.createOscillator(), context.createGain()];
      const beginS = context.currentTime + 0.1 + at * NOTE_S;
      note.frequency.value = hertz;
      volume.gain.setValueAtTime(0, beginS);
      volume.gain.linearRampToValueAtTime(0.25, beginS + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, beginS + NOTE_S * 2);
      note.connect(volume).connect(destination);
      note.start(beginS);
      note.stop(beginS + NOTE_S * 2);
      if (at === NOTES_HZ.length - 1) note.addEventListener('ended', () => ended.resolve(), { once: true });
    }
    await ended.promise;
    audio.srcObject = null;
  } finally {
    await context.close();
  }
}

interface MicrophoneTest {
  /** Opens a track, which the test stops. */
  open(): Promise<MediaStreamTrack>;
  outputId: string;
  phase(phase: MicrophoneTestPhase): void;
  level(level: number): void;
  signal: AbortSignal;
}

/**
 * Records a few seconds of a microphone and plays them. Resolves at the end or when `signal` aborts; rejects as the
 * browser does.
 */
export async function tryMicrophone({ open, outputId, phase, level, signal }: MicrophoneTest): Promise<void> {
  const track = await open();
  let recording: Blob;
  try {
    if (signal.aborted) return;
    phase('recording');
    const stopMeter = levelOf(track, level);
    recording = await record(track, signal).finally(stopMeter);
  } finally {
    track.stop();
  }
  if (signal.aborted) return;
  phase('playing');
  await play(recording, outputId, signal);
}

function record(track: MediaStreamTrack, signal: AbortSignal): Promise<Blob> {
  const recorder = new MediaRecorder(new MediaStream([track]));
  const pieces: Blob[] = [];
  const recorded = Promise.withResolvers<Blob>();
  recorder.addEventListener('dataavailable', ({ data }) => void pieces.push(data));
  recorder.addEventListener('stop', () => recorded.resolve(new Blob(pieces, { type: recorder.mimeType })));
  recorder.addEventListener('error', () => recorded.reject(new DOMException('The recorder failed.', 'AbortError')));
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  recorder.start();
  const timer = setTimeout(stop, RECORD_MS);
  signal.addEventListener('abort', stop);
  return recorded.promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  });
}

async function play(recording: Blob, outputId: string, signal: AbortSignal): Promise<void> {
  const url = URL.createObjectURL(recording);
  try {
    const audio = await elementOn(outputId);
    const ended = Promise.withResolvers<void>();
    audio.addEventListener('ended', () => ended.resolve());
    audio.addEventListener('error', () =>
      ended.reject(new DOMException('The recording does not play.', 'NotReadableError')),
    );
    signal.addEventListener('abort', () => ended.resolve());
    audio.src = url;
    await Promise.all([audio.play(), ended.promise]);
    audio.pause();
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Returns an element that plays on an output; without setSinkId the browser plays on the system's output. */
async function elementOn(outputId: string): Promise<HTMLAudioElement> {
  const audio = new Audio();
  if (outputId !== '' && 'setSinkId' in audio) await audio.setSinkId(outputId);
  return audio;
}
