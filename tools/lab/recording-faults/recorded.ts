// One recording after another, each with a fault at a moment of its own.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { type Rng, seededRng } from '@meridian/runtime';
import type { Browser } from 'playwright-core';
import type { Store } from '../../../object-store/src/store.ts';
import type { Manifest } from '../../../recorder/src/core/journal/manifest.ts';
import { recordingPrefix } from '../../../recorder/src/core/names.ts';
import { readRecording } from '../../../recorder/src/stints/read-recording.ts';
import { launchChromium } from '../../../test/support/browser.ts';
import type { TestCloud } from '../../../test/support/cloud.ts';
import { askApi } from '../../../test/support/company.ts';
import { until } from '../../../test/support/poll.ts';
import { waysOf } from '../../../test/support/ways.ts';
import type { Say } from '../../support/case.ts';
import { BrowserSource, SdkSource } from './browser-source.ts';
import { about, type Fault, type Mode } from './faults.ts';
import { finishedFaults } from './finished.ts';
import { flashingPage } from './flashing-page.ts';
import { type Judged, judge } from './judge.ts';
import type { Plan, Row } from './plan.ts';
import { summary } from './result.ts';
import { FlashAndBeep } from './source.ts';
import type { Stage } from './stage.ts';

/** One media node in each region: the source is at the first, and is moved to the other. */
const [home, elsewhere] = ['sfu-fra-1', 'sfu-sgp-1'] as const;
const BEFORE_MS = 4000;
const BEFORE_MORE_MS = 8000;
const AFTER_MS = 12_000;
/** Beyond the back-off of an upload that has failed some times. */
const AWAY_MS = 8000;
const LOSS_SHARE = 0.3;
const READ_BYTES = 16 * 1_048_576;
const RUNS_LIMIT_MS = 40_000;

interface Source {
  close(): void | Promise<void>;
}

export class Recorded {
  readonly #stage: Stage;
  readonly #cloud: TestCloud;
  readonly #plan: Plan;
  readonly #say: Say;
  readonly #rng: Rng;
  #rooms = 0;
  #browser: Browser | undefined;
  #lossy: BrowserSource | undefined;
  #moving: SdkSource | undefined;

  constructor(stage: Stage, plan: Plan, say: Say) {
    this.#stage = stage;
    this.#cloud = stage.cloud;
    this.#plan = plan;
    this.#say = say;
    this.#rng = seededRng(`recording-faults ${plan.seed}`);
  }

