// What several browser tests do: put participants into a call and wait until media really flows.
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { type CameraSize, type MediaStats, Participant } from './browser.ts';
import type { TestCloud } from './cloud.ts';
import { until } from './poll.ts';

export interface Where {
  nodeId: string;
  nodeRegion: string;
  signalingId: string;
  ownerId: string;
  decisionId: string;
}

/** What the participant's "where am I" says. */
export const where = (p: Participant): Promise<Where> =>
  p.room(
    'const w = room.placement; return { nodeId: w.nodeId, nodeRegion: w.region, signalingId: w.signalingId, ownerId: w.ownerId, decisionId: w.decisionId };',
  );

/** Joins one participant by the meeting page. */
export async function join(
  browser: Browser,
  cloud: TestCloud,
  query: Record<string, string>,
  camera?: CameraSize,
): Promise<Participant> {
  const participant = await Participant.open(browser, cloud.pageUrl, { join: '1', ...query }, camera);
  await participant.connected();
  return participant;
}

/** Ana in Frankfurt and Bo in Singapore; asserts that their sockets and their media are on different instances and nodes. */
export async function callAcrossRegions(
  browser: Browser,
  cloud: TestCloud,
  query: Record<string, string>,
): Promise<{ ana: Participant; bo: Participant }> {
  const ana = await join(browser, cloud, { name: 'Ana', from: 'frankfurt', ...query });
  const bo = await join(browser, cloud, { name: 'Bo', from: 'singapore', ...query });
  const [a, b] = await Promise.all([where(ana), where(bo)]);
  expect(a).toMatchObject({ nodeRegion: 'frankfurt', signalingId: 'sig-fra' });
  expect(b).toMatchObject({ nodeRegion: 'singapore', signalingId: 'sig-sgp' });
  expect(a.ownerId).toBe(b.ownerId);
  return { ana, bo };
}

const most = (numbers: readonly number[]): number => Math.max(0, ...numbers);

/** Resolves when decoded frames have grown by `frames` since the call of this function. */
export async function seesMore(p: Participant, frames = 20, deadlineMs = 20_000): Promise<MediaStats> {
  const start = most((await p.stats()).video.map((v) => v.framesDecoded));
  return until(
    `${p.name} sees ${frames} more frames`,
    async () => {
      const stats = await p.stats();
      return most(stats.video.map((v) => v.framesDecoded)) - start >= frames && stats;
    },
    deadlineMs,
  );
}

/** Resolves when received audio energy has grown three times since the call of this function. */
export async function hearsMore(p: Participant, deadlineMs = 20_000): Promise<void> {
  let last = most((await p.stats()).audio.map((a) => a.totalAudioEnergy));
  let grown = 0;
  await until(
    `${p.name} hears more`,
    async () => {
      const now = most((await p.stats()).audio.map((a) => a.totalAudioEnergy));
      if (now > last) grown += 1;
      last = now;
      return grown >= 3;
    },
    deadlineMs,
  );
}
