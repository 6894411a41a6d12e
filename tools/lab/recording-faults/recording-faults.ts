// Recordings while what makes them fails: recorders, media nodes and room owners are killed, sessions are moved, and
// recorders drained. What is kept is judged by its manifest, its hashes and what it shows.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import { recordingPrefix } from '../../../recorder/src/core/names.ts';
import { readRecording } from '../../../recorder/src/stints/read-recording.ts';
import { openFileStore } from '../../../recorder/src/stores/file-store.ts';
import type { Store } from '../../../recorder/src/stores/store.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { askApi } from '../../../test/support/company.ts';
import { closeOwned, owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import { waysOf } from '../../../test/support/ways.ts';
import { countOption, type LabCase, type LabResult, percentile, type Say } from '../../support/case.ts';
import { type Judged, judge } from './judge.ts';
import { FlashAndBeep } from './source.ts';

export const faults = ['none', 'recorder', 'media', 'owner', 'move', 'drain'] as const;
export type Fault = (typeof faults)[number];
/** Planned: nothing may be missing. */
const planned: readonly Fault[] = ['none', 'move', 'drain'];

/** One media node in each region: the encoder is at the first, and is moved to the other. */
const [home, elsewhere] = ['sfu-fra-1', 'sfu-sgp-1'] as const;
const recorders = ['rec-fra', 'rec-sgp'] as const;
/** As the gateway names the encoder of the person "studio". */
const encoder = 'studio-encoder';
const HOLE_AIM_MS = 5000;
/** Two pieces of a track meet with less between them. */
const NO_HOLE_MS = 150;
const OFFSET_AIM_MS = 40;
const BEFORE_MS = 8000;
const AFTER_MS = 12_000;
const STORED_LIMIT_MS = 90_000;
const RUNS_LIMIT_MS = 40_000;

interface Plan {
  readonly rounds: number;
  readonly faults: readonly Fault[];
  readonly minutes: number;
}

export const recordingFaults: LabCase = {
  name: 'recording-faults',
  summary: 'recorders, media nodes and owners killed, sessions moved, recorders drained: holes of what is kept',
  configure: (command) =>
    void command
      .option('--rounds <n>', 'recordings with each fault', countOption, 3)
      .option('--faults <list>', `some of ${faults.join(',')}`, namesOf, [...faults])
      .option('--minutes <n>', 'a recording of so long without a fault, for the offset of sound', minutesOption, 0),
  run: async (options, say) => {
    const plan = options as unknown as Plan;
    try {
      const cloud = await TestCloud.start({ replacesFrozen: true });
      return await new Lab(cloud, say).run(plan);
    } finally {
      await closeOwned(say);
    }
  },
};

function namesOf(text: string): Fault[] {
  return text.split(',').map((name) => {
    const found = faults.find((one) => one === name);
    if (found === undefined) throw new InvalidArgumentError(`"${name}" is none of ${faults.join(', ')}`);
    return found;
  });
}

function minutesOption(text: string): number {
  const value = Number(text);
  if (!(value >= 0)) throw new InvalidArgumentError('minutes');
  return value;
}

interface Row extends Judged {
  readonly fault: Fault;
}

class Lab {
  readonly #cloud: TestCloud;
  readonly #say: Say;
  readonly #folder = mkdtempSync(join(tmpdir(), 'meridian-recordings-'));
  #rooms = 0;

  constructor(cloud: TestCloud, say: Say) {
    this.#cloud = cloud;
    this.#say = say;
    owned('files to look at', () => rmSync(this.#folder, { recursive: true, force: true }));
  }

  async run(plan: Plan): Promise<LabResult> {
    const rows: Row[] = [];
    if (plan.minutes > 0) rows.push(await this.#recording('none', plan.minutes * 60_000));
    for (let round = 0; round < plan.rounds; round += 1)
      for (const fault of plan.faults) rows.push(await this.#recording(fault, AFTER_MS));
    return resultOf(rows);
  }

  async #recording(fault: Fault, afterMs: number): Promise<Row> {
    this.#rooms += 1;
    const room = `recorded-${this.#rooms}`;
    const ways = await waysOf(this.#cloud, 'frankfurt', { room, identity: 'studio', from: 'frankfurt' });
    const source = new FlashAndBeep(ways.publish?.rtmp.url ?? '');
    const publisher = await until('the encoder is in the room', () => this.#publisher(room));
    const { id } = await askApi(this.#cloud, 'POST', `/rooms/${room}/recordings`, {});
    await until('the recording runs', () => this.#isRunning(room), RUNS_LIMIT_MS);
    await pause(BEFORE_MS + Math.random() * 2000);
    const repair = await this.#inject(fault, room, publisher);
    await pause(afterMs);
    await askApi(this.#cloud, 'DELETE', `/rooms/${room}/recordings/${String(id)}`);
    await repair();
    source.close();
    const store = await this.#stored(String(id));
    const row = await judge(await readRecording(store, 'dev', String(id)), {
      bytes: (stintId, name) => store.get(`${recordingPrefix('dev', String(id))}${stintId}/${name}`),
      flashing: encoder,
      folder: join(this.#folder, room),
    }).finally(() => store.close('judged'));
    this.#say(`${fault}: ${JSON.stringify({ ...row, offsetsMs: summary(row.offsetsMs) })}`);
    return { fault, ...row };
  }

  /** The encoder's session, once its tracks are there. */
  async #publisher(room: string): Promise<string | undefined> {
    const { data } = (await askApi(this.#cloud, 'GET', `/rooms/${room}/participants`)) as {
      data: { identity: string; sid: string; tracks: unknown[] }[];
    };
    const found = data.find(({ identity }) => identity === encoder);
    return found !== undefined && found.tracks.length >= 2 ? found.sid : undefined;
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
        return () => undefined;
      case 'drain': {
        const recorder = await this.#recorderOf(room);
        await cloud.drain(recorder, true);
        return () => cloud.drain(recorder, false);
      }
    }
  }

  /** The recorder whose log says that it has begun a recording of the room last. */
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

  /** When all that recorders have of it is in their stores: one of copies of them. */
  async #stored(recordingId: string): Promise<Store> {
    const prefix = recordingPrefix('dev', recordingId);
    const isSpooled = (): boolean => this.#foldersOf('spool').some((dir) => existsSync(join(dir, prefix)));
    await until('all is stored', () => !isSpooled(), STORED_LIMIT_MS);
    const all = join(this.#folder, `store-${this.#rooms}`);
    mkdirSync(all, { recursive: true });
    for (const dir of this.#foldersOf('recordings')) if (existsSync(dir)) cpSync(dir, all, { recursive: true });
    return openFileStore({ folder: all });
  }

  #foldersOf(name: 'spool' | 'recordings'): string[] {
    return recorders.map((id) => {
      const file = join(this.#cloud.stateDir, id, 'config.json');
      const { stateDir } = JSON.parse(readFileSync(file, 'utf8')) as { stateDir: string };
      return join(stateDir, name);
    });
  }
}

const summary = (offsets: readonly number[]) => ({
  count: offsets.length,
  first: Math.round(offsets[0] ?? Number.NaN),
  last: Math.round(offsets.at(-1) ?? Number.NaN),
  worst: Math.round(offsets.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0)),
});

function resultOf(rows: readonly Row[]): LabResult {
  const missed: string[] = [];
  const worstHole = (row: Row): number => Math.max(0, row.contentHoleMs, ...row.holesMs);
  const all = rows.filter(({ fault }) => !planned.includes(fault)).map(worstHole);
  const p95 = percentile(all, 0.95);
  if (all.length > 0 && p95 > HOLE_AIM_MS) missed.push(`holes: p95 ${p95} ms, at most ${HOLE_AIM_MS}`);
  for (const row of rows) {
    for (const fault of row.faults) missed.push(`${row.fault}: ${fault}`);
    if (planned.includes(row.fault) && worstHole(row) > NO_HOLE_MS)
      missed.push(`${row.fault}: a hole of ${worstHole(row)} ms where nothing fails`);
    if (row.offsetsMs.length === 0) missed.push(`${row.fault}: no flash with a beep`);
    const { worst } = summary(row.offsetsMs);
    if (Math.abs(worst) > OFFSET_AIM_MS) missed.push(`${row.fault}: sound ${worst} ms from the picture`);
  }
  const byFault = Object.fromEntries(
    faults.flatMap((fault) => {
      const own = rows.filter((row) => row.fault === fault);
      if (own.length === 0) return [];
      const offsets = summary(own.flatMap(({ offsetsMs }) => offsetsMs));
      const worstHoleMs = Math.max(...own.map(worstHole));
      return [[fault, { recordings: own.length, worstHoleMs, worstOffsetMs: offsets.worst }]];
    }),
  );
  return {
    params: { recordings: rows.length },
    metrics: { holeP95Ms: all.length === 0 ? 0 : p95, faults: byFault },
    missed,
  };
}
