// A talking participant is moved from one region's media node to the other's, many times: how long any participant
// hears nothing and sees nothing new.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launchChromium, type Participant } from '../../test/support/browser.ts';
import { join, seesMore, where } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { continuityOf, watchContinuity } from '../../test/support/continuity.ts';
import { closeOwned, owned } from '../../test/support/owned.ts';
import { until } from '../../test/support/poll.ts';
import { writeVoice } from '../../test/support/voice.ts';
import { countOption, type LabCase, type Metrics, percentile } from '../support/case.ts';

const audioGapAimMs = 100;
const videoFreezeAimMs = 500;
const camera = { width: 320, height: 180, frameRate: 15 };
/** Of each participant between two moves: what the meters see without any. */
const quietMs = 4000;
/**
 * The centre lets a session rest for a minute after a move; a little more, so that a move begins when it is asked for.
 */
const restMs = 62_000;
const moveDeadlineMs = 120_000;

interface Sample {
  readonly audioGapMs: number;
  readonly videoFreezeMs: number;
}

export const move: LabCase = {
  name: 'move',
  summary:
    'a participant moved between media nodes of two regions: silence and freeze at all participants (aims: 100 ms, 500 ms)',
  configure: (command) =>
    void command
      .option('--moves <n>', 'moves in all', countOption, 20)
      .option('--people <n>', 'participants, moved in turn', countOption, 3),
  run: async (options, say) => {
    const { moves, people } = options as { moves: number; people: number };
    try {
      const all = await meeting(people);
      await Promise.all(all.map((p) => seesMore(p)));
      await Promise.all(all.map(watchContinuity));
      const still: Sample[] = [];
      const atOthers: Sample[] = [];
      const atMoved: Sample[] = [];
      const movedAtMs = new Map<Participant, number>();
      for (let index = 0; index < moves; index += 1) {
        const moved = all[index % all.length] as Participant;
        await pause(Math.max(0, (movedAtMs.get(moved) ?? 0) + restMs - performance.now()));
        await worst(all);
        await pause(quietMs);
        still.push(...(await worst(all)).values());
        const tookMs = await moveOne(moved);
        movedAtMs.set(moved, performance.now());
        const samples = await worst(all);
        for (const [p, sample] of samples) (p === moved ? atMoved : atOthers).push(sample);
        say(`move ${index + 1}: ${moved.name} in ${Math.round(tookMs)} ms; ${JSON.stringify([...samples.values()])}`);
      }
      return summary({ moves, people }, { still, atOthers, atMoved });
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

let cloud: TestCloud;

async function meeting(people: number): Promise<Participant[]> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'meridian-move-'));
  owned('the voice', async () => rmSync(folder, { recursive: true, force: true }));
  const voice = joinPath(folder, 'voice.wav');
  writeVoice(voice);
  cloud = await TestCloud.start({ extraArgs: ['--log-level', 'warn'] });
  const browser = await launchChromium([`--use-file-for-fake-audio-capture=${voice}`]);
  const all: Participant[] = [];
  for (let index = 0; index < people; index += 1) {
    const from = index % 2 === 0 ? 'frankfurt' : 'singapore';
    all.push(await join(browser, cloud, { room: 'lab-move', name: `P${index}`, from, codec: 'vp8' }, camera));
  }
  const tracks = 2 * (people - 1);
  for (const p of all)
    await until(`${p.name} receives all`, () =>
      p.room<boolean>(
        `return [...room.remoteParticipants.values()].flatMap((r) => [...r.trackPublications.values()].filter((t) => t.subscribed)).length === ${tracks};`,
      ),
    );
  return all;
}

/** Moves a participant to the other region's node; how long until its client says that it is made. */
async function moveOne(p: Participant): Promise<number> {
  const target = (await where(p)).nodeId === 'sfu-fra-1' ? 'sfu-sgp-1' : 'sfu-fra-1';
  const sessionId = await p.room<string>('return room.localParticipant.sessionId;');
  await p.room("window.movedTo = ''; room.once('moved', (placement) => { window.movedTo = placement.nodeId; });");
  const { startsInMs } = await cloud.move(sessionId, target);
  const startedMs = performance.now() + startsInMs;
  const moved = (): Promise<boolean> => p.room<boolean>(`return window.movedTo === '${target}';`);
  await until(`${p.name} is at ${target}`, moved, moveDeadlineMs);
  const tookMs = performance.now() - startedMs;
  await until(
    `${p.name} has left the old node`,
    () => p.room<boolean>("return window.pcs.filter((pc) => pc.connectionState !== 'closed').length === 2;"),
    moveDeadlineMs,
  );
  return tookMs;
}

/** The worst of all that each of them hears and sees, since the last reading. */
async function worst(all: readonly Participant[]): Promise<Map<Participant, Sample>> {
  const readings = await Promise.all(all.map(continuityOf));
  return new Map(
    all.map((p, index) => [
      p,
      {
        audioGapMs: Math.max(0, ...Object.values(readings[index]?.audioGapMs ?? {})),
        videoFreezeMs: Math.max(0, ...Object.values(readings[index]?.videoFreezeMs ?? {})),
      },
    ]),
  );
}

function summary(
  params: Readonly<Record<string, number>>,
  samples: Readonly<Record<'still' | 'atOthers' | 'atMoved', readonly Sample[]>>,
): { params: Readonly<Record<string, number>>; metrics: Metrics; missed: string[] } {
  const of = (list: readonly Sample[]): Metrics => {
    const gaps = list.map(({ audioGapMs }) => audioGapMs);
    const freezes = list.map(({ videoFreezeMs }) => videoFreezeMs);
    return {
      audioGapMsP50: percentile(gaps, 0.5),
      audioGapMsP99: percentile(gaps, 0.99),
      videoFreezeMsP50: percentile(freezes, 0.5),
      videoFreezeMsP99: percentile(freezes, 0.99),
    };
  };
  const moved = [...samples.atOthers, ...samples.atMoved];
  const missed = [
    ...late(
      'audio gap',
      percentile(
        moved.map(({ audioGapMs }) => audioGapMs),
        0.99,
      ),
      audioGapAimMs,
    ),
    ...late(
      'video freeze',
      percentile(
        moved.map(({ videoFreezeMs }) => videoFreezeMs),
        0.99,
      ),
      videoFreezeAimMs,
    ),
  ];
  const metrics = { withoutMove: of(samples.still), atOthers: of(samples.atOthers), atMoved: of(samples.atMoved) };
  return { params, metrics, missed };
}

const late = (what: string, p99Ms: number, aimMs: number): string[] =>
  p99Ms <= aimMs ? [] : [`${what}: p99 ${Math.round(p99Ms)} ms, aim ${aimMs} ms`];
