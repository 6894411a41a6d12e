// One encoder of a row, with a viewer that is first and one that comes later, or a second encoder.
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../test/support/poll.ts';
import { percentile } from '../../support/case.ts';
import type { SeenPicture } from '../../support/clock/measure.ts';
import type { Row } from './rows.ts';
import { beginSource, type Sending, type Source } from './sources.ts';
import type { Viewer, Viewers } from './viewers.ts';

/** A picture that has not come by then does not come. */
export const limitMs = 20_000;
/** Behind a key frame, by which the later viewer is seen to change over to the original. */
const watchedMs = 2500;
/** The later viewer hurries to the present; from then on it is to see each picture in its time. */
const hurryMs = 2000;
/** Between the first viewer's picture and the later viewer. */
const betweenMs = 3000;
/** What the pictures of a second encoder say more; less than a time code's period by far. */
const secondAheadMs = 3_600_000;

/** Of one encoder. */
export interface Round {
  /** From the encoder's connect, or the first viewer's request, to that one's picture; NaN: none came. */
  readonly waitingMs: number;
  /** From the later viewer's request to its picture, join included; from a second encoder's connect to its picture. */
  readonly laterMs: number;
  /** From drawing to showing, of the later viewer in the end. */
  readonly delayMs: number;
  /** How old the later viewer's pictures are in the end, beside those of the first. */
  readonly behindMs: number;
  /** Pictures that a viewer saw after a newer one, since the later viewer came. */
  readonly back: number;
  /**
   * The longest time without a new picture that the first viewer saw since the later came; the later, in the present.
   */
  readonly stillMs: number;
  readonly laterStillMs: number;
  /** Pictures a second that the first viewer saw since the later came; the later, in the present. */
  readonly perSecond: number;
  readonly laterPerSecond: number;
}

export interface Stage extends Sending {
  readonly viewers: Viewers;
}

