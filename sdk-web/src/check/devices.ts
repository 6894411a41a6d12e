import { asClientError } from '@meridian/client';
import { createLocalAudioTrack, createLocalVideoTrack } from '../tracks/capture.ts';
import type { LocalTrack } from '../tracks/local-track.ts';
import type { AudioCaptureOptions, VideoCaptureOptions } from '../types.ts';
import type { Lifetime } from './lifetime.ts';
import type { ReportBuilder } from './report-builder.ts';
import type { CheckMicrophone } from './types.ts';

/** Time for a user to read the browser's question, and perhaps to look for the camera's cover. */
const answerMs = 15_000;
const listenMsMin = 1000;
const listenMsMax = 3000;
const samplePeriodMs = 100;
/**
 * A peak below −54 dB of full scale counts as silence: any room is louder, even behind noise suppression, and a
 * switched-off microphone gives zeros.
 */
const silentPeak = 0.002;
/** A peak of −34 dB is a voice, and enough to stop listening. */
const voicePeak = 0.02;

export async function checkCamera(
  book: ReportBuilder,
  life: Lifetime,
  options: boolean | VideoCaptureOptions,
): Promise<void> {
  if (options === false) return book.skip('camera', 'NOT_ASKED');
  book.begin('camera');
  const track = await openDevice(book, life, 'camera', createLocalVideoTrack(options === true ? {} : options));
  if (track === undefined) return;
  const { label } = track.sourceTrack;
  const { width = 0, height = 0, frameRate = 0 } = track.sourceTrack.getSettings();
  track.stop();
  book.pass('camera', { label, width, height, frameRate: Math.round(frameRate) });
}

export async function checkMicrophone(
  book: ReportBuilder,
  life: Lifetime,
  deviceOptions: boolean | AudioCaptureOptions,
): Promise<void> {
  if (deviceOptions === false) return book.skip('microphone', 'NOT_ASKED');
  book.begin('microphone');
  const track = await openDevice(
    book,
    life,
    'microphone',
    createLocalAudioTrack(deviceOptions === true ? {} : deviceOptions),
  );
  if (track === undefined) return;
  const { label } = track.sourceTrack;
  const levelPeak = await listen(life, track, (peak) => book.begin('microphone', microphoneResult(label, peak)));
  track.stop();
  if (levelPeak !== undefined && levelPeak < silentPeak)
    book.fail('microphone', 'SILENT', microphoneResult(label, levelPeak));
  else book.pass('microphone', microphoneResult(label, levelPeak));
}

const microphoneResult = (label: string, levelPeak: number | undefined): CheckMicrophone =>
  Object.assign({ label }, levelPeak !== undefined && { levelPeak: Math.round(levelPeak * 1000) / 1000 });

/** Returns the opened device; undefined after a reported failure. Stops a device that opens too late. */
async function openDevice(
  book: ReportBuilder,
  life: Lifetime,
  name: 'camera' | 'microphone',
  opening: Promise<LocalTrack>,
): Promise<LocalTrack | undefined> {
  const stoppedAtEnd = opening.then((track) => {
    life.add(() => track.stop());
    return track;
  });
  try {
    const track = await life.within(stoppedAtEnd, answerMs);
    if (track !== undefined) return track;
    opening.then(
      (late) => late.stop(),
      () => undefined, // already reported as failed
    );
    book.fail(name, 'NO_ANSWER');
  } catch (error) {
    life.assertNotEnded();
    book.fail(name, asClientError(error, 'DEVICE_FAILED').code);
  }
  return undefined;
}

/** Returns the loudest sample, 0…1; undefined when the browser gives the page no audio before a click. */
async function listen(life: Lifetime, track: LocalTrack, onPeak: (peak: number) => void): Promise<number | undefined> {
  const context = new AudioContext();
  let isOpen = true;
  const close = (): void => {
    if (isOpen) void context.close();
    isOpen = false;
  };
  life.add(close);
  try {
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream([track.sourceTrack])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let peak = 0;
    const startMs = performance.now();
    for (let tookMs = 0; tookMs < listenMsMax; tookMs = performance.now() - startMs) {
      if (peak >= voicePeak && tookMs >= listenMsMin) break;
      await life.wait(samplePeriodMs);
      analyser.getFloatTimeDomainData(samples);
      const nextPeak = samples.reduce((peakSoFar, sample) => Math.max(peakSoFar, Math.abs(sample)), peak);
      if (nextPeak > peak) onPeak(nextPeak);
      peak = nextPeak;
    }
    return context.state === 'running' ? Math.min(1, peak) : undefined;
  } finally {
    close();
  }
}
