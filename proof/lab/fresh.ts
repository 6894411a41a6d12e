import type { ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { LabCase, LabResult, Say } from '../support/case.ts';
import { launchChromium, Participant } from '../test/support/browser.ts';
import { untilMoreFrames } from '../test/support/call.ts';
import { FreshMachine } from './fresh-machine.ts';

/** Time limit of the first start, on two cores without other load. */
const FIRST_READY_SECONDS_MAX = 240;
const SECOND_READY_SECONDS_MAX = 10;

const OUTPUT_LIMIT_MS = 20 * 60_000;

/** Limit of a stop: the supervisor ends its children within ten seconds. */
const STOP_LIMIT_MS = 30_000;

const LAST_LINES_MAX = 60;

/**
 * Measures a newcomer's first hour on Debian 12 with Node 20 and a clone: `npm start` until `ready`, a call in
 * Chromium, Ctrl-C, and then the same once more.
 */
export const fresh: LabCase = {
  name: 'fresh',
  summary: 'npm start on a bare Debian 12 in a temporary root: seconds to ready and to ffmpeg, twice (root)',
  configure: (command) => {
    command
      .option('--work-tree', 'copy the files as they are instead of cloning the last commit')
      .option('--port-offset <ports>', 'number added to every port, for another cloud on this machine', '20000');
  },
  run: async (options, say) => {
    const tree = join(import.meta.dirname, '../..');
    const workTree = options['workTree'] === true;
    const bootstrapMs = performance.now();
    const machine = await FreshMachine.create({ tree, workTree, say });
    const bootstrapSeconds = secondsSince(bootstrapMs);
    try {
      const command = ['npm', 'start', '--', '--port-offset', String(options['portOffset'])];
      const first = await startAndStop(machine, command, say);
      const second = await startAndStop(machine, command, say);
      return result({ workTree, processors: availableParallelism() }, bootstrapSeconds, first, second);
    } finally {
      await machine.close();
    }
  },
};

interface Start {
  readySeconds: number;
  /** Time until a gateway has ffmpeg, which may still be installing after `readySeconds`. */
  ffmpegSeconds: number;
  /** Time from a closed browser to a moving picture at both ends, browser start included. */
  callSeconds: number;
  stopSeconds: number;
  leftProcesses: number;
}

function result(params: LabResult['params'], bootstrapSeconds: number, first: Start, second: Start): LabResult {
  const left = first.leftProcesses + second.leftProcesses;
  const missed = [
    ...(first.readySeconds > FIRST_READY_SECONDS_MAX ? [`first start within ${FIRST_READY_SECONDS_MAX} s`] : []),
    ...(second.readySeconds > SECOND_READY_SECONDS_MAX ? [`second start within ${SECOND_READY_SECONDS_MAX} s`] : []),
    ...(left > 0 ? ['no process left after Ctrl-C'] : []),
  ];
  const metrics = {
    bootstrapSeconds,
    firstReadySeconds: first.readySeconds,
    firstFfmpegSeconds: first.ffmpegSeconds,
    firstCallSeconds: first.callSeconds,
    firstStopSeconds: first.stopSeconds,
    secondReadySeconds: second.readySeconds,
    secondCallSeconds: second.callSeconds,
    secondStopSeconds: second.stopSeconds,
    leftProcesses: left,
  };
  return { params, metrics, missed };
}

async function startAndStop(machine: FreshMachine, command: string[], say: Say): Promise<Start> {
  const startedMs = performance.now();
  const child = machine.spawn(command);
  const outputReader = new OutputReader(child, say);
  const [, pageUrl = ''] = await outputReader.until(/^ready (\S+)/);
  const readySeconds = secondsSince(startedMs);
  const callSeconds = await call(pageUrl);
  const isInstalling = outputReader.lines.some((line) => line.includes('ffmpeg is still being installed'));
  if (isInstalling) await outputReader.until(/gw-\S+ .*ffmpeg is there now/);
  const ffmpegSeconds = isInstalling ? secondsSince(startedMs) : readySeconds;
  const stopMs = performance.now();
  // Ctrl-C in a terminal signals the whole group.
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await endOf(child, STOP_LIMIT_MS);
  const stopSeconds = secondsSince(stopMs);
  return { readySeconds, ffmpegSeconds, callSeconds, stopSeconds, leftProcesses: machine.processes().length };
}

/** Makes a call across the two regions. It uses the Chromium of the real machine, since the bare Debian has none. */
async function call(pageUrl: string): Promise<number> {
  const startedMs = performance.now();
  const browser = await launchChromium();
  try {
    const people: Participant[] = [];
    for (const from of ['frankfurt', 'singapore']) {
      const person = await Participant.open(browser, pageUrl, { room: 'fresh', name: from, from, join: '1' });
      await person.connected(60_000);
      people.push(person);
    }
    await Promise.all(people.map((person) => untilMoreFrames(person)));
  } finally {
    await browser.close();
  }
  return secondsSince(startedMs);
}

class OutputReader {
  readonly lines: string[] = [];
  readonly #end = new AbortController();
  #onLine: () => void = () => undefined;

  constructor(child: ChildProcess, say: Say) {
    for (const stream of [child.stdout, child.stderr])
      if (stream !== null)
        createInterface({ input: stream }).on('line', (line) => {
          this.lines.push(line);
          say(`  ${line}`);
          this.#onLine();
        });
    child.on('error', (error) => this.#end.abort(error.message));
    child.on('exit', (code, signal) => this.#end.abort(`ended with ${signal ?? code}`));
  }

  /** Resolves with the first line that matches, past or future. Rejects if the process ends or hangs before. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const signal = AbortSignal.any([this.#end.signal, AbortSignal.timeout(OUTPUT_LIMIT_MS)]);
    const fail = (): void => {
      const last = this.lines.slice(-LAST_LINES_MAX).join('\n');
      reject(new Error(`npm start did not print ${pattern}: ${String(signal.reason)}\n${last}`));
    };
    const testLine = (line: string | undefined): void => {
      const found = pattern.exec(line ?? '');
      if (found !== null) resolve(found);
    };
    this.#onLine = () => testLine(this.lines.at(-1));
    for (const line of this.lines) testLine(line);
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail);
    return await promise.finally(() => signal.removeEventListener('abort', fail));
  }
}

function endOf(child: ChildProcess, limitMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`npm start has not ended ${limitMs / 1000} s after SIGINT`)),
      limitMs,
    );
    child.on('exit', () => {
      clearTimeout(limit);
      resolve();
    });
  });
}

function secondsSince(startedMs: number): number {
  return Math.round((performance.now() - startedMs) / 100) / 10;
}
