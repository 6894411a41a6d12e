// One cell: a room of its own, a publisher in one region, a player in the other.
import { watch } from '../../support/clock/watch.ts';
import type { Kind, Playing, Publishing, Region, Stage } from './kind.ts';
import { aimsOf, nameOf, type Pair } from './table.ts';
import { startedJobs, transcodedBetween } from './use.ts';
import { type CellFigures, missedOf } from './verdict.ts';

const publisherAt: Region = 'frankfurt';
const playerAt: Region = 'singapore';

export interface Cell extends CellFigures {
  readonly ok: boolean;
  /** Aims that were missed, in words. */
  readonly missed: readonly string[];
  /** What the player, or the part that failed, said of it; '' where there was a picture. */
  readonly problem: string;
}

export interface CellOptions {
  readonly pair: Pair;
  readonly kinds: readonly Kind[];
  readonly seconds: number;
  readonly regionDelayMs: number;
  /** From the first picture to the begin of what is measured. */
  readonly settleMs?: number;
}

/** Undefined: there is no such publisher or no such player. */
function partsOf({ pair, kinds }: Pick<CellOptions, 'pair' | 'kinds'>) {
  const publish = kinds.find(({ name }) => name === pair.from)?.publish;
  const play = kinds.find(({ name }) => name === pair.to)?.play;
  return publish === undefined || play === undefined ? undefined : { publish, play };
}

/** A cell whose publisher or player cannot even begin is not ok, with what they said. */
export async function runCell(stage: Stage, o: CellOptions): Promise<Cell> {
  const parts = partsOf(o);
  if (parts === undefined) throw new RangeError(`there is no ${nameOf(o.pair)}`);
  const before = await startedJobs(stage.cloud);
  const room = `matrix ${nameOf(o.pair)} ${Date.now()}`;
  let publisher: Publishing | undefined;
  let player: Playing | undefined;
  let problem = '';
  let figures: Omit<CellFigures, 'transcoded'> = nothing;
  try {
    publisher = await parts.publish(stage, { room, region: publisherAt });
    player = await parts.play(stage, { room, region: playerAt });
    figures = await watch(player.sight, { ...o, startedMs: player.startedMs });
    if (Number.isNaN(figures.firstPictureMs)) problem = await player.said();
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  } finally {
    await player?.stop();
    await publisher?.stop();
  }
  const { latencyMs, latencyMsP95, firstPictureMs, avOffsetMs, pictureGapMs } = figures;
  const transcoded = transcodedBetween(before, await startedJobs(stage.cloud));
  const cell = { latencyMs, latencyMsP95, firstPictureMs, avOffsetMs, pictureGapMs, transcoded };
  const late = missedOf(o.pair, cell, { aims: aimsOf(o.pair), regionDelayMs: o.regionDelayMs });
  const missed = problem === '' ? late : [...late, problem];
  return { ok: missed.length === 0, ...cell, missed, problem };
}

const nothing = {
  latencyMs: Number.NaN,
  latencyMsP95: Number.NaN,
  firstPictureMs: Number.NaN,
  avOffsetMs: Number.NaN,
  pictureGapMs: Number.NaN,
};
