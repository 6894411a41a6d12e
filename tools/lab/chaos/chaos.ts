// Each process of a cloud is killed and frozen under people, an encoder and viewers: how long each kind of client gets
// nothing new, and whether what is frozen is replaced.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../../../test/support/browser.ts';
import { TestCloud } from '../../../test/support/cloud.ts';
import { fleetAlive } from '../../../test/support/fleet.ts';
import { closeOwned, owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import { writeVoice } from '../../../test/support/voice.ts';
import { countOption, type LabCase, type LabResult, type Metrics, type Say } from '../../support/case.ts';
import { Kills, killsWithinMs } from '../../support/kills.ts';
import { Stage } from './stage.ts';
import { type Fault, faults, missedOf, type Round, rowOf, worstOf } from './table.ts';

const victims = [
  ...(['sig-fra', 'sig-sgp', 'sfu-fra-1', 'sfu-sgp-1', 'gw-fra', 'gw-sgp'] as const),
  ...(['api', 'centre', 'probe-fra', 'probe-sgp', 'web'] as const),
] as const;
type Victim = (typeof victims)[number];
/** All have played for so long before a fault. */
const quietMs = 2000;
/** Then a frozen process that was not replaced runs on. */
const frozenMsMax = 20_000;
/** What a player had loaded before the fault is over by then. */
const windowMs = 10_000;
const wholeMsMax = 120_000;

export const chaos: LabCase = {
  name: 'chaos',
  summary: 'each process killed and frozen under people, an encoder, FLV and HLS: the longest gap of each',
  configure: (command) =>
    void command
      .option('--rounds <n>', 'of each fault', countOption, 2)
      .option('--victims <list>', `some of ${victims.join(',')}`, oneOf(victims), [...victims])
      .option('--faults <list>', `some of ${faults.join(',')}`, oneOf(faults), [...faults]),
  run: async (options, say) => {
    const plan = options as unknown as Plan;
    try {
      const cloud = await TestCloud.start({ replacesFrozen: true });
      const lab = new Lab(cloud, await browserWithVoice(), say);
      return resultOf(plan, await lab.run(plan));
    } finally {
      await closeOwned(say); // a process that died by itself is said here
    }
  },
};

interface Plan {
  readonly rounds: number;
  readonly victims: readonly Victim[];
  readonly faults: readonly Fault[];
}

/** Option parser of commander: names separated by commas. */
const oneOf =
  <T extends string>(names: readonly T[]) =>
  (text: string): T[] =>
    text.split(',').map((name) => {
      const found = names.find((one) => one === name);
      if (found === undefined) throw new InvalidArgumentError(`"${name}" is none of ${names.join(', ')}`);
      return found;
    });

async function browserWithVoice(): Promise<Browser> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'meridian-chaos-'));
  owned('the voice', () => rmSync(folder, { recursive: true, force: true }));
  const voice = joinPath(folder, 'voice.wav');
  writeVoice(voice);
  return launchChromium([`--use-file-for-fake-audio-capture=${voice}`]);
}

class Lab {
  readonly #cloud: TestCloud;
  readonly #browser: Browser;
  readonly #say: Say;
  readonly #kills = new Kills();
  #stages = 0;

  constructor(cloud: TestCloud, browser: Browser, say: Say) {
    this.#cloud = cloud;
    this.#browser = browser;
    this.#say = say;
  }

