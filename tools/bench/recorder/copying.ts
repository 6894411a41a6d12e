// What recordings cost a recorder as it is deployed: rooms of one participant each, whose media come by real media
// nodes, go to the spool and from there to a store on the disk.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openFileStore } from '../../../object-store/src/file-store.ts';
import { recordingPrefix } from '../../../recorder/src/core/names.ts';
import { readRecording } from '../../../recorder/src/stints/read-recording.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { askApi } from '../../../test/support/company.ts';
import { until } from '../../../test/support/poll.ts';
import type { Say } from '../../support/case.ts';
import { firstThreadCpuMs, treeCpuMs } from '../capacity/processor.ts';
import { madeFilm, Publishers } from './publishers.ts';

const recorder = 'rec-fra';
/** Code is compiled, and the first parts go to the store. */
const WARM_MS = 8000;
const STORED_LIMIT_MS = 90_000;

export interface Copied {
  readonly recordings: number;
  /** Of the recorder's process with all its threads. */
  readonly cores: number;
  /** Of them, its thread with JavaScript: at 1 no more can be recorded, however many cores there are. */
  readonly threadCores: number;
  /** By what came of them. */
  readonly perCore: number;
  /** Of those that ran, by what is written: below it the machine, and not the recorder, had no time. */
  readonly cameShare: number;
  readonly rssMiB: number;
  /** Of all that was recorded: 0 where the recorder kept up. */
  readonly holes: number;
}

interface Running {
  readonly room: string;
  readonly id: string;
}

/** So many recordings at once, for so long; fewer first. Each row is of a window in which nothing begins or ends. */
export async function measureCopying(
  o: { readonly counts: readonly number[]; readonly seconds: number },
  say: Say,
): Promise<Copied[]> {
  const film = await madeFilm();
  const configs = JSON.stringify({ [recorder]: { slots: 4 * Math.max(...o.counts) } });
  const cloud = await TestCloud.start({
    extraArgs: ['--metrics', '--log-level', 'warn', '--process-configs', configs],
  });
  let publishers: Publishers | undefined;
  try {
    await cloud.drain('rec-sgp', true);
    publishers = await Publishers.start(cloud, film);
    const running: Running[] = [];
    const rows: Omit<Copied, 'holes'>[] = [];
    for (const count of o.counts) {
      while (running.length < count) running.push(await begun(cloud, publishers, running.length));
      await delay(WARM_MS);
      const row = await windowOf(cloud, { count, seconds: o.seconds, kbps: film.kbps });
      if (publishers.ended !== undefined) throw new Error(`a participant has gone: ${publishers.ended}`);
      rows.push(row);
      say(`${count} recordings: ${row.cores.toFixed(2)} cores (${row.threadCores.toFixed(2)} in one thread), ${row.perCore.toFixed(0)} on a core; \
${(100 * row.cameShare).toFixed(0)} % of what was sent is written`);
    }
    for (const { room, id } of running) await askApi(cloud, 'DELETE', `/rooms/${room}/recordings/${id}`);
    const holes = await holesOf(cloud, running);
    return rows.map((row) => ({ ...row, holes }));
  } finally {
    await publishers?.close();
    await cloud.stop();
  }
}

async function begun(cloud: TestCloud, publishers: Publishers, at: number): Promise<Running> {
  const room = `copied-${at}`;
  await publishers.add(room, `person-${at}`);
  const { id } = await askApi(cloud, 'POST', `/rooms/${room}/recordings`, {});
  const isRunning = async (): Promise<boolean> => {
    const { data } = (await askApi(cloud, 'GET', `/rooms/${room}/recordings`)) as { data: { state: string }[] };
    return data.some(({ state }) => state === 'running');
  };
  await until(`${room} is recorded`, isRunning);
  return { room, id: String(id) };
}

async function windowOf(
  cloud: TestCloud,
  { count, seconds, kbps }: { readonly count: number; readonly seconds: number; readonly kbps: number },
): Promise<Omit<Copied, 'holes'>> {
  const pid = cloud.pid(recorder);
  const writtenBytes = async (): Promise<number> => figureOf(await cloud.metrics(recorder), 'written_bytes_total');
  const fromBytes = await writtenBytes();
  const [fromCpuMs, fromThreadMs, fromMs] = [treeCpuMs(pid), firstThreadCpuMs(pid), performance.now()];
  await delay(seconds * 1000);
  const threadMs = firstThreadCpuMs(pid) - fromThreadMs;
  const [toBytes, cpuMs, lastedMs] = [await writtenBytes(), treeCpuMs(pid) - fromCpuMs, performance.now() - fromMs];
  const cores = cpuMs / lastedMs;
  const cameShare = ((toBytes - fromBytes) * 8) / (count * kbps * lastedMs);
  const rssKiB = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    recordings: count,
    cores,
    threadCores: threadMs / lastedMs,
    perCore: (count * cameShare) / cores,
    cameShare,
    rssMiB: Number(rssKiB) / 1024,
  };
}

function figureOf(text: string, name: string): number {
  const value = new RegExp(`^meridian_recorder_${name}(?:{[^}]*})? ([\\d.e+-]+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`the recorder shows no ${name}`);
  return Number(value);
}

/** Of all of them, when the store has them. */
async function holesOf(cloud: TestCloud, running: readonly Running[]): Promise<number> {
  const { stateDir } = JSON.parse(readFileSync(join(cloud.stateDir, recorder, 'config.json'), 'utf8')) as {
    stateDir: string;
  };
  const isSpooled = ({ id }: Running): boolean => existsSync(join(stateDir, 'spool', recordingPrefix('dev', id)));
  await until('all is stored', () => !running.some(isSpooled), STORED_LIMIT_MS);
  const store = await openFileStore({ folder: join(stateDir, 'recordings') });
  let holes = 0;
  for (const { id } of running) {
    const manifest = await readRecording(store, 'dev', id);
    holes += manifest.holes.length + manifest.tracks.reduce((sum, track) => sum + track.holes.length, 0);
  }
  await store.close('counted');
  return holes;
}
