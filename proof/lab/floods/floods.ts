// `npm run lab -- floods [--only NAME]`: one flood after another against a cloud of its own, and what honest clients
// feel before and during each.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { countOption, type LabCase, type Metrics, type Say } from '../../support/case.ts';
import { childrenOf, treeCpuMs, weigh } from '../../support/processor.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { closeOwned, owned } from '../../test/support/owned.ts';
import { Attacker } from './attackers.ts';
import { RunningCall } from './call.ts';
import { Honest } from './honest.ts';
import { aims, type Felt, type FloodFigures, faultsOf, feltOf, type Phase, ratioOf } from './judge.ts';
import { cutsIn, Logs } from './logs.ts';
import { type Row, rows } from './rows.ts';
import { prepare, type Scene } from './scene.ts';
import { RunningStream } from './stream.ts';

/** Of the cloud with its honest clients, and of a flood: its processor time is not what is measured. */
const niceness = { usual: { honest: 0, attacker: 19 }, first: { honest: -15, attacker: -4 } } as const;
type Niceness = (typeof niceness)[keyof typeof niceness];
/** Honest clients alone before the first flood: what is made at first need is made then. */
const WARM_MS = 8000;
/** After a flood the cloud has to serve everything again within this. */
const CALM_MS_MAX = 45_000;
const MEMORY_LOOK_MS = 500;
/** So long at a time. */
const CALM_LOOK_MS = 2000;

