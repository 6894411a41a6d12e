// Two browsers in two regions see and hear each other through two media nodes that relay.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages } from '../support/browser.ts';
import { callAcrossRegions, join, untilMoreFrames, untilMoreSound, whereabouts } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { pressInMore } from '../support/host-page.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
});

describe('a call across two regions', () => {
  it('both see and hear each other, each on the node of their own region', async () => {
    const { ana, bo } = await callAcrossRegions(browser, cloud, { room: 'call-vp8', codec: 'vp8' });
    const [atAna, atBo] = await Promise.all([
      untilMoreFrames(ana),
      untilMoreFrames(bo),
      untilMoreSound(ana),
      untilMoreSound(bo),
    ]);
    for (const stats of [atAna, atBo]) expect(stats.video.map((v) => v.mimeType)).toContain('video/VP8');
    expect(new Set(atAna.pairs.map((pair) => pair.remoteAddress))).toEqual(new Set(['127.0.1.5']));
    expect(new Set(atBo.pairs.map((pair) => pair.remoteAddress))).toEqual(new Set(['127.0.2.5']));
    // The node has begun DTLS on both transports.
    for (const stats of [atAna, atBo]) expect(stats.dtlsRoles).toEqual(['server', 'server']);
    await Promise.all([ana.close(), bo.close()]);
  });

  it('the decision can be explained afterwards: chosen node, scores, location source', async () => {
    const eva = await join(browser, cloud, { room: 'explain', name: 'Eva', from: 'singapore' });
    const { decisionId } = await whereabouts(eva);
    const decision = JSON.stringify(await cloud.decision(decisionId));
    expect(decision).toContain('sfu-sgp-1');
    expect(decision).toContain('host-fra');
    // Eva can also ask about herself.
    const explanation = await eva.room<{
      decisionId: string;
      reasons: string[];
      options: { nodeId: string; points: number }[];
    }>('return await room.explainPlacement();');
    expect([explanation.decisionId, explanation.options[0]?.nodeId]).toEqual([decisionId, 'sfu-sgp-1']);
    expect(explanation.options.map((option) => option.nodeId)).toContain('sfu-fra-1');
    expect(explanation.reasons.some((reason) => reason.startsWith('access: '))).toBe(true);
    // The answer to the join itself only names the source of her location.
    expect(await eva.room<string[]>('return room.placement.reasons;')).toEqual([
      'the city was named by the client (development)',
    ]);
    await pressInMore(eva, 'where');
    await eva.page.getByTestId('placement-option').nth(1).waitFor();
    await eva.close();
  });

  it('the other participant sees at once that somebody leaves', async () => {
    const { ana, bo } = await callAcrossRegions(browser, cloud, { room: 'leave', codec: 'vp8' });
    await until('Ana sees Bo', () => ana.room<boolean>('return room.remoteParticipants.size === 1;'));
    await bo.close();
    await until(
      'Ana knows that Bo left',
      () => ana.room<boolean>('return room.remoteParticipants.size === 0;'),
      10_000,
    );
    await ana.close();
  });
});
