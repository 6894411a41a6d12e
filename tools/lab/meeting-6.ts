// Six people in two regions for a minute: how long does any picture stand still for any of them? The page's own timer
// stalls (six browsers on two cores) are measured beside it and subtracted.
import { setTimeout as pause } from 'node:timers/promises';
import { type CameraSize, launchChromium, type Participant } from '../../test/support/browser.ts';
import { join } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { until } from '../../test/support/poll.ts';
import { countOption, type LabCase, percentile } from '../support/case.ts';

const camera: CameraSize = { width: 160, height: 90, frameRate: 10 };
const gapAimMs = 500;
const settleMs = 5000;

interface Gaps {
  /** Longest time between two frames of one picture, minus the longest timer stall inside it. */
  longestMs: number;
  longestRawMs: number;
  stallMs: number;
}

/** Watches every remote video of the page by frame callbacks, and its own timers every 20 ms. */
const watch = `
  window.watch = { videos: new Map(), stalls: [], last: performance.now() };
  setInterval(() => { const now = performance.now(); if (now - window.watch.last > 60) window.watch.stalls.push([window.watch.last, now]); window.watch.last = now; }, 20);
  for (const participant of room.remoteParticipants.values()) {
    const track = participant.getTrackPublication('camera').track;
    const video = document.createElement('video');
    video.muted = true; video.srcObject = new MediaStream([track.mediaStreamTrack]);
    Object.assign(video.style, { position: 'fixed', left: 0, bottom: 0, width: '16px', height: '9px' });
    document.body.append(video); await video.play();
    const state = { last: performance.now(), gaps: [] };
    window.watch.videos.set(participant.identity, state);
    const frame = () => { const now = performance.now(); state.gaps.push([state.last, now]); state.last = now; video.requestVideoFrameCallback(frame); };
    video.requestVideoFrameCallback(frame);
  }`;
const read = `
  const { videos, stalls } = window.watch;
  const stallIn = (from, to) => stalls.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);
  let longestMs = 0, longestRawMs = 0;
  for (const state of videos.values()) {
    state.gaps.push([state.last, performance.now()]);
    for (const [a, b] of state.gaps.slice(1)) { longestRawMs = Math.max(longestRawMs, b - a); longestMs = Math.max(longestMs, b - a - stallIn(a, b)); }
  }
  return { longestMs, longestRawMs, stallMs: Math.max(0, ...stalls.map(([a, b]) => b - a)) };`;

async function oneMeeting(seconds: number): Promise<Gaps[]> {
  const cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
  const browser = await launchChromium();
  try {
    const people: Participant[] = [];
    for (let index = 0; index < 6; index += 1)
      people.push(
        await join(
          browser,
          cloud,
          { room: 'six', name: `P${index}`, from: index % 2 === 0 ? 'frankfurt' : 'singapore', codec: 'vp8' },
          camera,
        ),
      );
    for (const p of people)
      await until(
        `${p.name} sees all`,
        () =>
          p.room<boolean>(
            "return [...room.remoteParticipants.values()].filter((r) => r.getTrackPublication('camera')?.track).length === 5;",
          ),
        40_000,
      );
    await pause(settleMs);
    await Promise.all(people.map((p) => p.room(watch)));
    await pause(seconds * 1000);
    return await Promise.all(people.map((p) => p.room<Gaps>(read)));
  } finally {
    await browser.close();
    await cloud.stop();
  }
}

export const meetingSix: LabCase = {
  name: 'meeting-6',
  summary:
    'six people over two regions, 160×90 at 10 frames per second: longest freeze of any picture, median of the runs',
  configure: (command) =>
    void command
      .option('--runs <n>', 'meetings', countOption, 5)
      .option('--seconds <n>', 'length of each', countOption, 30),
  run: async (options, say) => {
    const [runs, seconds] = [Number(options['runs']), Number(options['seconds'])];
    const longest: number[] = [];
    const raw: number[] = [];
    const stalls: number[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const gaps = await oneMeeting(seconds);
      longest.push(Math.max(...gaps.map((gap) => gap.longestMs)));
      raw.push(Math.max(...gaps.map((gap) => gap.longestRawMs)));
      stalls.push(Math.max(...gaps.map((gap) => gap.stallMs)));
      say(
        `run ${run}/${runs}: longest freeze ${longest.at(-1)?.toFixed(0)} ms (${raw.at(-1)?.toFixed(0)} ms with the page's own stalls, longest stall ${stalls.at(-1)?.toFixed(0)} ms)`,
      );
    }
    const gapMsMedian = percentile(longest, 0.5);
    const metrics = {
      gapMsMedian,
      gapMsWorst: Math.max(...longest),
      rawGapMsMedian: percentile(raw, 0.5),
      pageStallMsMedian: percentile(stalls, 0.5),
    };
    const missed =
      gapMsMedian > gapAimMs ? [`longest freeze: median ${gapMsMedian.toFixed(0)} ms, aim ${gapAimMs} ms`] : [];
    return { params: { runs, seconds, people: 6 }, metrics, missed };
  },
};