  /** Rounds by `VICTIM FAULT`, and `none`: the same without a fault, which is what the machine itself costs. */
  async run({ rounds, victims, faults }: Plan): Promise<ReadonlyMap<string, readonly Round[]>> {
    const done = new Map<string, Round[]>();
    const plan: [string, Fault][] = victims.flatMap((victim) =>
      faults.map((fault): [string, Fault] => [victim, fault]),
    );
    for (const [victim, fault] of [['none', 'kill'] as [string, Fault], ...plan]) {
      const name = victim === 'none' ? victim : `${victim} ${fault}`;
      const list: Round[] = [];
      for (let round = 0; round < rounds; round += 1) list.push(await this.#round(victim, fault));
      done.set(name, list);
      this.#say(`${name.padEnd(18)} ${rowOf(list)}`);
    }
    return done;
  }

  /** On a stage of its own: a fault may move people, and leaves players behind what is live. */
  async #round(victim: string, fault: Fault): Promise<Round> {
    await this.#whole(victim);
    this.#stages += 1;
    const stage = await Stage.open(this.#cloud, this.#browser, `chaos-${this.#stages}`);
    await pause(quietMs);
    await stage.allPlay();
    await stage.forget();
    const fromMs = Date.now();
    await pause(500); // a gap that the fault ends begins before it
    const faultMs = Date.now();
    const replacedMs = victim === 'none' ? Number.NaN : await this.#fault(victim, fault);
    await pause(Math.max(0, fromMs + windowMs - Date.now()));
    const late = await stage.allPlay();
    const gapsMs = await stage.gaps(fromMs, Date.now());
    if (late.length > 0) this.#say(`${victim} ${fault}: nothing new since for ${late.join(', ')}`);
    await stage.close();
    const startedMs = victim === 'none' ? Number.NaN : this.#startedMs(victim, faultMs);
    return { victim, fault, gapsMs, replacedMs, startedMs };
  }

  /** When another process runs in its place: ms from the fault; NaN: it was frozen, and let run on. */
  async #fault(victim: string, fault: Fault): Promise<number> {
    const cloud = this.#cloud;
    this.#kills.note(victim);
    const pid = cloud.pid(victim);
    const atMs = performance.now();
    cloud.kill(victim, fault === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    const isReplaced = (): boolean => (cloud.pidIfAny(victim) ?? pid) !== pid;
    for (;;) {
      const forMs = performance.now() - atMs;
      if (isReplaced()) return Math.round(forMs);
      if (forMs > frozenMsMax) break;
      await pause(20);
    }
    process.kill(pid, 'SIGCONT');
    return Number.NaN;
  }

  /** From the fault to its last start, by its log; NaN: none has been complete since. */
  #startedMs(victim: string, faultMs: number): number {
    const line = this.#cloud.log(victim).findLast((text) => text.includes('"msg":"started"'));
    const forMs = Date.parse((JSON.parse(line ?? '{}') as { time?: string }).time ?? '') - faultMs;
    return forMs > 0 ? forMs : Number.NaN;
  }

  /** Every process serves, and the victim may die once more without a long pause. */
  async #whole(victim: string): Promise<void> {
    const { portOffset } = this.#cloud;
    await fleetAlive(this.#cloud);
    const healthy = async (port: number): Promise<boolean> =>
      (await fetch(`http://127.0.0.1:${port + portOffset}/healthz`, { signal: AbortSignal.timeout(2000) })).ok;
    for (const port of [7800, 7810]) await until(`:${port} serves`, () => healthy(port), wholeMsMax);
    await until('it may be killed again', () => this.#kills.mayDie(victim), wholeMsMax + killsWithinMs);
  }
}

function resultOf({ rounds, victims, faults }: Plan, done: ReadonlyMap<string, readonly Round[]>): LabResult {
  const cells = [...done].map(([name, list]): [string, Metrics] => {
    const replacedMs = Math.max(...list.map((round) => round.replacedMs));
    const startedMs = Math.max(...list.map((round) => round.startedMs));
    return [name, { ...worstOf(list), replacedMs, startedMs, ok: missedOf(name, list).length === 0 }];
  });
  return {
    params: { rounds, victims: victims.join(','), faults: faults.join(',') },
    metrics: Object.fromEntries(cells),
    shown: Object.fromEntries([...done].map(([name, list]) => [name, rowOf(list)])),
    missed: [...done].flatMap(([name, list]) => (name === 'none' ? [] : missedOf(name, list))),
  };
}
