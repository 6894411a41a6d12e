// What effects cost and do, by the SDK's own bundle in headless Chromium with a film as its camera, without a graphics
// card: the slowest machine there is. And noise suppression by the worklet's own code on made speech.
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { Denoiser, denoiserDelayMs } from '../../sdk-web/src/effects/core/denoiser.ts';
import { blockSamples } from '../../sdk-web/src/effects/core/framing.ts';
import type { SecondOfWork } from '../../sdk-web/src/effects/core/speed.ts';
import { launchChromium } from '../../test/support/browser.ts';
import { writePerson } from '../../test/support/person.ts';
import { mixed, pinkNoise, powerOf, rateHz, speech, whiteNoise } from '../../test/support/speech.ts';
import { countOption, type LabCase, type Metrics, type Say } from '../support/case.ts';

const film = { width: 1280, height: 720, frameRate: 30, frames: 10 };
const wantedFps = 15; // a face is seen to move with it; below it a graphics card is needed
const soundSeconds = 20;
/** The first seconds teach RNNoise the noise. */
const fromSecond = 5;
const attenuationAimDb = -15;

export const effectsBench: LabCase = {
  name: 'effects',
  summary: 'blur and background at 720p in headless Chromium without a graphics card; noise suppression on made speech',
  configure: (command) => void command.option('--seconds <n>', 'per background', countOption, 12),
  run: async (options, say) => {
    const seconds = Number(options['seconds']);
    const missed: string[] = [];
    const sound = measureSound(say, missed);
    const picture = await measurePicture(seconds, say, missed);
    return { params: { seconds, ...film }, metrics: { sound, picture }, missed };
  },
};

function measureSound(say: Say, missed: string[]): Metrics {
  const wasm = readFileSync(
    createRequire(import.meta.url).resolve('@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm'),
  );
  const module = new WebAssembly.Module(wasm);
  const voice = speech(soundSeconds);
  const metrics: Record<string, number | Metrics> = { addedDelayMs: denoiserDelayMs };
  for (const [name, noise] of [
    ['white', whiteNoise],
    ['pink', pinkNoise],
  ] as const) {
    for (const snrDb of [0, 5, 10, 20]) {
      const { mix } = mixed(voice, noise(7), snrDb);
      const { out, msPerSecond } = denoised(module, mix);
      const lag = lagOf(out, voice);
      const row = {
        inputSnrDb: snrOf(mix, voice, 0),
        outputSnrDb: snrOf(out, voice, lag),
        pausesDb: pauseChangeDb(mix, out, voice, lag),
        voiceDb: voiceChangeDb(out, voice, lag),
        cpuMsPerSecond: msPerSecond,
      };
      metrics[`${name}${snrDb}`] = row;
      say(`${name} noise at ${snrDb} dB: ${row.inputSnrDb.toFixed(1)} → ${row.outputSnrDb.toFixed(1)} dB`);
      if (row.pausesDb > attenuationAimDb)
        missed.push(`${name} noise at ${snrDb} dB: pauses ${row.pausesDb.toFixed(1)} dB, aim ${attenuationAimDb} dB`);
    }
  }
  return metrics;
}

function denoised(module: WebAssembly.Module, mix: Float32Array): { out: Float32Array; msPerSecond: number } {
  const denoiser = new Denoiser(module);
  const out = new Float32Array(mix.length);
  const began = process.cpuUsage();
  for (let at = 0; at + blockSamples <= mix.length; at += blockSamples)
    denoiser.push(mix.subarray(at, at + blockSamples), out.subarray(at, at + blockSamples));
  const { user, system } = process.cpuUsage(began);
  denoiser.close();
  return { out, msPerSecond: (user + system) / 1000 / (mix.length / rateHz) };
}

const db = (ratio: number): number => 10 * Math.log10(ratio);
const from = fromSecond * rateHz;