export const floods: LabCase = {
  name: 'floods',
  summary: 'floods without a right against every listener: others feel nothing (aims: p99 2x, 95 % served within 1 s)',
  configure: (command) =>
    void command
      .option('--only <name>', `one of ${rows.map(({ name }) => name).join(', ')}; or several with commas`)
      .option('--seconds <n>', 'of each flood, and before it', countOption, 8)
      .option('--first', 'before everything else on the machine, where other work runs'),
  run: async (options, say) => {
    const seconds = Number(options['seconds']);
    const chosen = chosenRows(options['only']);
    try {
      const lab = await Lab.start(say, options['first'] === true ? niceness.first : niceness.usual);
      const judged: Judged[] = [];
      for (const [at, row] of chosen.entries()) {
        const outcome = await lab.flood(row, at, seconds);
        sayTable(say, outcome);
        judged.push(outcome);
      }
      return {
        params: { seconds },
        metrics: Object.fromEntries(judged.map((one) => [one.row.name, metricsOf(one)])),
        shown: Object.fromEntries(
          judged.map(({ row, faults }) => [row.name, faults.length === 0 ? 'ok' : `${faults.length} aims missed`]),
        ),
        missed: judged.flatMap(({ row, faults }) => faults.map((fault) => `${row.name}: ${fault}`)),
      };
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

function chosenRows(only: unknown): readonly Row[] {
  if (typeof only !== 'string') return rows;
  return only.split(',').map((name) => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) throw new Error(`no flood is called ${name}; there are ${rows.map((one) => one.name)}`);
    return row;
  });
}

interface Judged {
  readonly row: Row;
  readonly figures: FloodFigures;
  readonly faults: readonly string[];
  readonly cost: Readonly<Record<string, number>>;
  readonly reasons: Readonly<Record<string, string>>;
}

/** The cloud with its honest clients, from the first flood to the last. */
class Lab {
  readonly #say: Say;
  readonly #scene: Scene;
  readonly #honest: Honest;
  readonly #call: RunningCall;
  readonly #stream: RunningStream;
  readonly #logs: Logs;
  readonly #nice: Niceness;

  static async start(say: Say, nice: Niceness): Promise<Lab> {
    say('a cloud of its own, honest clients, a running call and a running stream');
    const cloud = await TestCloud.start();
    weigh(process.pid, nice.honest);
    for (const pid of cloud.pids()) for (const one of [pid, ...childrenOf(pid)]) weigh(one, nice.honest);
    const folder = mkdtempSync(join(tmpdir(), 'meridian-floods-'));
    owned('the folder', () => rmSync(folder, { recursive: true, force: true }));
    const scene = await prepare(cloud);
    const call = await RunningCall.start(cloud);
    const stream = await RunningStream.start({ folder, ...scene.stream });
    const honest = new Honest(scene);
    owned('honest clients', () => honest.close());
    await pause(WARM_MS);
    return new Lab(say, { scene, honest, call, stream, nice });
  }

  private constructor(
    say: Say,
    o: { scene: Scene; honest: Honest; call: RunningCall; stream: RunningStream; nice: Niceness },
  ) {
    this.#say = say;
    this.#scene = o.scene;
    this.#honest = o.honest;
    this.#call = o.call;
    this.#stream = o.stream;
    this.#nice = o.nice;
    this.#logs = new Logs(o.scene.cloud.stateDir);
  }

  /** @param at its number, which chooses the addresses that it comes from */
  async flood(row: Row, at: number, seconds: number): Promise<Judged> {
    const late = await this.#calm();
    this.#say(`\n${row.name}: ${row.what}`);
    const { cloud } = this.#scene;
    const victimPid = cloud.pid(row.victim);
    await this.#beginPhase();
    const before = await this.#phase(seconds);
    this.#logs.take();
    this.#honest.reasons.clear();
    const memory = new Memory(victimPid);
    const attacker = this.#attack(row, at);
    await attacker.begun();
    await this.#beginPhase();
    const cpu = { atMs: performance.now(), attacker: attacker.cpuMs, victim: cpuOf(victimPid) };
    const during = await this.#phase(row.seconds ?? seconds);
    const elapsedMs = performance.now() - cpu.atMs;
    const attackerCores = (attacker.cpuMs - cpu.attacker) / elapsedMs;
    const victimCores = (cpuOf(victimPid) - cpu.victim) / elapsedMs;
    const grownMb = memory.close();
    const counts = await attacker.end();
    const lines = this.#logs.take();
    const victimLines = lines.get(row.victim)?.length ?? 0;
    const figures: FloodFigures = {
      before,
      during,
      linksCut: cutsIn(lines),
      deaths: cloud.takeStrangeDeaths().map((death) => death.split('\n', 1)[0] ?? ''),
      victim: { logLinesPerSecond: (victimLines * 1000) / elapsedMs, grownMb },
    };
    const reasons = Object.fromEntries(this.#honest.reasons);
    return {
      row,
      figures,
      faults: [...late.map((one) => `no calm before it: ${one}`), ...faultsOf(figures)],
      cost: { attackerCores, victimCores, ...counts },
      reasons,
    };
  }

  #attack(row: Row, at: number): Attacker {
    const { url, attack } = row.flood(this.#scene);
    const { hostname, port } = new URL(url);
    const addresses = Array.from({ length: row.addresses }, (_, index) => `127.2.${at}.${1 + index}`);
    return new Attacker({ attack, host: hostname, port: Number(port), addresses, niceness: this.#nice.attacker });
  }

  /** What call and stream felt before is not asked for. */
  async #beginPhase(): Promise<void> {
    await this.#call.felt();
    this.#stream.takeGapMs();
  }

  async #phase(seconds: number): Promise<Phase> {
    const fromMs = performance.now();
    await pause(seconds * 1000);
    const [call, streamGapMs] = [await this.#call.felt(), this.#stream.takeGapMs()];
    const asks = await this.#honest.since(fromMs);
    return { felt: new Map([...asks].map(([what, all]) => [what, feltOf(all)])), call, streamGapMs };
  }

  /** Resolves when everything is served again; with what is not after a while. */
  async #calm(): Promise<readonly string[]> {
    await this.#stream.resume();
    const giveUpMs = performance.now() + CALM_MS_MAX;
    for (;;) {
      const fromMs = performance.now();
      await pause(CALM_LOOK_MS);
      const asks = await this.#honest.since(fromMs);
      const late = [...asks].filter(([, all]) => feltOf(all).servedShare !== 1).map(([what]) => what);
      if (late.length === 0) return [];
      if (fromMs > giveUpMs) return late.map((what) => `${what}: ${this.#honest.reasons.get(what) ?? 'late'}`);
    }
  }
}

/** 0: it has ended. */
function cpuOf(pid: number): number {
  try {
    return treeCpuMs(pid);
  } catch (error) {
    if (error instanceof Error && /has ended/.test(error.message)) return 0;
    throw error;
  }
}

/** Looks how much memory a process holds. */
class Memory {
  readonly #timer: NodeJS.Timeout;
  readonly #beforeMb: number;
  #maxMb = 0;

  constructor(pid: number) {
    this.#beforeMb = residentMb(pid);
    const look = (): void => {
      this.#maxMb = Math.max(this.#maxMb, residentMb(pid));
    };
    this.#timer = setInterval(look, MEMORY_LOOK_MS);
    look();
  }

  /** How much more it has held since the beginning, at most. */
  close(): number {
    clearInterval(this.#timer);
    return this.#maxMb - this.#beforeMb;
  }
}

/** 0: it has ended. */
function residentMb(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

function sayTable(say: Say, { row, figures, faults, cost, reasons }: Judged): void {
  const { before, during, victim } = figures;
  const cells = (felt: Felt): string => `${ms(felt.p50Ms)} / ${ms(felt.p99Ms)}`;
  say(
    `${'asked'.padEnd(16)} ${'before p50/p99 ms'.padStart(20)} ${'during p50/p99 ms'.padStart(20)}  p99   within 1 s`,
  );
  for (const [what, calm] of before.felt) {
    const felt = during.felt.get(what) ?? feltOf([]);
    const share = `${Math.round(felt.servedShare * 100)} %`;
    const ratio = `${ratioOf(calm, felt).toFixed(1)}x`;
    const because = felt.servedShare < 1 ? `  ${reasons[what] ?? ''}` : '';
    say(
      `${what.padEnd(16)} ${cells(calm).padStart(20)} ${cells(felt).padStart(20)} ${ratio.padStart(6)} ${share.padStart(8)}${because}`,
    );
  }
  const { call, streamGapMs } = during;
  say(
    `call: latest packet ${ms(before.call.delayMsMax)} -> ${ms(call.delayMsMax)} ms, lost ${call.lost} of ${call.sent}`,
  );
  say(`stream: longest gap ${ms(before.streamGapMs)} -> ${ms(streamGapMs)} ms`);
  const words = Object.entries(cost).map(([name, value]) => `${name} ${Number(value.toFixed(2))}`);
  say(`${words.join(', ')}; ${row.victim}: ${ms(victim.grownMb)} MB more, ${ms(victim.logLinesPerSecond)} log lines/s`);
  for (const fault of faults) say(`  RED ${fault}`);
  if (faults.length === 0) say('  ok');
}

const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));

function metricsOf({ figures, faults, cost, reasons, row }: Judged): Metrics {
  const { before, during, victim, linksCut, deaths } = figures;
  const felt = [...before.felt].map(([what, calm]): [string, Metrics] => {
    const there = during.felt.get(what) ?? feltOf([]);
    const reason = there.servedShare < 1 ? { reason: reasons[what] ?? '' } : {};
    return [what, { before: { ...calm }, during: { ...there }, p99Ratio: ratioOf(calm, there), ...reason }];
  });
  return {
    ok: faults.length === 0,
    faults,
    what: row.what,
    felt: Object.fromEntries(felt),
    call: { before: { ...before.call }, during: { ...during.call } },
    streamGapMs: { before: before.streamGapMs, during: during.streamGapMs },
    linksCut,
    deaths,
    victim: { id: row.victim, ...victim },
    cost,
    aims: { ...aims },
  };
}
