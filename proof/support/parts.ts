// Runs the parts of `npm run bench -- all`: command lines, each in a process of its own, since cases change the
// priority and the processor of theirs. A part that fails does not end the others.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { Command, InvalidArgumentError } from 'commander';
import { closeResourcesOnSignal, registerResource } from '../test/support/resources.ts';
import { hasRecordedMiss, recordedAtHead, refuseChangedTree } from './measured.ts';
import type { Say } from './result.ts';

/** Exit codes of a case. A crash of Node ends with 1 too. */
export const exitCodes = { met: 0, failed: 1, usage: 2, missed: 3 } as const;

export interface Part {
  /** Name of its table in docs/measured.md. */
  readonly name: string;
  /** Command line: the case and its options. */
  readonly args: readonly string[];
  /** Options with which the part only shows that it runs. */
  readonly quickArgs: readonly string[];
  /** Duration to expect, for the estimate; the part is ended after three times that. */
  readonly minutes: number;
}

export type Outcome = 'met' | 'missed' | 'failed' | 'endless' | 'recorded before' | 'missed before';

/** Runs a command line; returns its exit code, or 'endless' if it had to be ended after `limitMs`. */
export type RunPart = (args: readonly string[], limitMs: number) => Promise<number | 'endless'>;

const minuteMs = 60_000;
const limitFactor = 3;
/** Time that an ended part has for closing its servers, browsers and namespaces. */
const closeLimitMs = 60_000;

/** Runs the parts that `before` does not have an outcome of, then says how each ended. Returns the exit code of all. */
export async function runParts(
  parts: readonly Part[],
  o: { args: (part: Part) => readonly string[]; before: ReadonlyMap<string, 'met' | 'missed'>; run: RunPart; say: Say },
): Promise<number> {
  const { before, run, say } = o;
  const due = parts.filter(({ name }) => !before.has(name));
  for (const { name, minutes } of due) say(`${name.padEnd(16)} about ${minutes} min`);
  say(`${'all'.padEnd(16)} about ${due.reduce((sum, { minutes }) => sum + minutes, 0)} min`);
  const outcomes = new Map<string, Outcome>();
  for (const part of parts) {
    const recorded = before.get(part.name);
    if (recorded !== undefined) {
      outcomes.set(part.name, recorded === 'met' ? 'recorded before' : 'missed before');
      continue;
    }
    say(`\n${part.name}: ${o.args(part).join(' ')}`);
    outcomes.set(part.name, outcomeOf(await run(o.args(part), limitFactor * part.minutes * minuteMs)));
  }
  say('');
  for (const [name, outcome] of outcomes) say(`${name.padEnd(16)} ${outcome}`);
  const all = [...outcomes.values()];
  if (all.some((outcome) => outcome === 'failed' || outcome === 'endless')) return exitCodes.failed;
  return all.includes('missed') || all.includes('missed before') ? exitCodes.missed : exitCodes.met;
}

function outcomeOf(code: number | 'endless'): Outcome {
  if (code === 'endless') return code;
  if (code === exitCodes.met) return 'met';
  return code === exitCodes.missed ? 'missed' : 'failed';
}

/** Makes the command `all`; `onEnd` takes its exit code. */
export function partsCommand(parts: readonly Part[], say: Say, onEnd: (exitCode: number) => void): Command {
  const names = parts.map(({ name }) => name);
  const command = new Command('all').description('all of them, one after the other').exitOverride();
  command
    .option('--record', 'write the results into docs/measured.md')
    .option('--resume', 'leave out parts whose table was recorded at this commit')
    .option('--quick', 'the shortest settings: shows that each part runs, its figures mean nothing')
    .option('--only <names>', `some of ${names.join(',')}`, (text) => {
      const wanted = text.split(',');
      const unknown = wanted.filter((name) => !names.includes(name));
      if (unknown.length > 0) throw new InvalidArgumentError(`there is no ${unknown.join(', ')}`);
      return wanted;
    });
  command.action(async () => {
    const { record, resume, quick, only } = command.opts<{
      readonly record?: true;
      readonly resume?: true;
      readonly quick?: true;
      readonly only?: readonly string[];
    }>();
    if (quick && record) command.error('error: figures of --quick are not worth recording');
    if (record) refuseChangedTree();
    closeResourcesOnSignal(say);
    const args = (part: Part): string[] => [
      ...part.args,
      ...(quick ? part.quickArgs : []),
      ...(record ? ['--record'] : []),
    ];
    const before = new Map<string, 'met' | 'missed'>();
    for (const name of resume ? names.filter(recordedAtHead) : [])
      before.set(name, hasRecordedMiss(name) ? 'missed' : 'met');
    const wanted = parts.filter(({ name }) => only === undefined || only.includes(name));
    onEnd(await runParts(wanted, { args, before, run: runAlone, say }));
  });
  return command;
}

/** Runs a part in a process of its own, which sees the end of this process by the IPC channel. */
async function runAlone(args: readonly string[], limitMs: number): Promise<number | 'endless'> {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const;
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...args], { stdio: [...stdio] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const forget = registerResource(args.join(' '), () => end(child, exited));
  let isEndless = false;
  const limit = setTimeout(() => {
    isEndless = true;
    void end(child, exited);
  }, limitMs);
  try {
    const [code] = await exited;
    return isEndless ? 'endless' : (code ?? exitCodes.failed);
  } finally {
    clearTimeout(limit);
    forget();
  }
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), closeLimitMs);
  await exited;
  clearTimeout(killer);
}
