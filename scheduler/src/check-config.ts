// Rules of the centre's configuration beyond its schema.
import {
  type ConfigIssue,
  folderIssues,
  isUnspecified,
  type PortUse,
  portIssues,
  reachOf,
  urlIssues,
} from '@meridian/runtime';
import type { SchedulerConfig } from './config.ts';
import { locationIssues } from './location.ts';

export function checkConfig(config: SchedulerConfig): ConfigIssue[] {
  return [
    ...folderIssues('stateDir', config.stateDir),
    ...portIssues(portsOf(config)),
    ...severalIssues(config),
    ...instanceIssues(config),
    ...autoscaleIssues(config),
    ...locationIssues(config),
    ...developmentIssues(config),
  ];
}

function portsOf(config: SchedulerConfig): PortUse[] {
  const at = (key: string, ip: string, port: number): PortUse => ({
    key,
    ip,
    protocol: 'tcp',
    portMin: port,
    portMax: port,
  });
  return [
    at('linkPort', config.linkHost, config.linkPort),
    at('httpPort', config.httpHost, config.httpPort),
    at('metricsPort', config.metricsHost, config.metricsPort),
  ];
}

/** Rules for centres that agree through Redis and name each other to nodes. */
function severalIssues({ standby, placesRegion, redisUrl, linkUrl, linkHost }: SchedulerConfig): ConfigIssue[] {
  if (!standby && placesRegion === undefined) return [];
  const issues: ConfigIssue[] = [];
  const why = standby ? 'standby' : 'placesRegion';
  if (redisUrl === undefined) {
    const allowed = `a value: with ${why} the centres agree through Redis`;
    issues.push({ key: 'redisUrl', value: undefined, allowed, example: 'rediss://10.0.0.5:6379' });
  }
  if (linkUrl === undefined && isUnspecified(linkHost)) {
    const allowed = `a value: with ${why} nodes are given this address, and they cannot dial ${linkHost}`;
    issues.push({ key: 'linkUrl', value: undefined, allowed, example: 'wss://10.0.0.1:7000' });
  }
  return issues;
}

function instanceIssues({ placesRegion, centreUrl, autoscale }: SchedulerConfig): ConfigIssue[] {
  const example = 'wss://10.0.0.1:7000';
  if (placesRegion === undefined) {
    if (centreUrl === undefined) return [];
    const allowed = 'nothing without placesRegion: this centre leads, and dials no other';
    return [{ key: 'centreUrl', value: centreUrl, allowed, isWarning: true }];
  }
  const issues: ConfigIssue[] = [];
  if (centreUrl === undefined) {
    const allowed = 'a value: placesRegion needs to know where the centres that lead are';
    issues.push({ key: 'centreUrl', value: undefined, allowed, example });
  } else issues.push(...centreUrl.split(',').flatMap((url) => urlIssues('centreUrl', url, { example })));
  if (autoscale !== undefined) {
    const allowed = 'nothing beside placesRegion: nodes are started by the centre that leads';
    issues.push({ key: 'autoscale', value: '(given)', allowed });
  }
  return issues;
}

function autoscaleIssues({ autoscale, kubernetes }: SchedulerConfig): ConfigIssue[] {
  if (autoscale === undefined) return [];
  const { driver, nodesMin, nodesMax } = autoscale;
  const issues: ConfigIssue[] = [];
  if (nodesMin > nodesMax) {
    const allowed = `a number of at least nodesMin (${nodesMin})`;
    issues.push({ key: 'autoscale.nodesMax', value: nodesMax, allowed, example: nodesMin });
  }
  const allowed = `a value: the driver ${driver} needs it`;
  if (driver === 'kubernetes' && kubernetes === undefined)
    issues.push({ key: 'kubernetes', value: undefined, allowed, example: { namespace: 'meridian' } });
  for (const key of ['controlUrl', 'controlToken'] as const) {
    if (driver === 'log' || driver === 'kubernetes' || autoscale[key] !== undefined) continue;
    issues.push({ key: `autoscale.${key}`, value: undefined, allowed });
  }
  return issues;
}

function developmentIssues({ developmentCities, linkHost }: SchedulerConfig): ConfigIssue[] {
  if (!developmentCities || reachOf(linkHost) === 'machine') return [];
  const allowed = 'false in operation: it is for development';
  return [{ key: 'developmentCities', value: true, allowed, example: false, isWarning: true }];
}