/** What of `heard` is the voice, and what is not, in dB: noise that is left, and what the voice lost. */
function snrOf(heard: Float32Array, voice: Float32Array, lag: number): number {
  let [both, own] = [0, 0];
  for (let at = from; at + lag < heard.length; at += 1) {
    both += (heard[at + lag] ?? 0) * (voice[at] ?? 0);
    own += (voice[at] ?? 0) ** 2;
  }
  const gain = both / own;
  let rest = 0;
  for (let at = from; at + lag < heard.length; at += 1) rest += ((heard[at + lag] ?? 0) - gain * (voice[at] ?? 0)) ** 2;
  return db((gain * gain * own) / rest);
}

/** Samples by which the voice is later. */
function lagOf(out: Float32Array, voice: Float32Array): number {
  const middle = Math.round((denoiserDelayMs / 1000) * rateHz);
  const lags = Array.from({ length: 33 }, (_, index) => middle + 4 * (index - 16));
  return lags.reduce((best, lag) => (snrOf(out, voice, lag) > snrOf(out, voice, best) ? lag : best), middle);
}

/** Whether there was no voice for 50 ms before and after. */
function isPause(voice: Float32Array, at: number): boolean {
  for (let near = -2400; near <= 2400; near += 100) if (Math.abs(voice[at + near] ?? 0) > 1e-5) return false;
  return true;
}

function pauseChangeDb(mix: Float32Array, out: Float32Array, voice: Float32Array, lag: number): number {
  let [before, after] = [0, 0];
  for (let at = from; at + lag < out.length; at += 1) {
    if (!isPause(voice, at)) continue;
    before += (mix[at] ?? 0) ** 2;
    after += (out[at + lag] ?? 0) ** 2;
  }
  return db(after / before);
}

function voiceChangeDb(out: Float32Array, voice: Float32Array, lag: number): number {
  let both = 0;
  for (let at = from; at + lag < out.length; at += 1) both += (out[at + lag] ?? 0) * (voice[at] ?? 0);
  const own = powerOf(voice.subarray(from, voice.length - lag)) * (voice.length - lag - from);
  return 2 * db(both / own);
}

async function measurePicture(seconds: number, say: Say, missed: string[]): Promise<Metrics> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-person-'));
  const server = await serveSdk();
  try {
    const file = join(folder, 'person.y4m');
    const drawing = await launchChromium();
    await writePerson(drawing, file, film);
    await drawing.close();
    const browser = await launchChromium([`--use-file-for-fake-video-capture=${file}`]);
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const pid = browserPid(folder);
      return await eachBackground(page, { seconds, pid, say, missed });
    } finally {
      await browser.close();
    }
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function eachBackground(
  page: Page,
  o: { seconds: number; pid: number; say: Say; missed: string[] },
): Promise<Metrics> {
  const metrics: Record<string, Metrics> = {};
  const backgrounds = {
    none: undefined,
    slight: { kind: 'blur', strength: 'slight' },
    strong: { kind: 'blur', strength: 'strong' },
    drawn: { kind: 'drawn', picture: 'window' },
  };
  for (const [name, background] of Object.entries(backgrounds)) {
    await page.evaluate(open, background);
    const cpuMs = treeCpuMs(o.pid);
    const beganMs = performance.now();
    const work = await page.evaluate(watch, o.seconds);
    const cpuShare = (treeCpuMs(o.pid) - cpuMs) / (performance.now() - beganMs);
    await page.evaluate(() => (window as unknown as { off(): void }).off());
    metrics[name] = { ...work, browserCores: cpuShare };
    o.say(`${name}: ${work.framesPerSecond.toFixed(1)} frames/s, ${work.frameMsP50.toFixed(1)} ms a frame`);
    if (name !== 'none' && work.framesPerSecond < wantedFps)
      o.missed.push(`${name}: ${work.framesPerSecond.toFixed(1)} frames/s, aim ${wantedFps}`);
  }
  return metrics;
}

