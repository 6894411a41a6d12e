import process from 'node:process';
import { InvalidArgumentError } from 'commander';
import type { LabCase, LabResult, Metrics, Say } from '../../support/case.ts';
import { closeResources } from '../../test/support/resources.ts';
import { findPrograms } from './cluster.ts';
import { makeImages } from './images.ts';
import { type PhaseName, phaseNames, runPhase } from './phases.ts';
import { Stage } from './stage.ts';

/** Runs the chart in a real Kubernetes of two machines, each a region, and tests how a call survives faults there. */
export const kubernetes: LabCase = {
  name: 'kubernetes',
  summary:
    'the chart in a real Kubernetes: a call over two regions, upgrade, lost pods, autoscaling, a drain, no API server (root)',
  configure: (command) => {
    command
      .option(
        '--programs <folder>',
        'folder of kube-apiserver, -controller-manager, -scheduler, kubelet and helm; default: PATH',
      )
      .option(
        '--image <file>',
        'result of npm run image -- --tag localhost/meridian:lab --out FILE; by default it is made',
      )
      .option('--release <file>', 'result of npm run release, for the image')
      .option('--phases <list>', `which of ${phaseNames.join(',')}`, phasesOption, [...phaseNames])
      .option('--rtt <ms>', 'round trip between the two machines', Number, 40)
      .option('--keep', 'leaves everything running until Ctrl-C, and prints how to enter');
  },
  run: async (options, say) => {
    if (process.getuid?.() !== 0) throw new Error('cannot run: this case needs root (namespaces, mounts, containers)');
    const text = (name: string): string | undefined => options[name] as string | undefined;
    const phases = options['phases'] as PhaseName[];
    const rttMs = Number(options['rtt']);
    findPrograms(text('programs'));
    try {
      const images = await makeImages(text('image'), text('release'), say);
      say('network, stores, a Kubernetes of two machines');
      const stage = await Stage.create({ images, programs: text('programs'), rttMs, say });
      const { metrics, missed } = await runPhases(stage, phases);
      if (options['keep'] === true) await keepRunning(stage, say);
      return { params: { rttMs, phases: phases.join(',') }, metrics, missed };
    } finally {
      await closeResources(() => undefined);
    }
  },
};

/**
 * Runs the phases. A phase that fails counts as a missed target, and the next phases still run unless there is no call.
 */
async function runPhases(stage: Stage, phases: readonly PhaseName[]): Promise<Pick<LabResult, 'metrics' | 'missed'>> {
  const { say } = stage;
  const metrics: Record<string, Metrics> = {};
  const missed: string[] = [];
  for (const name of phases) {
    say(name);
    try {
      const outcome = await runPhase[name](stage);
      metrics[name] = outcome.metrics;
      missed.push(...outcome.missed.map((each) => `${name}: ${each}`));
      say(`  ${JSON.stringify(outcome.metrics)}`);
    } catch (error) {
      say(`${await stage.lastLogs()}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      missed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      if (name === 'install' || name === 'call') break;
    }
  }
  return { metrics, missed };
}

/** Returns the phases in their fixed order. All but `suites` need `install` and `call`, which are added. */
function phasesOption(list: string): PhaseName[] {
  const wanted = list.split(',');
  const unknown = wanted.find((name) => !phaseNames.some((each) => each === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`${unknown} is none of ${phaseNames.join(', ')}`);
  const isOnlySuites = wanted.every((name) => name === 'suites');
  const needed: readonly string[] = isOnlySuites ? [] : ['install', 'call'];
  return phaseNames.filter((name) => needed.includes(name) || wanted.includes(name));
}

/** Leaves the cluster running until an interrupt, which closes everything; never resolves. */
async function keepRunning(stage: Stage, say: Say): Promise<never> {
  const prefix = stage.net.prefix('server-1').join(' ');
  say(`${prefix} kubectl --kubeconfig ${stage.cluster.kubeconfig} --namespace meridian get pods`);
  say('Ctrl-C ends all of it');
  return new Promise(() => setInterval(() => undefined, 60_000));
}