  async run(): Promise<Row[]> {
    const { faults, minutes, modes, recordings, rounds } = this.#plan;
    const rows: Row[] = [];
    if (minutes > 0) for (const mode of modes) rows.push(await this.#recording('none', mode, minutes * 60_000));
    const count = recordings > 0 ? recordings : rounds * faults.length;
    for (let at = 0; at < count; at += 1) {
      const fault = faults[at % faults.length] ?? 'none';
      rows.push(await this.#recording(fault, about[fault].mode, AFTER_MS));
    }
    await this.#browser?.close();
    return rows;
  }

  async #recording(fault: Fault, mode: Mode, afterMs: number): Promise<Row> {
    this.#rooms += 1;
    const room = `recorded-${this.#rooms}`;
    const source = await this.#publish(fault, room);
    const publisher = await until('the source is in the room', () => this.#publisher(room));
    const page = mode === 'page' ? await flashingPage() : undefined;
    const order = page === undefined ? { mode } : { mode, pageUrl: page.url };
    const { id } = await askApi(this.#cloud, 'POST', `/rooms/${room}/recordings`, order);
    await until('the recording runs', () => this.#isRunning(room), RUNS_LIMIT_MS);
    await pause(BEFORE_MS + this.#rng.next() * BEFORE_MORE_MS);
    const repair = await this.#inject(fault, room, publisher);
    await pause(afterMs);
    await askApi(this.#cloud, 'DELETE', `/rooms/${room}/recordings/${String(id)}`);
    await repair();
    await source.close();
    page?.close();
    const row = await this.#judged(room, String(id));
    this.#say(`${fault}, ${mode}: ${JSON.stringify(Object.assign({}, row, { pairs: summary(row.pairs) }))}`);
    return Object.assign({ fault, mode }, row);
  }

  async #judged(room: string, id: string): Promise<Judged> {
    const store = await this.#stage.stored(id);
    const folder = join(this.#stage.folder, room);
    mkdirSync(folder, { recursive: true });
    try {
      const manifest = await readRecording(store, 'dev', id);
      const bytes = (stintId: string, name: string): Promise<Uint8Array> =>
        wholeOf(store, `${recordingPrefix('dev', id)}${stintId}/${name}`);
      const judged = await judge(manifest, { bytes, folder });
      const more = this.#rooms <= this.#plan.played ? await this.#finished({ manifest, store, id, folder }) : [];
      return Object.assign({}, judged, { faults: [...judged.faults, ...more] });
    } finally {
      await store.close('judged');
      rmSync(folder, { recursive: true });
    }
  }

  async #finished(o: { manifest: Manifest; store: Store; id: string; folder: string }): Promise<readonly string[]> {
    const { manifest, store, id, folder } = o;
    const prefix = recordingPrefix('dev', id);
    const read = (path: string, from: number, bytes: number): Promise<Uint8Array> =>
      store.get(`${prefix}${path}`, { range: { from, bytes } });
    // A browser that fails is a fault of the row, which has more to say.
    return finishedFaults(manifest, { read, folder, browser: await this.#chromium() }).catch((error: unknown) => [
      `not looked at in full: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }

  async #chromium(): Promise<Browser> {
    this.#browser ??= await launchChromium();
    return this.#browser;
  }

  async #publish(fault: Fault, room: string): Promise<Source> {
    const { pageUrl } = this.#cloud;
    if (about[fault].source === 'sdk') {
      this.#moving = await SdkSource.open(await this.#chromium(), pageUrl, room);
      return this.#moving;
    }
    const { publish } = await waysOf(this.#cloud, 'frankfurt', { room, identity: 'studio', from: 'frankfurt' });
    if (about[fault].source === 'rtmp') return new FlashAndBeep(publish?.rtmp.url ?? '');
    this.#lossy = await BrowserSource.open(await this.#chromium(), { pageUrl, publish, rng: this.#rng });
    return this.#lossy;
  }

  /** The session of the source, once its tracks are there. */
  async #publisher(room: string): Promise<string | undefined> {
    const { data } = (await askApi(this.#cloud, 'GET', `/rooms/${room}/participants`)) as {
      data: { sid: string; tracks: unknown[] }[];
    };
    return data.find(({ tracks }) => tracks.length >= 2)?.sid;
  }

  async #isRunning(room: string): Promise<boolean> {
    const { data } = (await askApi(this.#cloud, 'GET', `/rooms/${room}/recordings`)) as { data: { state: string }[] };
    return data.some(({ state }) => state === 'running');
  }

  /** The answer undoes what lasts. */
  async #inject(fault: Fault, room: string, sessionId: string): Promise<() => unknown> {
    const cloud = this.#cloud;
    switch (fault) {
      case 'none':
      case 'browser':
        return () => undefined;
      case 'recorder':
        cloud.kill(await this.#recorderOf(room));
        return () => undefined;
      case 'media':
        cloud.kill(home);
        return () => undefined;
      case 'owner':
        cloud.kill(this.#ownerOf(room));
        return () => undefined;
      case 'move':
        await cloud.move(sessionId, elsewhere);
        await this.#moving?.leaves(home);
        return () => undefined;
      case 'room':
        await cloud.drain(home, true);
        await this.#moving?.leaves(home);
        cloud.kill(this.#ownerOf(room), 'SIGTERM');
        return () => cloud.drain(home, false);
      case 'ffmpeg':
        this.#killFfmpeg(await this.#recorderOf(room));
        return () => undefined;
      case 'drain': {
        const recorder = await this.#recorderOf(room);
        await cloud.drain(recorder, true);
        return () => cloud.drain(recorder, false);
      }
      case 'store': {
        const start = await this.#stage.killStore();
        await pause(AWAY_MS);
        return start;
      }
      case 'disk': {
        const empty = this.#stage.fillDisk(await this.#recorderOf(room));
        await pause(about.disk.lastsMs);
        empty();
        return () => undefined;
      }
      case 'loss':
        this.#lossy?.lose(LOSS_SHARE);
        return () => undefined;
    }
  }

  /** One of those that compose, at random. */
  #killFfmpeg(recorder: string): void {
    const parent = String(this.#cloud.pid(recorder));
    const pids = execFileSync('pgrep', ['-P', parent, '-x', 'ffmpeg']).toString().trim().split('\n').map(Number);
    process.kill(pids[Math.floor(this.#rng.next() * pids.length)] ?? Number.NaN, 'SIGKILL');
  }

  /** The recorder that says that it has the recording of the room. */
  async #recorderOf(room: string): Promise<string> {
    const { nodes } = (await this.#cloud.fleet()) as unknown as {
      nodes: { nodeId: string; load: { recordings?: { roomKey: string }[] } }[];
    };
    const found = nodes.find(({ load }) => load.recordings?.some(({ roomKey }) => roomKey.endsWith(`/${room}`)));
    if (found === undefined) throw new Error('no recorder reports the recording');
    return found.nodeId;
  }

  #ownerOf(room: string): string {
    const owner = ['sig-fra', 'sig-sgp'].find((id) => this.#cloud.log(id).some((line) => line.includes(room)));
    return owner ?? 'sig-fra';
  }
}

/** Stores give only so much at once. */
async function wholeOf(store: Store, key: string): Promise<Uint8Array> {
  const { bytes = 0 } = (await store.head(key)) ?? {};
  const parts: Uint8Array[] = [];
  for (let from = 0; from < bytes; from += READ_BYTES)
    parts.push(await store.get(key, { range: { from, bytes: Math.min(READ_BYTES, bytes - from) } }));
  return Buffer.concat(parts);
}
