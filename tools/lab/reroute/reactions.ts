// What pathd makes of a path that gets worse without being cut (5 % loss, 50 ms more), and of one that always loses a
// little.

import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../test/support/poll.ts';
import type { Say } from '../../support/case.ts';
import { bothLive, type JoinedEnds } from './ends.ts';
import type { Regions } from './regions.ts';

const lossPercent = 5;
const moreMs = 50;
const usualLossPercent = 2;
/** Longer than any aim: an end that has not flipped by then counts with this time. */
const limitMs = 20_000;
/** A flip taken back within 5 s counts as doubling and makes the next ones wait: the lab is no such case. */
const beforeRevertMs = 6000;
/** Loss is judged against what is usual for the path (30 s and 5 minutes): so long it must be without. */
const restMs = 15_000;

/** Milliseconds from each time the direct wire got worse to the flip of the end that sends. */
export async function reactions(
  regions: Regions,
  lab: JoinedEnds,
  o: { name: 'loss' | 'delay'; times: number; say: Say },
): Promise<number[]> {
  const tookMs: number[] = [];
  for (let time = 1; time <= o.times; time += 1) {
    await until('the direct path is active and the standby lives', () => bothLive(lab), 20_000);
    await pause(restMs);
    const fromMs = Date.now();
    if (o.name === 'loss') regions.lose(lossPercent);
    else await regions.slow(moreMs);
    const flip = await flipSince(lab, fromMs, limitMs);
    tookMs.push(flip === undefined ? limitMs : flip.atMs - fromMs);
    o.say(
      `${o.name} ${time}/${o.times}: ${flip === undefined ? 'no flip' : `${flip.atMs - fromMs} ms, ${flip.reason}`}`,
    );
    await regions.heal();
    await pause(beforeRevertMs);
    await lab.route();
  }
  return tookMs;
}

/** Flips of both ends while the direct wire loses what is usual for it. */
export async function quietFlips(regions: Regions, lab: JoinedEnds, minutes: number, say: Say): Promise<number> {
  await until('the direct path is active and the standby lives', () => bothLive(lab), 20_000);
  regions.lose(usualLossPercent);
  await pause(restMs); // what was usual before was no loss: that is not what is asked here
  const fromMs = Date.now();
  await lab.route();
  let count = 0;
  for (let minute = 1; minute <= minutes; minute += 1) {
    await pause(fromMs + minute * 60_000 - Date.now());
    const states = await Promise.all([lab.a.ask('state'), lab.b.ask('state')]);
    count = states.reduce((sum, { flips = [] }) => sum + flips.filter(({ atMs }) => atMs >= fromMs).length, 0);
    if (minute % 5 === 0) say(`${minute} minutes of ${usualLossPercent} % loss: ${count} flips`);
  }
  await regions.heal();
  return count;
}

async function flipSince({ a }: JoinedEnds, fromMs: number, withinMs: number) {
  while (Date.now() < fromMs + withinMs) {
    const flip = ((await a.ask('state')).flips ?? []).find(({ atMs }) => atMs >= fromMs);
    if (flip !== undefined) return flip;
    await pause(100);
  }
  return undefined;
}
