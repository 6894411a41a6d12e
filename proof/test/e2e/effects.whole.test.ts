// Background blur and noise suppression on the meeting page, with a drawn person that the model recognises and made-up
// speech in noise.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, launchChromium, type Participant } from '../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { continuityOf, watchContinuity } from '../support/continuity.ts';
import { writePerson } from '../support/person.ts';
import { until } from '../support/poll.ts';
import { sharedCloud } from '../support/shared-cloud.ts';
import { mixed, pinkNoise, speech, writeWav } from '../support/speech.ts';

/** Small and slow enough for two cores that also encode and decode it. */
const film = { width: 640, height: 360, frameRate: 10, frames: 10 };
/** Longest allowed freeze, as in talking.ts: a person would believe a longer one to be the end. */
const videoFreezeMsMax = 4000;

let cloud: TestCloud;
let browser: Browser;
let folder: string;
beforeAll(async () => {
  cloud = sharedCloud();
  folder = mkdtempSync(path(tmpdir(), 'meridian-effects-'));
  const [camera, microphone] = [path(folder, 'person.y4m'), path(folder, 'speech.wav')];
  const drawing = await launchChromium();
  await writePerson(drawing, camera, film);
  await drawing.close();
  writeWav(microphone, mixed(speech(10), pinkNoise(7), 10).mix);
  browser = await launchChromium([
    `--use-file-for-fake-video-capture=${camera}`,
    `--use-file-for-fake-audio-capture=${microphone}`,
  ]);
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Measures how much neighbouring pixels of the received camera differ: in the background, and in the face. */
const sharpness = (p: Participant): Promise<{ background: number; face: number }> =>
  p.room(`
    const [other] = room.remoteParticipants.values();
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([other.getTrackPublication('camera').track.mediaStreamTrack]);
    await video.play();
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const canvas = new OffscreenCanvas(640, 360).getContext('2d');
    canvas.drawImage(video, 0, 0, 640, 360);
    video.srcObject = null;
    const of = (x, y, width, height) => {
      const { data } = canvas.getImageData(x, y, width, height);
      let sum = 0;
      for (let at = 0; at + 4 < data.length; at += 4) sum += Math.abs(data[at + 1] - data[at + 5]);
      return sum / (width * height);
    };
    return { background: of(20, 20, 120, 200), face: of(282, 120, 76, 80) };`);

const trackOf = (p: Participant): Promise<string> =>
  p.room('return room.localParticipant.getTrackPublication("camera").trackId;');

async function openEffects(p: Participant): Promise<void> {
  await p.page.keyboard.press('d');
  await p.page.getByTestId('effects').locator('summary').click();
}

describe('effects on the own picture and sound', () => {
  it('others see a blurred background and a sharp person, and the picture never stops', async () => {
    const ana = await join(browser, cloud, { room: 'effects', name: 'Ana', from: 'frankfurt' }, 'as asked');
    const bo = await join(browser, cloud, { room: 'effects', name: 'Bo', from: 'frankfurt', camera: '0' }, 'as asked');
    await untilMoreFrames(bo);
    const [before, trackId] = [await sharpness(bo), await trackOf(ana)];
    await watchContinuity(bo);
    await openEffects(ana);
    await ana.page.getByTestId('background-strong').click();
    const after = await until('the background is blurred', async () => {
      const now = await sharpness(bo);
      return now.background < before.background / 3 && now;
    });
    expect(after.face).toBeGreaterThan(before.face * 0.6);
    // Changing and removing the background keeps the same track.
    await ana.page.getByTestId('background-hills').click();
    await untilMoreFrames(bo, 10);
    await ana.page.getByTestId('background-none').click();
    await until('the background is there again', async () => (await sharpness(bo)).background > before.background / 2);
    const { videoFreezeMs } = await continuityOf(bo);
    expect(Math.max(...Object.values(videoFreezeMs))).toBeLessThan(videoFreezeMsMax);
    expect(await trackOf(ana)).toBe(trackId);
  });

  it('noise is suppressed, and the voice is not', async () => {
    const ana = await join(browser, cloud, { room: 'noise', name: 'Ana', from: 'frankfurt', camera: '0' }, 'as asked');
    const bo = await join(browser, cloud, { room: 'noise', name: 'Bo', from: 'frankfurt', camera: '0' }, 'as asked');
    await untilMoreSound(bo);
    await openEffects(ana);
    await ana.page.getByTestId('noise').click();
    await until('the processor is on', () =>
      ana.room<boolean>(
        'return room.localParticipant.getTrackPublication("microphone").track.processor?.name === "noise";',
      ),
    );
    // Levels in dB, of the device and of the sent sound: the quiet moments are noise, the loud ones are voice.
    const levels = await ana.room<{ device: [number, number]; sent: [number, number]; isBrowsersOff: boolean }>(`
      const { track } = room.localParticipant.getTrackPublication('microphone');
      const context = new AudioContext();
      const meter = (mediaStreamTrack) => {
        const analyser = context.createAnalyser();
        context.createMediaStreamSource(new MediaStream([mediaStreamTrack])).connect(analyser);
        return analyser;
      };
      const meters = [meter(track.sourceTrack), meter(track.mediaStreamTrack)];
      const found = [[], []];
      const samples = new Float32Array(2048);
      await new Promise((resolve) => {
        const timer = setInterval(() => {
          for (const [index, analyser] of meters.entries()) {
            analyser.getFloatTimeDomainData(samples);
            const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
            found[index].push(10 * Math.log10(power + 1e-12));
          }
          if (found[0].length < 240) return;
          clearInterval(timer);
          resolve();
        }, 40);
      });
      const of = (list) => list.slice(60).sort((a, b) => a - b);
      const share = (list) => [list[Math.floor(list.length * 0.2)], list[Math.floor(list.length * 0.9)]];
      const [device, sent] = found.map(of).map(share);
      return { device, sent, isBrowsersOff: track.sourceTrack.getSettings().noiseSuppression === false };`);
    const levelsText = JSON.stringify(levels);
    expect(levels.isBrowsersOff).toBe(true);
    expect(levels.sent[0], levelsText).toBeLessThan(levels.device[0] - 10);
    expect(Math.abs(levels.sent[1] - levels.device[1]), levelsText).toBeLessThan(4);
    await untilMoreSound(bo);
  });
});
