import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { LabCase, Metrics, Say } from '../../support/case.ts';
import { closeResources, registerResource } from '../../test/support/resources.ts';
import { type PhaseName, phaseNames, runPhase } from './phases.ts';
import { Stage } from './stage.ts';

const tree = join(import.meta.dirname, '../../..');
const guides: Readonly<Record<string, string>> = { en: 'docs/deploy.md', zh: 'docs/deploy.zh.md' };

/**
 * Tests the deployment guide: its unchanged blocks turn two bare Debians into a cloud of two regions. Then tests how a
 * call survives faults and changes of the fleet.
 */
export const twoServers: LabCase = {
  name: 'two-servers',
  summary:
    'the blocks of docs/deploy.md on bare Debians: a call over two regions, restarts, losses, a move, one more (root)',
  configure: (command) => {
    command
      .option('--guide <guide>', 'en, zh or a file', 'en')
      .option('--bundle <file>', 'result of npm run release; by default the case makes one')
      .option('--phases <list>', `which of ${phaseNames.join(',')}`, phasesOption, [...phaseNames])
      .option('--rtt <ms>', 'round trip between the two places', Number, 160)
      .option('--keep', 'leaves everything running until Ctrl-C, and prints how to enter');
  },
  run: async (options, say) => {
    const phases = options['phases'] as PhaseName[];
    const guide = String(options['guide']);
    const rttMs = Number(options['rtt']);
    try {
      const bundle = options['bundle'] === undefined ? makeBundle(say) : resolve(String(options['bundle']));
      const guideFile = guides[guide] ?? guide;
      const file = isAbsolute(guideFile) ? guideFile : join(tree, guideFile);
      const stage = await Stage.create({ bundle, guideFile: file, rttMs, say });
      const metrics: Record<string, Metrics> = {};
      const missed: string[] = [];
      try {
        for (const name of phases) {
          say(name);
          const outcome = await runPhase[name](stage);
          metrics[name] = outcome.metrics;
          missed.push(...outcome.missed);
          say(`  ${JSON.stringify(outcome.metrics)}`);
        }
      } catch (error) {
        if (options['keep'] !== true) throw error;
        say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
      if (options['keep'] === true) await keepRunning(stage, say);
      return { params: { guide, rttMs, phases: phases.join(',') }, metrics, missed };
    } finally {
      await closeResources(() => undefined);
    }
  },
};

/** Returns the phases in their fixed order, always with `boot`. */
function phasesOption(list: string): PhaseName[] {
  const wanted = list.split(',');
  const unknown = wanted.find((name) => !phaseNames.some((each) => each === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${phaseNames.join(', ')}`);
  return phaseNames.filter((name) => name === 'boot' || wanted.includes(name));
}

function makeBundle(say: Say): string {
  say('npm run release');
  const folder = mkdtempSync(join(tmpdir(), 'meridian-bundle-'));
  registerResource('the bundle', () => rmSync(folder, { recursive: true, force: true }));
  execFileSync('npm', ['run', 'release', '--', '--out', folder], { cwd: tree, stdio: ['ignore', 2, 2] });
  const name = readdirSync(folder).find((each) => each.endsWith('.tar.gz'));
  if (name === undefined) throw new Error('npm run release left no bundle');
  return join(folder, name);
}

/** Leaves the machines running until an interrupt, which closes everything; never resolves. */
async function keepRunning(stage: Stage, say: Say): Promise<never> {
  for (const name of stage.runningServers) say(`${name}: ${stage.servers[name].enterLine}`);
  for (const name of ['client-1', 'client-2', 'client-3'] as const)
    say(`${name}: ${stage.net.prefix(name).join(' ')} bash`);
  say('Ctrl-C ends all of it');
  return new Promise(() => setInterval(() => undefined, 60_000));
}
