// `npm run lab -- recording-hours` makes one recording at real time, with a mute of each track and a move at each
// quarter. At each quarter sound and picture are together; memory is flat; the file plays and seeks in Chromium.
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { countOption, type LabCase, type LabResult, type Metrics, type Say } from '../../support/case.ts';
import { requestApi } from '../../test/support/company.ts';
import { downloadItem } from '../../test/support/item-file.ts';
import { until } from '../../test/support/poll.ts';
import { closeResources } from '../../test/support/resources.ts';
import { isStopped, recorderOf, type Shown, shownOf } from '../recording-faults/recorded.ts';
import { burstsOf, complaintsOf, durationsOf, picturesOf } from '../recording-faults/seen.ts';
import { FreeCores, memoryOf } from './machine.ts';
import { type MemorySample, offsetOf, slopeOf } from './measures.ts';
import { playedInChromium } from './playing.ts';
import { mediaNodes, Stage } from './stage.ts';

const OFFSET_AIM_MS = 40;
const EVENTS_MIN = 10;
/** Twelve hours add less than 200 MiB then, which a recorder's host of 2 GiB has to spare. */
const GROWTH_AIM_MIB_PER_HOUR = 16;
/** Below this duration the growth is that of caches and of the heap's young generation, and is not judged. */
const GROWTH_MINUTES_MIN = 60;
const SAMPLES = 120;
const SHOWN_EVERY = 5;
const QUARTERS = 4;
/** Longest part of the file that is looked at for a quarter. It ends before the acts of that quarter. */
const PART_MS_MAX = 60_000;
const BEFORE_ACTS_MS = 1000;
/** A recording is longer or shorter than the time between its orders: join, last packets. */
const DURATION_AIM_MS = 5000;
const FINISHED_LIMIT_MS = 1_200_000;

export const recordingHours: LabCase = {
  name: 'recording-hours',
  summary: 'one recording of hours at real time: sound and picture together, memory flat, playable in Chromium',
  configure: (command) => void command.option('--minutes <n>', 'duration of the recording', countOption, 120),
  run: async (options, say) => {
    const minutes = Number(options['minutes']);
    try {
      return await new Hours(await Stage.open('hours'), minutes, say).run();
    } finally {
      await closeResources(() => undefined);
    }
  },
};

const memoryNames = ['recorder', 'ffmpeg', 'mediaNodes'] as const;
/** A recorder that stalls is replaced by the other one. */
const recorders = ['rec-fra', 'rec-sgp'];

