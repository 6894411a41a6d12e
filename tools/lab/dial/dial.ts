// `npm run lab -- dial`: a whole cloud of three regions with dial testers. One fault after another: how long until the
// alarm arrives at a webhook, with the right region and stage, and what else is sent.
import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import { TestCloud } from '../../../test/support/cloud.ts';
import { closeOwned, owned } from '../../../test/support/owned.ts';
import { until } from '../../../test/support/poll.ts';
import { countOption, type LabCase, type Metrics, type Say } from '../../support/case.ts';
import { ApiFront } from './api-front.ts';
import { type Fault, faultOf, type Stage, usualWords, type Wanted } from './faults.ts';
import { AlarmReceiver, type Arrived } from './receiver.ts';
import { parts, ThirdRegion } from './region.ts';
import { roundsSince, tallyOf } from './rounds.ts';

/** No alarm is waited for longer. */
const GIVE_UP_MS = 240_000;
/** Where none is wanted: three rounds, in which two failures would have been seen. */
const WATCHED_MS = 70_000;

export const dial: LabCase = {
  name: 'dial',
  summary: 'faults of a region: how long until dial tests name it and its stage (aim: 60 s), and what else is sent',
  configure: (command) =>
    void command
      .option('--quiet <s>', 'seconds without a fault and without an alarm before', countOption, 180)
      .option('--faults <names>', `of ${usualWords.join(', ')}; with + at once`, wordsOption, usualWords),
  run: async (options, say) => {
    const { quiet, faults } = options as { quiet: number; faults: readonly string[] };
    const missed: string[] = [];
    try {
      const { stage, receiver } = await open(say);
      const metrics: Record<string, Metrics> = { quiet: await keepQuiet(stage, receiver, quiet, missed) };
      say(`quiet: ${JSON.stringify(metrics['quiet'])}`);
      for (const fault of faults.flatMap((word) => faultOf(word) ?? [])) {
        const played = await play(fault, { stage, receiver, missed, say });
        metrics[fault.name] = played;
        say(`${fault.name}: ${JSON.stringify(played)}`);
      }
      return { params: { quietS: quiet, faults: faults.join(',') }, metrics, missed };
    } finally {
      await closeOwned(() => undefined);
    }
  },
};

function wordsOption(text: string): readonly string[] {
  const words = text.split(',');
  for (const word of words)
    if (faultOf(word) === undefined) throw new InvalidArgumentError(`${word}: one of ${usualWords.join(', ')}`);
  return words;
}

async function open(say: Say): Promise<{ stage: Stage; receiver: AlarmReceiver }> {
  const debug = { logLevel: 'debug' };
  const cloud = await TestCloud.start({
    // Another path would be taken around a pair of regions that is cut; pathd has labs of its own.
    extraArgs: [
      '--dial',
      '--no-pathd',
      '--process-configs',
      JSON.stringify({ 'probe-fra': debug, 'probe-sgp': debug }),
    ],
  });
  owned('the cloud', () => cloud.stop());
  const front = await ApiFront.start(`http://127.0.0.1:${7810 + cloud.portOffset}`);
  owned('the way to the api', () => front.close());
  const third = new ThirdRegion(cloud, front.url);
  owned('the third region', () => third.close());
  const beganMs = performance.now();
  const receiver = await AlarmReceiver.start(cloud, (one) => say(`${secondsSince(beganMs)} s: ${textOf(one)}`));
  owned('the receiver', () => receiver.close());
  for (const part of parts) await third.start(part);
  say('three regions run');
  await until('every tester hears both others', () => allHear(roundsSince(cloud, 0)), GIVE_UP_MS);
  await until('no alarm of the start is left', () => receiver.isQuiet(), GIVE_UP_MS);
  return { stage: { cloud, third, front }, receiver };
}

/** All three have joined and heard both others. */
const allHear = (rounds: ReturnType<typeof roundsSince>): boolean =>
  ['frankfurt', 'singapore', 'virginia'].every((region) =>
    rounds.some(
      (one) => one.region === region && one.results.filter(({ kind, isOk }) => kind === 'pair' && isOk).length > 1,
    ),
  );