/** Rejects when the encoder ends by itself: what viewers saw says nothing then. */
export async function oneRound(stage: Stage, row: Row): Promise<Round> {
  const room = `first ${row.name} ${Date.now()}`;
  await Promise.all([0, 1].map((at) => stage.viewers.prepare(row.to, at as 0 | 1)));
  const stops: (() => Promise<void>)[] = [];
  let sending: Source | undefined;
  const source = async (aheadMs = 0): Promise<Source> => {
    const begun = await beginSource(stage, row, { room, aheadMs });
    sending = begun;
    stops.push(() => begun.stop());
    return begun;
  };
  const viewer = async (at: 0 | 1): Promise<Viewer> => {
    const begun = await stage.viewers.begin(row.to, room, at);
    stops.push(() => begun.stop());
    return begun;
  };
  try {
    const { first, connectedMs, waitingMs } = await firstViewer(row, { source, viewer });
    const round = row.hasSecondEncoder
      ? await takenOver(first, waitingMs, () => source(secondAheadMs))
      : await laterViewer(row, { first, connectedMs, waitingMs, viewer });
    const endedBy = sending?.endedBy();
    if (endedBy !== undefined) throw new Error(`the encoder has ended: ${endedBy}`);
    return round;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

interface Parts {
  readonly source: () => Promise<Source>;
  readonly viewer: (at: 0 | 1) => Promise<Viewer>;
}
interface First {
  readonly first: Viewer;
  readonly connectedMs: number;
  readonly waitingMs: number;
}

async function firstViewer(row: Row, { source, viewer }: Parts): Promise<First> {
  if (row.first === 'waits') {
    const first = await viewer(0);
    await first.ready();
    const { connectedMs } = await source();
    const waitingMs = (await firstShownMs(first, connectedMs + limitMs)) - connectedMs;
    await pause(Math.max(0, connectedMs + row.laterMs - Date.now()));
    return { first, connectedMs, waitingMs };
  }
  const { connectedMs } = await source();
  await pause(Math.max(0, connectedMs + row.laterMs - Date.now()));
  const first = await viewer(0);
  const waitingMs = (await firstShownMs(first, first.startedMs + limitMs)) - first.startedMs;
  await pause(betweenMs);
  return { first, connectedMs, waitingMs };
}

async function laterViewer(
  row: Row,
  { first, connectedMs, waitingMs, viewer }: First & Pick<Parts, 'viewer'>,
): Promise<Round> {
  const later = await viewer(1);
  const comesMs = later.startedMs;
  const laterMs = (await firstShownMs(later, comesMs + limitMs)) - comesMs;
  const sinceMs = Date.now() - connectedMs;
  // A catch-up stream goes on for 3 s at least, and ends with the next key frame.
  const changesMs = Math.ceil((sinceMs + 3000) / row.groupMs) * row.groupMs;
  await pause(changesMs - sinceMs + watchedMs);
  const [seen, seenLater] = await Promise.all([first.sight(), later.sight()]);
  const endMs = Date.now();
  const here = seen.pictures.filter(({ shownMs }) => shownMs >= comesMs);
  const ofLater = stepsOf(seenLater.pictures);
  const presentMs = comesMs + laterMs + hurryMs;
  const present = seenLater.pictures.filter(({ shownMs }) => shownMs >= presentMs);
  const { back, stillMs } = stepsOf(here);
  const delayMs = delayOf(seenLater.pictures);
  return {
    waitingMs,
    laterMs,
    delayMs,
    behindMs: delayMs - delayOf(here),
    back: back + ofLater.back,
    stillMs,
    laterStillMs: stepsOf(present).stillMs,
    perSecond: here.length / ((endMs - comesMs) / 1000),
    laterPerSecond: present.length / ((endMs - presentMs) / 1000),
  };
}

/** The one viewer sees a second encoder with the same key take over; the first one sends on, and is ended. */
async function takenOver(first: Viewer, waitingMs: number, second: () => Promise<Source>): Promise<Round> {
  const { connectedMs } = await second();
  const isSecond = ({ drawnMs, shownMs }: SeenPicture): boolean => drawnMs > shownMs + secondAheadMs / 2;
  const changedMs = await firstShownMs(first, connectedMs + limitMs, isSecond);
  await pause(watchedMs);
  const all = (await first.sight()).pictures.filter(({ shownMs }) => shownMs >= connectedMs);
  const endMs = Date.now();
  const own = all.filter(isSecond);
  const { back } = stepsOf(all);
  const { stillMs } = stepsOf(own);
  const delayMs = delayOf(own) + secondAheadMs;
  const perSecond = own.length / ((endMs - changedMs) / 1000);
  const laterMs = changedMs - connectedMs;
  const longestMs = longestStillMs(all);
  return {
    waitingMs,
    laterMs,
    delayMs,
    behindMs: 0,
    back,
    stillMs: longestMs,
    laterStillMs: stillMs,
    perSecond,
    laterPerSecond: perSecond,
  };
}

/** NaN: none came in time. */
async function firstShownMs(
  viewer: Viewer,
  untilMs: number,
  isMeant: (picture: SeenPicture) => boolean = () => true,
): Promise<number> {
  return await until('the first picture', async () => {
    const first = (await viewer.sight()).pictures.find(isMeant)?.shownMs;
    return first ?? (Date.now() > untilMs && Number.NaN);
  });
}

/** Of the last second, from drawing to showing. */
const delayOf = (pictures: readonly SeenPicture[]): number =>
  percentile(
    pictures.slice(-25).map(({ drawnMs, shownMs }) => shownMs - drawnMs),
    0.5,
  );

function longestStillMs(pictures: readonly SeenPicture[]): number {
  return Math.max(0, ...pictures.map(({ shownMs }, at) => shownMs - (pictures[at - 1]?.shownMs ?? shownMs)));
}

function stepsOf(pictures: readonly SeenPicture[]): { back: number; stillMs: number } {
  let [newestMs, back] = [0, 0];
  for (const { drawnMs } of pictures) {
    if (drawnMs < newestMs) back += 1;
    newestMs = Math.max(newestMs, drawnMs);
  }
  return { back, stillMs: longestStillMs(pictures) };
}
