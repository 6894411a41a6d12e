import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { type CameraSize, type MediaStats, Participant } from './browser.ts';
import type { TestCloud } from './cloud.ts';
import { until } from './poll.ts';

export interface Whereabouts {
  nodeId: string;
  nodeRegion: string;
  signalingId: string;
  ownerId: string;
  decisionId: string;
}

export const whereabouts = (p: Participant): Promise<Whereabouts> =>
  p.room(
    'const w = room.placement; return { nodeId: w.nodeId, nodeRegion: w.region, signalingId: w.signalingId, ownerId: w.ownerId, decisionId: w.decisionId };',
  );

export async function join(
  browser: Browser,
  cloud: TestCloud,
  query: Record<string, string>,
  camera?: CameraSize | 'as asked',
): Promise<Participant> {
  const participant = await Participant.open(browser, cloud.pageUrl, { join: '1', ...query }, camera);
  await participant.connected();
  return participant;
}

/**
 * Opens a call of Ana in Frankfurt and Bo in Singapore; asserts that their sockets and their media are on different
 * instances and nodes.
 */
export async function callAcrossRegions(
  browser: Browser,
  cloud: TestCloud,
  query: Record<string, string>,
): Promise<{ ana: Participant; bo: Participant }> {
  const ana = await join(browser, cloud, { name: 'Ana', from: 'frankfurt', ...query });
  const bo = await join(browser, cloud, { name: 'Bo', from: 'singapore', ...query });
  const [a, b] = await Promise.all([whereabouts(ana), whereabouts(bo)]);
  expect(a).toMatchObject({ nodeRegion: 'frankfurt', signalingId: 'sig-fra' });
  expect(b).toMatchObject({ nodeRegion: 'singapore', signalingId: 'sig-sgp' });
  expect(a.ownerId).toBe(b.ownerId);
  return { ana, bo };
}

/**
 * Returns the largest growth of a track's counter. The highest counter itself says nothing: it may belong to the track
 * of a person who has left.
 */
const growth = (before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): number =>
  Math.max(0, ...[...now].map(([track, count]) => count - (before.get(track) ?? 0)));
const framesOf = ({ video }: MediaStats): Map<string, number> =>
  new Map(video.map((v) => [v.trackIdentifier, v.framesDecoded]));
const energiesOf = ({ audio }: MediaStats): Map<string, number> =>
  new Map(audio.map((a) => [a.trackIdentifier, a.totalAudioEnergy]));

/** Resolves when the decoded frames of a track have grown by `frames` since the call. */
export async function untilMoreFrames(p: Participant, frames = 20, deadlineMs = 90_000): Promise<MediaStats> {
  const start = framesOf(await p.stats());
  return until(
    `${p.name} sees ${frames} more frames`,
    async () => {
      const stats = await p.stats();
      return growth(start, framesOf(stats)) >= frames && stats;
    },
    deadlineMs,
  );
}

/** Resolves when received audio energy has grown three times since the call. */
export async function untilMoreSound(p: Participant, deadlineMs = 90_000): Promise<void> {
  let last = energiesOf(await p.stats());
  let grown = 0;
  await until(
    `${p.name} hears more`,
    async () => {
      const now = energiesOf(await p.stats());
      if (growth(last, now) > 0) grown += 1;
      last = now;
      return grown >= 3;
    },
    deadlineMs,
  );
}
