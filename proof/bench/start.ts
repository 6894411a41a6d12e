// Measures how long `npm start` takes until `ready`, and the memory and CPU usage of its processes without a client.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import type { Aim } from '../support/result.ts';
import { registerResource } from '../test/support/resources.ts';

const READY_AIM_SECONDS = 5;
const MEMORY_AIM_MB = 1500;
const IDLE_AIM_PERCENT = 10;

const READY_LIMIT_MS = 5 * 60_000;
/** Time after which enrolment, first reports and cache filling are over. */
const SETTLE_MS = 20_000;
/** Unit of times in `/proc/PID/stat`, on every Linux that Node supports. */
const TICKS_PER_SECOND = 100;

interface Usage {
  readonly name: string;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly pssMb: number;
}

interface Run {
  readonly readySeconds: number;
  readonly atReady: readonly Usage[];
  readonly idlePercent: number;
  readonly idlePercentOf: ReadonlyMap<string, number>;
  readonly settled: readonly Usage[];
  readonly leftProcesses: number;
}

export const startBench: LabCase = {
  name: 'start',
  summary: 'npm start, warm: seconds to ready, memory and processor time of its processes',
  configure: (command) =>
    void command
      .option('--runs <n>', 'number of starts, after one that does not count', countOption, 5)
      .option('--idle-seconds <n>', 'time for which the idle cloud is measured', countOption, 20)
      .option('--port-offset <n>', 'number added to every port', countOption, 16_000),
  run: async (options, say) => {
    const [runs, idleSeconds] = [Number(options['runs']), Number(options['idleSeconds'])];
    const stateDir = mkdtempSync(join(tmpdir(), 'meridian-start-'));
    const forget = registerResource(stateDir, () => rmSync(stateDir, { recursive: true, force: true }));
    const results: Run[] = [];
    try {
      for (let run = 0; run <= runs; run += 1) {
        const found = await measured({ stateDir, portOffset: String(options['portOffset']), idleSeconds }, say);
        say(
          `start ${run}: ready ${found.readySeconds.toFixed(1)} s, ${total(found.settled, 'rssMb').toFixed(0)} MB, idle ${found.idlePercent.toFixed(1)} %`,
        );
        if (run > 0) results.push(found);
      }
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
      forget();
    }
    return { params: { runs, idleSeconds, settleSeconds: SETTLE_MS / 1000 }, ...resultOf(results) };
  },
};

function resultOf(runs: readonly Run[]): { metrics: Metrics; aims: Aim[]; missed: string[] } {
  const ready = runs.map(({ readySeconds }) => readySeconds);
  const rssMb = percentile(
    runs.map(({ settled }) => total(settled, 'rssMb')),
    0.5,
  );
  const idlePercent = percentile(
    runs.map((run) => run.idlePercent),
    0.5,
  );
  const last = runs.at(-1);
  const left = runs.reduce((sum, { leftProcesses }) => sum + leftProcesses, 0);
  const metrics: Metrics = {
    readySecondsP50: percentile(ready, 0.5),
    readySecondsMax: Math.max(...ready),
    readyWithinAim: ready.filter((seconds) => seconds <= READY_AIM_SECONDS).length,
    cpuSecondsToReady: percentile(
      runs.map(({ atReady }) => total(atReady, 'cpuSeconds')),
      0.5,
    ),
    rssMb,
    pssMb: percentile(
      runs.map(({ settled }) => total(settled, 'pssMb')),
      0.5,
    ),
    idlePercent,
    processes: last?.settled.length ?? 0,
    leftProcesses: left,
    cpuSeconds: Object.fromEntries((last?.atReady ?? []).map(({ name, cpuSeconds }) => [name, cpuSeconds])),
    rssMbOf: Object.fromEntries((last?.settled ?? []).map(({ name, rssMb }) => [name, rssMb])),
    idlePercentOf: Object.fromEntries(last?.idlePercentOf ?? []),
  };
  const aims: Aim[] = [
    {
      figure: 'npm start until ready, slowest of the runs, s',
      value: Math.max(...ready),
      aim: READY_AIM_SECONDS,
      should: 'most',
    },
    { figure: 'memory of all processes, MB', value: rssMb, aim: MEMORY_AIM_MB, should: 'most' },
    { figure: 'idle cloud, percent of a processor', value: idlePercent, aim: IDLE_AIM_PERCENT, should: 'most' },
    { figure: 'processes that are left', value: left, aim: 0, should: 'most', limit: '0' },
  ];
  return { metrics, aims, missed: [] };
}