async function keepQuiet({ cloud }: Stage, receiver: AlarmReceiver, forS: number, missed: string[]): Promise<Metrics> {
  const [sinceMs, sinceWallMs] = [performance.now(), Date.now()];
  await pause(forS * 1000);
  const alarms = receiver.firedSince(sinceMs).map(textOf);
  if (alarms.length > 0) missed.push(`${alarms.length} alarms while nothing was wrong: ${alarms.join('; ')}`);
  const rounds = roundsSince(cloud, sinceWallMs);
  return { forS, rounds: rounds.length, alarms: alarms.length, ...seenIn(rounds) };
}

interface Play {
  readonly stage: Stage;
  readonly receiver: AlarmReceiver;
  readonly missed: string[];
  readonly say: Say;
}

async function play(fault: Fault, { stage, receiver, missed, say }: Play): Promise<Metrics> {
  const [sinceMs, sinceWallMs] = [performance.now(), Date.now()];
  say(`${fault.name}: begins`);
  const heal = await fault.begin(stage);
  const isFor = (wanted: Wanted) => (one: Arrived) => one.rule === wanted.rule && one.subject === wanted.subject;
  const found = (wanted: Wanted): Arrived | undefined => receiver.firedSince(sinceMs).find(isFor(wanted));
  if (fault.wanted.length === 0) await pause(WATCHED_MS);
  else
    await until('its alarms', () => fault.wanted.every(found), GIVE_UP_MS).catch(() => {
      say(`${fault.name}: given up`);
    });
  const seen = seenIn(roundsSince(stage.cloud, sinceWallMs));
  const healedMs = performance.now();
  await heal();
  say(`${fault.name}: healed`);
  const isOver = await until('all is over', () => receiver.isQuiet(), GIVE_UP_MS).catch(() => false);
  if (!isOver) missed.push(`${fault.name}: alarms are not over ${GIVE_UP_MS / 1000} s after it was healed`);
  for (const wanted of fault.wanted) missed.push(...missesOf(fault, wanted, found(wanted), sinceMs));
  const others = receiver.firedSince(sinceMs).filter((one) => !fault.wanted.some((wanted) => isFor(wanted)(one)));
  const strange = others.filter(({ rule }) => !fault.mayFire.includes(rule));
  if (strange.length > 0) missed.push(`${fault.name}: besides ${strange.map(textOf).join('; ')}`);
  const alarms = fault.wanted.flatMap((wanted) => found(wanted) ?? []);
  const over = alarms.flatMap(({ alarm }) => receiver.clearedAtMs(alarm) ?? []);
  return {
    ...(alarms.length > 0 && {
      alarmS: (Math.max(...alarms.map(({ atMs }) => atMs)) - sinceMs) / 1000,
      alarms: alarms.map(({ rule, subject, labels, atMs }) =>
        [rule, subject, labels['stage'] ?? '', `${((atMs - sinceMs) / 1000).toFixed(0)} s`].join(' '),
      ),
      overS: over.length < alarms.length ? Number.NaN : (Math.max(...over) - healedMs) / 1000,
    }),
    others: others.map(({ rule, subject }) => `${rule} ${subject}`),
    ...seen,
  };
}

function missesOf({ name }: Fault, wanted: Wanted, found: Arrived | undefined, sinceMs: number): string[] {
  if (found === undefined) return [`${name}: no ${wanted.rule} of ${wanted.subject}`];
  const { aimS } = wanted;
  const afterS = (found.atMs - sinceMs) / 1000;
  const stage = found.labels['stage'];
  return [
    ...(afterS > aimS ? [`${name}: ${wanted.rule} came after ${afterS.toFixed(0)} s, not ${aimS} s`] : []),
    ...(wanted.stage !== undefined && stage !== wanted.stage
      ? [`${name}: the stage of ${wanted.subject} is ${stage}, not ${wanted.stage}: ${found.text}`]
      : []),
  ];
}

const seenIn = (rounds: ReturnType<typeof roundsSince>): { seen: string[] } => ({
  seen: Object.entries(tallyOf(rounds)).map(([what, count]) => `${what} ×${count}`),
});

const secondsSince = (sinceMs: number): string => ((performance.now() - sinceMs) / 1000).toFixed(0);

const textOf = ({ kind, rule, subject, text }: Arrived): string => `${kind} ${rule} ${subject}: ${text}`;
