// A media node is killed under people in browsers: how long until they hear and see each other again, and where the
// time goes. `node-death` counts many more people, without media.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launchChromium, type Participant } from '../../test/support/browser.ts';
import { join, where } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { closeOwned, owned } from '../../test/support/owned.ts';
import { until } from '../../test/support/poll.ts';
import { writeVoice } from '../../test/support/voice.ts';
import { countOption, type LabCase, type Metrics, percentile, type Say } from '../support/case.ts';
import { Kills, killsWithinMs } from '../support/kills.ts';
import { forget, type kinds, othersOf, seenBy, watch } from './plays.ts';

const backAimMs = 2500;
const camera = { width: 320, height: 180, frameRate: 15 };
/** Before a kill everybody has heard and seen everybody for so long. */
const quietMs = 2000;
const giveUpMs = 60_000;
const cities = ['frankfurt', 'frankfurt', 'singapore'] as const;

/** Milliseconds from the kill. */
interface Death {
  /** A client that lost the node: hears of it; is joined elsewhere; has both transports up. */
  readonly toldMs: readonly number[];
  readonly joinedMs: readonly number[];
  readonly connectedMs: readonly number[];
  /** Each track of one that another lost: the first sound or picture that is heard or seen after the longest pause. */
  readonly audioMs: readonly number[];
  readonly videoMs: readonly number[];
}

export const nodeDeathMedia: LabCase = {
  name: 'node-death-media',
  summary: `a media node is killed under three browsers: how soon all hear and see each other again (aim: ${backAimMs / 1000} s, also the worst)`,
  configure: (command) => void command.option('--deaths <n>', 'one after another', countOption, 10),
  run: async (options, say) => {
    const { deaths } = options as { deaths: number };
    try {
      const cloud = await TestCloud.start({ nodesPerRegion: 2, extraArgs: ['--log-level', 'warn'] });
      const people = await gather(cloud);
      const kills = new Kills();
      const seen: Death[] = [];
      for (let round = 1; round <= deaths; round += 1) {
        await everybodyPlays(people);
        seen.push(await dieOnce(cloud, people, kills));
        tell(round, seen.at(-1), say);
      }
      return { params: { deaths, people: people.length }, ...summary(seen) };
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

function tell(round: number, death: Death | undefined, say: Say): void {
  const worst = Object.entries(death ?? {}).map(([name, ms]) => `${name} ${Math.max(...ms)}`);
  say(`${round}: ${worst.join(', ')}`);
}

function summary(deaths: readonly Death[]): { metrics: Metrics; missed: string[] } {
  const of = (read: (death: Death) => readonly number[]): Metrics => {
    const list = deaths.flatMap(read);
    return { p50Ms: percentile(list, 0.5), maxMs: percentile(list, 1) };
  };
  const back = of((death) => [Math.max(...death.audioMs, ...death.videoMs)]);
  const metrics: Metrics = {
    allBack: back,
    told: of(({ toldMs }) => toldMs),
    joined: of(({ joinedMs }) => joinedMs),
    connected: of(({ connectedMs }) => connectedMs),
    audio: of(({ audioMs }) => audioMs),
    video: of(({ videoMs }) => videoMs),
  };
  const isLate = Number(back['maxMs']) > backAimMs;
  return { metrics, missed: isLate ? [`all back after ${back['maxMs']} ms, aim ${backAimMs} ms`] : [] };
}

async function gather(cloud: TestCloud): Promise<Participant[]> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'meridian-death-'));
  owned('the voice', async () => rmSync(folder, { recursive: true, force: true }));
  const voice = joinPath(folder, 'voice.wav');
  writeVoice(voice);
  const browser = await launchChromium([`--use-file-for-fake-audio-capture=${voice}`]);
  const people: Participant[] = [];
  for (const [index, from] of cities.entries()) {
    const p = await join(browser, cloud, { room: 'lab-death', name: `P${index}`, from, codec: 'vp8' }, camera);
    await p.room(watch);
    people.push(p);
  }
  return people;
}

/** Everybody plays every track of the others now. */
const plays = async (people: readonly Participant[], sinceMs: number): Promise<boolean> => {
  const all = await Promise.all(people.map(seenBy));
  return people.every((p, index) =>
    othersOf(p, people).every((name) => (all[index]?.playsMs[name]?.at(-1) ?? 0) > sinceMs),
  );
};

async function everybodyPlays(people: readonly Participant[]): Promise<void> {
  await until('everybody hears and sees everybody', () => plays(people, Date.now() - 500), giveUpMs);
  await pause(quietMs);
  await until('they still do', () => plays(people, Date.now() - 500), giveUpMs);
}

async function dieOnce(cloud: TestCloud, people: readonly Participant[], kills: Kills): Promise<Death> {
  const alive = async (): Promise<boolean> => (await cloud.fleet()).nodes.every(({ state }) => state === 'alive');
  await until('all nodes serve', alive, giveUpMs);
  const homes = (await Promise.all(people.map(where))).map(({ nodeId }) => nodeId);
  const victimId = homes[0] ?? '';
  await until('it may be killed again', () => kills.mayDie(victimId), giveUpMs + killsWithinMs);
  kills.note(victimId);
  await Promise.all(people.map((p) => p.room(forget)));
  await pause(200); // of pictures before the kill
  const killedMs = Date.now();
  cloud.kill(victimId);
  const victims = people.filter((_, index) => homes[index] === victimId);
  await until(
    'the clients that lost the node are connected elsewhere',
    async () => (await Promise.all(victims.map(seenBy))).every(({ eventsMs }) => eventsMs['connected'] !== undefined),
    giveUpMs,
  );
  const connectedMs = Date.now();
  await until('everybody hears and sees everybody', () => plays(people, connectedMs), giveUpMs);
  await pause(1000); // the end of the longest pause is behind us for every track
  const all = await Promise.all(people.map(seenBy));
  const since = (ms: number | undefined): number => Math.round((ms ?? Number.NaN) - killedMs);
  const event = (name: string): number[] => victims.map((p) => since(all[people.indexOf(p)]?.eventsMs[name]));
  const back = (kind: (typeof kinds)[number]): number[] =>
    people.flatMap((p, index) =>
      people
        .filter((other) => other !== p && (victims.includes(p) || victims.includes(other)))
        .map(({ name }) => since(endOfLongestPause(all[index]?.playsMs[`${name} ${kind}`] ?? []))),
    );
  return {
    toldMs: event('told'),
    joinedMs: event('joined'),
    connectedMs: event('connected'),
    audioMs: back('audio'),
    videoMs: back('video'),
  };
}

/** Pure. */
function endOfLongestPause(timesMs: readonly number[]): number | undefined {
  let [longestMs, endMs]: [number, number | undefined] = [-1, undefined];
  for (const [index, ms] of timesMs.entries()) {
    const pauseMs = ms - (timesMs[index - 1] ?? ms);
    if (pauseMs > longestMs) [longestMs, endMs] = [pauseMs, ms];
  }
  return endMs;
}