async function measured(
  o: { readonly stateDir: string; readonly portOffset: string; readonly idleSeconds: number },
  say: Say,
): Promise<Run> {
  const beganMs = performance.now();
  const root = join(import.meta.dirname, '../..');
  const args = ['start', '--silent', '--', '--port-offset', o.portOffset, '--state-dir', o.stateDir];
  const child = spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const forget = registerResource('npm start', () => end(child));
  try {
    await ready(child, say);
    const readySeconds = (performance.now() - beganMs) / 1000;
    const pid = child.pid ?? 0;
    const atReady = usages(pid, o.stateDir);
    await delay(SETTLE_MS);
    const before = usages(pid, o.stateDir);
    await delay(o.idleSeconds * 1000);
    const settled = usages(pid, o.stateDir);
    const percentOf = new Map(
      settled.map(({ name, cpuSeconds }) => {
        const earlier = before.find((one) => one.name === name)?.cpuSeconds ?? 0;
        return [name, (100 * (cpuSeconds - earlier)) / o.idleSeconds];
      }),
    );
    const pids = familyOf(pid);
    await end(child);
    const idlePercent = [...percentOf.values()].reduce((sum, one) => sum + one, 0);
    const leftProcesses = pids.filter((one) => statOf(one) !== undefined).length;
    return { readySeconds, atReady, idlePercent, idlePercentOf: percentOf, settled, leftProcesses };
  } finally {
    await end(child);
    forget();
  }
}

function ready(child: ChildProcess, say: Say): Promise<void> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      for (const line of lines.slice(-20)) say(line);
      reject(new Error(`npm start ${why}`));
    };
    const limit = setTimeout(() => fail('is not ready in time'), READY_LIMIT_MS);
    child.once('exit', (code) => fail(`ended with ${code}`));
    const onText = (chunk: Buffer): void => {
      for (const line of chunk.toString().split('\n')) {
        lines.push(line);
        if (!/\bready http/.test(line)) continue;
        clearTimeout(limit);
        child.removeAllListeners('exit');
        resolve();
      }
    };
    child.stdout?.on('data', onText);
    child.stderr?.on('data', onText);
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

const total = (list: readonly Usage[], key: Exclude<keyof Usage, 'name'>): number =>
  list.reduce((sum, one) => sum + one[key], 0);

/** Reads the usage of a process and its descendants, under names that stay the same from one start to the next. */
function usages(root: number, stateDir: string): Usage[] {
  const run = JSON.parse(readFileSync(join(stateDir, 'run.json'), 'utf8')) as {
    readonly supervisorPid: number;
    readonly children: Readonly<Record<string, { readonly pid: number }>>;
  };
  const roleOf = (pid: number): string => (pid === root ? 'npm' : pid === run.supervisorPid ? 'supervisor' : 'set-up');
  const ids = new Map(Object.entries(run.children).map(([id, { pid }]) => [pid, id]));
  return familyOf(root).flatMap((pid) => {
    const stat = statOf(pid);
    if (stat === undefined) return [];
    const owner = ids.get(stat.parent);
    const name = ids.get(pid) ?? (owner === undefined ? roleOf(pid) : `${owner} ${stat.name}`);
    return [{ name, cpuSeconds: stat.cpuSeconds, ...memoryOf(pid) }];
  });
}

function familyOf(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), statOf(Number(name))?.parent ?? 0]),
  );
  const isBelow = (pid: number): boolean => pid === root || (pid > 1 && isBelow(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isBelow);
}

/** Reads the usage of a process; undefined if it has ended. */
function statOf(pid: number): { name: string; parent: number; cpuSeconds: number } | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  const [, name = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? [];
  if (rest === '') return undefined;
  const fields = rest.split(' ');
  if (fields[0] === 'Z') return undefined;
  return { name, parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND };
}

function memoryOf(pid: number): { rssMb: number; pssMb: number } {
  const text = textOf(`/proc/${pid}/smaps_rollup`);
  const mb = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { rssMb: mb('Rss'), pssMb: mb('Pss') };
}

/** Reads a file of /proc; '' if its process has ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
