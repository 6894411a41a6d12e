// The faults of the day, each with the alarm that it must be.
import { keyOf } from '../../../api/src/alarms/core/judge.ts';
import type { CloudDay, Planted } from './cloud-day.ts';

export interface Fault {
  readonly name: string;
  readonly key: string;
  readonly lastsMs: number;
  /** Of a region: known within a minute. */
  readonly isOfRegion?: boolean;
  plant(beganMs: number): Planted;
}

const MINUTE_MS = 60_000;

export function faultsOf(cloud: CloudDay): Fault[] {
  const region = cloud.regions.find((one) => cloud.nodesOf(one).length >= 4) ?? '';
  const nodeId = cloud.nodesOf(region)[0]?.nodeId ?? '';
  const other = cloud.regions.find((one) => one !== region) ?? '';
  const link = cloud.firstLink;
  const pair = [cloud.siteOf(link.fromCity), cloud.siteOf(link.toCity)].sort().join(' - ');
  const lastsMs = 5 * MINUTE_MS;
  return [
    { name: 'linkLoss', key: keyOf('link-loss', pair), lastsMs, plant: () => ({ loss: { ...link, share: 0.1 } }) },
    {
      name: 'linkSlow',
      key: keyOf('link-rtt', pair),
      lastsMs,
      plant: () => ({ slowLink: { ...link, rttMs: 120 } }),
    },
    {
      name: 'leak',
      key: keyOf('leak', nodeId),
      lastsMs: 8 * 60 * MINUTE_MS,
      plant: (sinceMs) => ({ leaking: { nodeId, sinceMs } }),
    },
    { name: 'nodeKilled', key: keyOf('node-lost', nodeId), lastsMs, plant: () => ({ deadNode: nodeId }) },
    {
      name: 'regionCut',
      key: keyOf('region-lost', region),
      lastsMs,
      isOfRegion: true,
      plant: () => ({ deadRegion: region }),
    },
    {
      name: 'joinsFail',
      key: keyOf('join-failures', region),
      lastsMs,
      isOfRegion: true,
      plant: () => ({ failingJoins: region }),
    },
    {
      name: 'clockOff',
      key: keyOf('clock-skew', nodeId),
      lastsMs,
      plant: () => ({ clock: { nodeId, offsetMs: 120_000 } }),
    },
    {
      name: 'webhooksLate',
      key: keyOf('webhook-backlog', 'webhooks'),
      lastsMs,
      plant: (sinceMs) => ({ lateWebhook: { sinceMs } }),
    },
    { name: 'diskFull', key: keyOf('disk-full', nodeId), lastsMs, plant: () => ({ fullDisk: nodeId }) },
    {
      name: 'configDrift',
      key: keyOf('config-drift', nodeId),
      lastsMs: 20 * MINUTE_MS,
      plant: () => ({ drifted: nodeId }),
    },
    ...(['signaling', 'placement', 'media'] as const).map(
      (stage): Fault => ({
        name: `callsFailAt.${stage}`,
        key: keyOf('dial-region', region),
        lastsMs,
        isOfRegion: true,
        plant: () => ({ failingDials: { region, stage } }),
      }),
    ),
    {
      name: 'pairCut',
      key: keyOf('dial-pair', [region, other].sort().join(' - ')),
      lastsMs,
      isOfRegion: true,
      plant: () => ({ failingPair: { region, other } }),
    },
    {
      name: 'cameraBlack',
      key: keyOf('picture-black', 'acme/room-0 person'),
      lastsMs,
      plant: (sinceMs) => ({ blackCamera: { sinceMs } }),
    },
    {
      name: 'recordingWaits',
      key: keyOf('recorder-queue', 'recorders'),
      lastsMs,
      plant: (sinceMs) => ({ waitingRecording: { sinceMs } }),
    },
  ];
}