class Hours {
  readonly #stage: Stage;
  readonly #minutes: number;
  readonly #say: Say;
  readonly #quarterMs: number;
  readonly #memory: Readonly<Record<(typeof memoryNames)[number], MemorySample[]>> = {
    recorder: [],
    ffmpeg: [],
    mediaNodes: [],
  };
  readonly #cores = new FreeCores();
  readonly #freeCores: number[] = [];
  readonly #loads: number[] = [];
  readonly #missed: string[] = [];
  #recorder = '';

  constructor(stage: Stage, minutes: number, say: Say) {
    this.#stage = stage;
    this.#minutes = minutes;
    this.#say = say;
    this.#quarterMs = (minutes * 60_000) / QUARTERS;
  }

  async run(): Promise<LabResult> {
    const { cloud, room } = this.#stage;
    const { id } = await requestApi(cloud, 'POST', `/rooms/${room}/recordings`, {});
    const recordingId = String(id);
    await until('the recording runs', async () => (await shownOf(cloud, recordingId)).state === 'running');
    this.#recorder = await recorderOf(cloud, room);
    const beganMs = Date.now();
    this.#say(`${recordingId} runs on ${this.#recorder}`);
    const movesMs = await this.#record(beganMs);
    const recordedMs = Date.now() - beganMs;
    await until('it is stopped', () => isStopped(cloud, room, recordingId));
    const shown = await until(
      'it is finished',
      async () => {
        const recording = await shownOf(cloud, recordingId);
        return ['finished', 'failed'].includes(recording.state) && recording;
      },
      FINISHED_LIMIT_MS,
    );
    const finishedMs = Date.now() - beganMs - recordedMs;
    this.#say(`${shown.state} after ${finishedMs} ms`);
    const ofFile = await this.#ofFile(shown, beganMs);
    const { durationMs } = shown;
    if (Math.abs(durationMs - recordedMs) > DURATION_AIM_MS)
      this.#missed.push(`it lasts ${durationMs} ms, and was recorded for ${recordedMs} ms`);
    const holeMs = shown.holes.reduce((sum, one) => sum + Date.parse(one.endedAt) - Date.parse(one.startedAt), 0);
    this.#missed.push(...cloud.takeUnexpectedDeaths());
    if (holeMs > 0) this.#missed.push(`it has holes: ${JSON.stringify(shown.holes)}`);
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    const metrics = {
      durationMs,
      recordedMs,
      holeMs,
      finishedMs,
      movesMs: movesMs.map(String),
      ...ofFile,
      memory: this.#ofMemory(),
      freeCores: mean(this.#freeCores),
      freeCoresMin: Math.min(...this.#freeCores),
      loadMean: mean(this.#loads),
      stallsOfMachine: this.#stage.source.stalls.length,
    };
    return { params: { minutes: this.#minutes, recorder: this.#recorder }, metrics, missed: this.#missed };
  }

  /** Waits for the time of the recording, with the acts of each quarter. Returns how long each move took. */
  async #record(beganMs: number): Promise<number[]> {
    const movesMs: number[] = [];
    for (let quarter = 1; quarter <= QUARTERS; quarter += 1) {
      await this.#sampleUntil(beganMs + quarter * this.#quarterMs);
      if (quarter === QUARTERS) break;
      await this.#stage.mute();
      const moveMs = performance.now();
      await this.#stage.move().catch((error: Error) => {
        this.#missed.push(`quarter ${quarter}: ${error.message}`);
      });
      movesMs.push(Math.round(performance.now() - moveMs));
      this.#say(`quarter ${quarter}: the move took ${movesMs.at(-1)} ms`);
    }
    return movesMs;
  }

  async #sampleUntil(untilMs: number): Promise<void> {
    const everyMs = (this.#quarterMs * QUARTERS) / SAMPLES;
    for (let leftMs = untilMs - Date.now(); leftMs > 0; leftMs = untilMs - Date.now()) {
      await pause(Math.min(everyMs, leftMs));
      this.#stage.source.check();
      this.#sample();
    }
  }

  #sample(): void {
    const { cloud } = this.#stage;
    const sumOf = (ids: readonly string[]): ReturnType<typeof memoryOf> =>
      ids
        .map((id) => memoryOf(cloud.pid(id)))
        .reduce((sum, one) => ({
          ownMib: sum.ownMib + one.ownMib,
          childrenMib: sum.childrenMib + one.childrenMib,
        }));
    const [recorder, nodes] = [sumOf(recorders), sumOf(mediaNodes)];
    const now = {
      recorder: recorder.ownMib,
      ffmpeg: recorder.childrenMib,
      mediaNodes: nodes.ownMib + nodes.childrenMib,
    };
    for (const name of memoryNames) this.#memory[name].push({ atMs: Date.now(), mib: now[name] });
    this.#freeCores.push(this.#cores.read());
    this.#loads.push(loadavg()[0] ?? 0);
    if (this.#loads.length % SHOWN_EVERY === 0) this.#say(`${this.#loads.length}: ${JSON.stringify(now)}`);
  }

  async #ofFile({ state, failure, startedAt, outputs }: Shown, beganMs: number): Promise<Metrics> {
    const [output] = outputs;
    if (state === 'failed' || output === undefined) throw new Error(`it is ${state}: ${failure}`);
    if (outputs.length !== 1) this.#missed.push(`it has ${outputs.length} files`);
    const path = join(this.#stage.cloud.stateDir, 'recording.mp4');
    await downloadItem(this.#stage.cloud, output.item, path);
    const startMs = Date.parse(startedAt) + output.offsetMs;
    const metrics: Record<string, Metrics> = {};
    const placesMs: number[] = [];
    for (let quarter = 1; quarter <= QUARTERS; quarter += 1) {
      const durationMs = Math.min(PART_MS_MAX, this.#quarterMs / 2);
      const endMs = beganMs + quarter * this.#quarterMs - BEFORE_ACTS_MS - startMs;
      const part = { fromMs: Math.round(endMs - durationMs), durationMs };
      placesMs.push(part.fromMs);
      const file = { path, startMs, part };
      const offset = offsetOf(await picturesOf(file), await burstsOf(file));
      const { offsetMs, events } = offset;
      const name = `quarter ${quarter}`;
      if (!(Math.abs(offsetMs) <= OFFSET_AIM_MS))
        this.#missed.push(`${name}: sound is ${offsetMs} ms from its picture, aim ${OFFSET_AIM_MS} ms`);
      if (events < EVENTS_MIN) this.#missed.push(`${name}: ${events} beeps, at least ${EVENTS_MIN}`);
      for (const line of await complaintsOf(path, part)) this.#missed.push(`${name}: ${line}`);
      metrics[name] = { ...offset };
      this.#say(`${name}: ${JSON.stringify(offset)}`);
    }
    const durations = await durationsOf(path);
    rmSync(path);
    const played = await playedInChromium(this.#stage.cloud, output.item, placesMs);
    const seekMs = played.seekMs.map(String);
    return { ...metrics, fileMs: durations, playedMs: played.durationMs, seekMs };
  }

  #ofMemory(): Metrics {
    const isJudged = this.#minutes >= GROWTH_MINUTES_MIN;
    return Object.fromEntries(
      memoryNames.map((name) => {
        const samples = this.#memory[name];
        const mibPerHour = slopeOf(samples);
        if (isJudged && !(mibPerHour <= GROWTH_AIM_MIB_PER_HOUR))
          this.#missed.push(`memory of ${name} grows by ${mibPerHour} MiB an hour, aim ${GROWTH_AIM_MIB_PER_HOUR}`);
        const mib = samples.map((one) => one.mib);
        return [name, { firstMib: mib[0] ?? 0, lastMib: mib.at(-1) ?? 0, maxMib: Math.max(...mib), mibPerHour }];
      }),
    );
  }
}
