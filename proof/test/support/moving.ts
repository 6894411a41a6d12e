// Moves a participant of Frankfurt to other media nodes while three people talk: the room stays whole and the others
// hardly notice.
import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import type { Participant } from './browser.ts';
import { join, untilMoreFrames, untilMoreSound, whereabouts } from './call.ts';
import type { TestCloud } from './cloud.ts';
import { continuityOf, watchContinuity } from './continuity.ts';
import { until } from './poll.ts';
import { camera, expectUnbroken } from './talking.ts';

/** Limit of a move, which may have to wait: a session is not moved again within a minute. */
const moveDeadlineMs = 100_000;

const sessionOf = (p: Participant): Promise<string> => p.room('return room.localParticipant.sessionId;');
const tracksOf = (p: Participant): Promise<string[]> =>
  p.room(
    'return [...room.remoteParticipants.values()].flatMap((r) => [...r.trackPublications.values()].filter((t) => t.subscribed).map((t) => t.trackId)).sort();',
  );
const move = async (cloud: TestCloud, p: Participant, toNodeId: string): Promise<void> => {
  await p.room("window.movedTo = ''; room.once('moved', (placement) => { window.movedTo = placement.nodeId; });");
  await cloud.move(await sessionOf(p), toNodeId);
  await until(
    `${p.name} is moved to ${toNodeId}`,
    () => p.room<boolean>(`return window.movedTo === '${toNodeId}';`),
    moveDeadlineMs,
  );
};

/** Moves Ana to each of `nodeIds` in turn; every second move waits until a minute has passed since the last. */
export async function moveWhileTalking(browser: Browser, cloud: TestCloud, nodeIds: readonly string[]): Promise<void> {
  const query = { room: `moving-${nodeIds.length}`, codec: 'vp8' };
  const ana = await join(browser, cloud, { ...query, name: 'Ana', from: 'frankfurt' }, camera);
  const bo = await join(browser, cloud, { ...query, name: 'Bo', from: 'singapore' }, camera);
  const cy = await join(browser, cloud, { ...query, name: 'Cy', from: 'frankfurt' }, camera);
  const all = [ana, bo, cy];
  expect((await whereabouts(ana)).nodeId).toBe('sfu-fra-1');
  for (const p of all) await until(`${p.name} receives all`, async () => (await tracksOf(p)).length === 4);
  await Promise.all(all.map((p) => untilMoreFrames(p)));
  const before = await Promise.all(all.map(tracksOf));
  for (const p of all)
    await p.room(
      "window.lost = []; room.on('trackUnsubscribed', (track) => window.lost.push(track.trackId)); room.on('reconnecting', () => window.lost.push('reconnecting'));",
    );
  await Promise.all(all.map(watchContinuity));
  for (const nodeId of nodeIds) {
    await Promise.all(all.map(continuityOf));
    await move(cloud, ana, nodeId);
    await Promise.all(all.map((p) => untilMoreFrames(p, 30)));
    await Promise.all(all.map((p) => untilMoreSound(p)));
    await expectUnbroken(all, `at ${nodeId}`);
    // The old node releases Ana, and everybody knows her new node.
    await until(
      'the others know',
      async () =>
        (await bo.room<string>(
          "return [...room.remoteParticipants.values()].find((p) => p.name === 'Ana').region;",
        )) === (nodeId === 'sfu-sgp-1' ? 'singapore' : 'frankfurt'),
    );
    await until('only the new transports are left', () =>
      ana.room<boolean>("return window.pcs.filter((pc) => pc.connectionState !== 'closed').length === 2;"),
    );
  }
  expect(await Promise.all(all.map((p) => p.room('return window.lost;')))).toEqual([[], [], []]);
  expect(await Promise.all(all.map(tracksOf))).toEqual(before);

  // Mute, data and a new track use her new node.
  await ana.room('await room.localParticipant.setMicrophoneEnabled(false);');
  await until('Bo sees that Ana is muted', () =>
    bo.room<boolean>(
      "return [...room.remoteParticipants.values()].find((p) => p.name === 'Ana').getTrackPublication('microphone').isMuted;",
    ),
  );
  await bo.room("window.said = []; room.on('chatMessage', (message) => window.said.push(message.text));");
  await ana.room("await room.localParticipant.sendChatMessage('here');");
  await until('Bo reads what Ana wrote', () => bo.room<boolean>("return window.said.includes('here');"));
  await Promise.all(all.map((p) => p.close()));
}
