// `npm run lab -- alarm-day`: the rules of alarms over simulated days: a day of noise, in which nothing may fire, and a
// day of faults, of which each is one alarm.
import { type JudgeState, judge, noState } from '../../../api/src/alarms/core/judge.ts';
import type { AlarmFacts } from '../../../api/src/alarms/core/rule.ts';
import { alarmRules } from '../../../api/src/alarms/core/rules/index.ts';
import { countOption, type LabCase, type Say } from '../../support/case.ts';
import type { Metrics } from '../../support/result.ts';
import { CloudDay, LOOK_MS, type Planted } from './cloud-day.ts';
import { type Fault, faultsOf } from './faults.ts';
import { TrendsOfDay } from './trends.ts';
import { makeFedWorld } from './world.ts';

const HOUR_MS = 3_600_000;
/** After each other; a fault has healed, and its alarm is over, before the next begins. */
const BETWEEN_FAULTS_MS = 40 * 60_000;
/** After its alarm. */
const HEALED_AFTER_MS = 5 * 60_000;
/** A failing region is known within this (issue 33); other faults have no stated limit. */
const REGION_KNOWN_MS = 60_000;

interface Fired {
  readonly key: string;
  readonly atMs: number;
  readonly isQuiet: boolean;
}

/** The judge and its cloud, look by look. */
class Day {
  readonly cloud: CloudDay;
  readonly fired: Fired[] = [];
  readonly cleared: { readonly key: string; readonly atMs: number }[] = [];
  readonly #trends = new TrendsOfDay();
  #state: JudgeState = noState;
  #looks = 0;

  constructor(cloud: CloudDay) {
    this.cloud = cloud;
  }

  get atMs(): number {
    return this.#looks * LOOK_MS;
  }

  look(planted: Planted): void {
    const seen: AlarmFacts = this.cloud.next(planted);
    const trends = this.#trends.next(seen, this.atMs);
    const facts = { ...seen, ...(trends !== undefined && { trends }) };
    const judged = judge(this.#state, facts, alarmRules, this.#state.atMs + LOOK_MS);
    this.#state = judged.state;
    this.#looks += 1;
    for (const { kind, key } of judged.transitions) {
      if (kind === 'cleared') this.cleared.push({ key, atMs: this.atMs });
      else this.fired.push({ key, atMs: this.atMs, isQuiet: judged.state.entries[key]?.inhibitedBy !== '' });
    }
  }
}

export const alarmDay: LabCase = {
  name: 'alarm-day',
  summary:
    'rules of alarms over a simulated day of noise (no alarm) and over faults (one alarm each), by simulated time',
  configure: (command) =>
    void command
      .option('--nodes <n>', 'media nodes', countOption, 120)
      .option('--hours <n>', 'of noise', countOption, 24)
      .option('--seed <text>', 'of the world and its noise', 'alarm day'),
  run: async (options, say) => {
    const [nodes, hours, seed] = [Number(options['nodes']), Number(options['hours']), String(options['seed'])];
    const world = makeFedWorld({ users: 20_000, nodes, seed });
    const day = new Day(new CloudDay(world, seed));
    while (day.atMs < hours * HOUR_MS) {
      day.look({});
      if (day.atMs % (4 * HOUR_MS) === 0) say(`${day.atMs / HOUR_MS} h: ${day.fired.length} alarms`);
    }
    const falseAlarms = day.fired.map(({ key }) => key);
    for (const { key, atMs } of day.fired.slice(0, 20)) say(`false: ${key} at ${(atMs / HOUR_MS).toFixed(2)} h`);
    const { metrics, missed } = playFaults(day, say);
    const params = {
      nodes,
      regions: day.cloud.regions.length,
      links: day.cloud.links,
      hours,
      seed,
      source: world.source,
    };
    return {
      params,
      metrics: { falseAlarms: falseAlarms.length, rules: alarmRules.length, ...metrics },
      missed: [...(falseAlarms.length === 0 ? [] : [`${falseAlarms.length} alarms of noise alone`]), ...missed],
    };
  },
};

/** Each fault alone; seconds until its alarm, and from its end until that is over. */
function playFaults(day: Day, say: Say): { metrics: Metrics; missed: string[] } {
  const metrics: Record<string, Metrics> = {};
  const missed: string[] = [];
  for (const fault of faultsOf(day.cloud)) {
    const found = playFault(day, fault);
    metrics[fault.name] = { alarmSeconds: found.alarmS, overSeconds: found.overS, quietened: found.quietened };
    say(`${fault.name}: ${fault.key} after ${found.alarmS} s, over ${found.overS} s after its end`);
    if (Number.isNaN(found.alarmS)) missed.push(`${fault.name}: no alarm ${fault.key}`);
    else if (fault.isOfRegion && found.alarmS * 1000 > REGION_KNOWN_MS) missed.push(`${fault.name}: ${found.alarmS} s`);
    if (Number.isNaN(found.overS)) missed.push(`${fault.name}: its alarm is not over`);
    if (found.others.length > 0) missed.push(`${fault.name}: also ${found.others.join(', ')}`);
  }
  return { metrics, missed };
}

function playFault(day: Day, fault: Fault) {
  const [beganMs, firedBefore, clearedBefore] = [day.atMs, day.fired.length, day.cleared.length];
  const planted = fault.plant(beganMs);
  const firedMs = (): number => day.fired.slice(firedBefore).find(({ key }) => key === fault.key)?.atMs ?? day.atMs;
  while (day.atMs < Math.min(firedMs() + HEALED_AFTER_MS, beganMs + fault.withinMs)) day.look(planted);
  const healedMs = day.atMs;
  while (day.atMs < healedMs + BETWEEN_FAULTS_MS) day.look({});
  const fired = day.fired.slice(firedBefore);
  const own = fired.filter(({ key }) => key === fault.key);
  const over = day.cleared.slice(clearedBefore).find(({ key }) => key === fault.key);
  const [first] = own;
  return {
    alarmS: first === undefined ? Number.NaN : (first.atMs - beganMs) / 1000,
    overS: over === undefined ? Number.NaN : (over.atMs - healedMs) / 1000,
    quietened: fired.filter(({ key, isQuiet }) => key !== fault.key && isQuiet).length,
    // What is said beside the one alarm, or a second time.
    others: [...fired.filter(({ key, isQuiet }) => key !== fault.key && !isQuiet), ...own.slice(1)].map(
      ({ key }) => key,
    ),
  };
}
