// One fault in the fed world: planted, found in the console and in its pages, and healed.
import { setTimeout as delay } from 'node:timers/promises';
import type { Say } from '../../support/case.ts';
import type { PlantedFault } from './alarm-judge.ts';
import type { AlarmMessages, OpenAlarm } from './alarm-messages.ts';
import type { FeedProcess } from './feed-process.ts';
import type { ConsolePage } from './page.ts';
import type { Stage } from './stage.ts';
import type { WorldStream } from './stream.ts';

const SEEN_WITHIN_MS = 60_000;
/** Reports of two seconds, of which the centre believes three, with a window that fills and a busy machine. */
const LEFT_WITHIN_MS = 30_000;
/** The longest duration of a rule here, 60 s, with looks and a busy machine. */
const ALARM_WITHIN_MS = 120_000;
/** What would be said of a fault besides its alarm is said within three looks of the judge. */
const HELD_MS = 15_000;
export const LOOK_EVERY_MS = 250;

export interface Planting {
  readonly stage: Stage;
  readonly feed: FeedProcess;
  readonly stream: WorldStream;
  readonly page: ConsolePage;
  readonly messages: AlarmMessages;
}

export interface Fault {
  /** The alarm that names it. */
  readonly rule: string;
  readonly subject: string;
  readonly says: readonly string[];
  /** What of the map names it, by the map's address. */
  readonly at: Readonly<Record<string, string>>;
  /** What the cloud does about it by itself. */
  readonly isLeft?: () => Promise<boolean>;
  /** People do not feel it any more, though it is still there. */
  readonly isWell?: () => boolean;
  /** Other alarms follow from it, which it keeps quiet. */
  readonly hasFollowers?: true;
  plant(): Promise<void>;
  heal(): Promise<void>;
  /** Whether the console shows it. */
  isSeen(): boolean | Promise<boolean>;
  isSeenHealed(): boolean | Promise<boolean>;
}

/** What a fault was found by, and its alarm in the browser. */
export interface Planted extends PlantedFault {
  readonly at: Fault['at'];
  readonly alarmId: string;
  readonly waits: Record<string, number>;
}

/** From its beginning until the console shows its end; that its alarm is over is not awaited. */
export async function planting(kind: string, fault: Fault, { messages, page }: Planting, say: Say): Promise<Planted> {
  const { rule, subject, says, at } = fault;
  const waits: Record<string, number> = {};
  const plantedMs = performance.now();
  const open = async (): Promise<OpenAlarm | undefined> =>
    (await messages.open()).find((one) => one.rule === rule && one.subject === subject);
  const hasFired = (): boolean =>
    messages.items.some(
      (one) => one.kind === 'fired' && one.rule === rule && one.subject === subject && one.atMs >= plantedMs,
    );
  await fault.plant();
  const { isLeft = () => true } = fault;
  const [seenSeconds, leftSeconds] = await Promise.all([
    secondsUntil(() => fault.isSeen(), SEEN_WITHIN_MS, plantedMs),
    secondsUntil(isLeft, LEFT_WITHIN_MS, plantedMs),
  ]);
  if (fault.isLeft !== undefined) waits['left'] = leftSeconds;
  say(`${kind} planted (${subject}): the console shows it after ${seenSeconds.toFixed(1)} s`);
  await secondsUntil(hasFired, ALARM_WITHIN_MS);
  const alarmId = (await open())?.id ?? '';
  await page.lookAt(at);
  waits['onMap'] =
    alarmId === '' ? Number.NaN : await secondsUntil(() => page.hasAlarm(alarmId), SEEN_WITHIN_MS, plantedMs);
  const pageText = alarmId === '' ? '' : await page.sentenceOf(alarmId);
  const followers = async (): Promise<number> =>
    (await messages.open()).filter(({ inhibitedBy }) => inhibitedBy === `${rule} ${subject}`).length;
  if (fault.hasFollowers) await secondsUntil(async () => (await followers()) > 0, ALARM_WITHIN_MS);
  await delay(HELD_MS);
  const keptQuiet = await followers();
  if (fault.isWell !== undefined) waits['well'] = await secondsUntil(fault.isWell, SEEN_WITHIN_MS, plantedMs);
  const healedMs = performance.now();
  await fault.heal();
  waits['healed'] = await secondsUntil(() => fault.isSeenHealed(), SEEN_WITHIN_MS, healedMs);
  say(`healed: the console shows it after ${waits['healed'].toFixed(1)} s`);
  const own = { kind, rule, subject, says, at, plantedMs, healedMs, seenSeconds, waits, pageText, alarmId };
  return { ...own, ...(fault.hasFollowers && { keptQuiet }) };
}

/** Alarms that are over leave the map of the browser too. */
export async function leftMap(faults: readonly Planted[], { page }: Planting): Promise<void> {
  for (const { at, alarmId, healedMs, waits } of faults) {
    if (alarmId === '') continue;
    await page.lookAt(at);
    waits['offMap'] = await secondsUntil(async () => !(await page.hasAlarm(alarmId)), SEEN_WITHIN_MS, healedMs);
  }
}

/** Seconds until it is so, since `sinceMs`; NaN: not within the limit. */
export async function secondsUntil(
  is: () => boolean | Promise<boolean>,
  limitMs: number,
  sinceMs = performance.now(),
): Promise<number> {
  const endMs = performance.now() + limitMs;
  while (!(await is())) {
    if (performance.now() > endMs) return Number.NaN;
    await delay(LOOK_EVERY_MS);
  }
  return (performance.now() - sinceMs) / 1000;
}