interface Opened {
  measured: SecondOfWork[];
  frames: number;
  off(): void;
}

/** Runs in the page: the camera with that background, played in an element that counts. */
async function open(background: object | undefined): Promise<void> {
  const load = (path: string): Promise<Record<string, (o: object) => Promise<unknown>>> => import(path);
  const { createLocalVideoTrack } = await load('/index.js');
  const { createBackground } = await load('/effects.js');
  const track = (await createLocalVideoTrack?.({})) as {
    mediaStreamTrack: MediaStreamTrack;
    setProcessor(processor: unknown): Promise<void>;
    stop(): void;
  };
  const measured: SecondOfWork[] = [];
  if (background !== undefined) {
    const processor = createBackground?.(background) as unknown as { onMeasured(second: SecondOfWork): void };
    processor.onMeasured = (second) => void measured.push(second);
    await track.setProcessor(processor);
    // It would go off by itself: here it is to be measured.
    Object.defineProperty(processor, 'onGiveUp', { get: () => undefined, set: () => undefined });
  }
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track.mediaStreamTrack]);
  await video.play();
  const opened: Opened = { measured, frames: 0, off: () => track.stop() };
  const count = (): void => {
    opened.frames += 1;
    video.requestVideoFrameCallback(count);
  };
  video.requestVideoFrameCallback(count);
  Object.assign(window, { opened, off: opened.off });
}

/** Runs in the page: what happens in some seconds. */
async function watch(
  seconds: number,
): Promise<{ framesPerSecond: number; frameMsP50: number; frameMsP95: number; droppedPerSecond: number }> {
  const { opened } = window as unknown as { opened: Opened };
  await new Promise((resolve) => setTimeout(resolve, 3000)); // shaders, caches, the model's first frames
  opened.measured.length = 0;
  const [frames, beganMs] = [opened.frames, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const elapsedS = (performance.now() - beganMs) / 1000;
  const last = opened.measured.at(-1);
  const sum = (pick: (second: SecondOfWork) => number): number =>
    opened.measured.reduce((total, second) => total + pick(second), 0);
  return {
    framesPerSecond: last === undefined ? (opened.frames - frames) / elapsedS : sum((one) => one.frames) / elapsedS,
    frameMsP50: last?.p50Ms ?? 0,
    frameMsP95: last?.p95Ms ?? 0,
    droppedPerSecond: sum((one) => one.dropped) / elapsedS,
  };
}

const sdk = fileURLToPath(new URL('../../sdk-web/dist/', import.meta.url));
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** The SDK's bundle on a loopback port. */
async function serveSdk(): Promise<Server> {
  if (!existsSync(join(sdk, 'effects.js'))) throw new Error('sdk-web/dist is not built');
  const server = createServer(({ url = '/' }, answer) => {
    if (url === '/') {
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>effects</title>');
      return;
    }
    const file = join(sdk, normalize(new URL(url, 'http://localhost').pathname));
    if (!file.startsWith(sdk) || !existsSync(file)) {
      answer.writeHead(404).end();
      return;
    }
    answer.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** The browser that was started with a film of that folder. */
function browserPid(folder: string): number {
  const found = pids().find((pid) => {
    const words = commandOf(pid);
    return words.includes(folder) && !words.includes('--type=');
  });
  if (found === undefined) throw new Error('the browser is not found among the processes');
  return found;
}

/** Processor time of a process and all below it. */
function treeCpuMs(root: number): number {
  const parents = new Map(pids().map((pid) => [pid, statOf(pid)]));
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = parents.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  let ticks = 0;
  for (const [pid, stat] of parents) if (isBelow(pid)) ticks += stat.ticks;
  return ticks * 10; // Linux counts in hundredths of a second
}

const pids = (): number[] => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return ''; // it has ended
  }
}
function statOf(pid: number): { parent: number; ticks: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return { parent: 0, ticks: 0 }; // it has ended
  }
}
