// The faults of the day, each with the alarm that it must be.
import { keyOf } from '../../../api/src/alarms/core/judge.ts';
import type { CloudDay, Planted } from './cloud-day.ts';

export interface Fault {
  readonly name: string;
  readonly key: string;
  /** At most: it is healed some minutes after its alarm. */
  readonly withinMs: number;
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
  const withinMs = 20 * MINUTE_MS;
  return [
    // At midnight: a leak is found when the day's sessions do not explain it.
    {
      name: 'leak',
      key: keyOf('leak', nodeId),
      withinMs: 12 * 60 * MINUTE_MS,
      plant: (sinceMs) => ({ leaking: { nodeId, sinceMs } }),
    },
    { name: 'linkLoss', key: keyOf('link-loss', pair), withinMs, plant: () => ({ loss: { ...link, share: 0.1 } }) },
    {
      name: 'linkSlow',
      key: keyOf('link-rtt', pair),
      withinMs,
      plant: () => ({ slowLink: { ...link, rttMs: 120 } }),
    },
    { name: 'nodeKilled', key: keyOf('node-lost', nodeId), withinMs, plant: () => ({ deadNode: nodeId }) },
    {
      name: 'regionCut',
      key: keyOf('region-lost', region),
      withinMs,
      isOfRegion: true,
      plant: () => ({ deadRegion: region }),
    },
    {
      name: 'joinsFail',
      key: keyOf('join-failures', region),
      withinMs,
      isOfRegion: true,
      plant: () => ({ failingJoins: region }),
    },
    {
      name: 'clockOff',
      key: keyOf('clock-skew', nodeId),
      withinMs,
      plant: () => ({ clock: { nodeId, offsetMs: 120_000 } }),
    },
    {
      name: 'webhooksLate',
      key: keyOf('webhook-backlog', 'webhooks'),
      withinMs,
      plant: (sinceMs) => ({ lateWebhook: { sinceMs } }),
    },
    { name: 'diskFull', key: keyOf('disk-full', nodeId), withinMs, plant: () => ({ fullDisk: nodeId }) },
    {
      name: 'configDrift',
      key: keyOf('config-drift', nodeId),
      withinMs,
      plant: () => ({ drifted: nodeId }),
    },
    ...(['signaling', 'placement', 'media'] as const).map(
      (stage): Fault => ({
        name: `callsFailAt.${stage}`,
        key: keyOf('dial-region', region),
        withinMs,
        isOfRegion: true,
        plant: () => ({ failingDials: { region, stage } }),
      }),
    ),
    {
      name: 'pairCut',
      key: keyOf('dial-pair', [region, other].sort().join(' - ')),
      withinMs,
      plant: () => ({ failingPair: { region, other } }),
    },
    {
      name: 'cameraBlack',
      key: keyOf('picture-black', 'acme/room-0 person'),
      withinMs,
      plant: (sinceMs) => ({ blackCamera: { sinceMs } }),
    },
    {
      name: 'recordingWaits',
      key: keyOf('recorder-queue', 'recorders'),
      withinMs,
      plant: (sinceMs) => ({ waitingRecording: { sinceMs } }),
    },
  ];
}
