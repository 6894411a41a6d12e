import { limits } from '@meridian/protocol';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import type { Participant } from '../support/browser.ts';
import { callAcrossRegions, join, untilMoreFrames, untilMoreSound } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
import { until } from '../support/poll.ts';
import { sharedChromium } from '../support/shared-browser.ts';
import { sharedCloud } from '../support/shared-cloud.ts';

let cloud: TestCloud;
let browser: Browser;
/** Call that the tests share; undefined: the next test begins another. */
let inCall: { ana: Participant; bo: Participant } | undefined;
let ana: Participant;
let bo: Participant;
let call = 0;

const endCall = async (): Promise<void> => {
  const ending = inCall;
  inCall = undefined;
  if (ending !== undefined) await Promise.all([ending.ana.close(), ending.bo.close()]);
};

beforeAll(async () => {
  cloud = sharedCloud();
  browser = await sharedChromium();
});
afterAll(async () => {
  await endCall();
  await browser?.close();
});
beforeEach(async () => {
  onTestFailed(endCall);
  if (inCall === undefined) {
    call += 1;
    inCall = await callAcrossRegions(browser, cloud, { room: `features-${call}`, codec: 'vp8' });
  }
  ({ ana, bo } = inCall);
  await Promise.all([untilMoreFrames(bo, 5), untilMoreSound(bo)]);
});

const remote = '[...room.remoteParticipants.values()][0]';

describe('in a call', () => {
  it('muting stops the sound at the other side and is shown there; unmuting restores it', async () => {
    await ana.room('await room.localParticipant.setMicrophoneEnabled(false);');
    await until('Bo sees the mute', () =>
      bo.room<boolean>(`return ${remote}.getTrackPublication('microphone').isMuted;`),
    );
    await until('the sound has stopped', async () => {
      const before = (await bo.stats()).audio[0]?.packetsReceived ?? 0;
      await bo.page.waitForTimeout(500);
      return ((await bo.stats()).audio[0]?.packetsReceived ?? 0) - before <= 2;
    });
    await ana.room('await room.localParticipant.setMicrophoneEnabled(true);');
    await until('Bo sees the unmute', () =>
      bo.room<boolean>(`return !${remote}.getTrackPublication('microphone').isMuted;`),
    );
    await untilMoreSound(bo);
  });

  // Chromium sends VP8 in simulcast and VP9 in SVC.
  it.each(['vp8', 'vp9'])('%s: a small tile gets a lower layer, a large tile the full picture', async (codec) => {
    // A second page would keep the camera small.
    await endCall();
    const query = { room: `features-layers-${codec}`, codec };
    inCall = {
      ana: await join(browser, cloud, { ...query, name: 'Ana', from: 'frankfurt' }, 'as asked'),
      bo: await join(browser, cloud, { ...query, name: 'Bo', from: 'singapore', camera: '0' }),
    };
    ({ ana, bo } = inCall);
    const width = async (): Promise<number> => Math.max(0, ...(await bo.stats()).video.map((v) => v.frameWidth));
    await bo.page.setViewportSize({ width: 1600, height: 1000 });
    await until('the full picture', async () => (await width()) >= 1280);
    await bo.page.setViewportSize({ width: 360, height: 400 });
    await until('a lower layer', async () => (await width()) <= 640);
    await bo.page.setViewportSize({ width: 1600, height: 1000 });
    await until('the full picture again', async () => (await width()) >= 1280);
    await endCall();
  });

  it('a screen share arrives beside the camera', async () => {
    await ana.room("await room.localParticipant.setScreenShareEnabled(true, { contentHint: 'motion' });");
    expect(
      await ana.room(
        "return room.localParticipant.getTrackPublication('screen_share').track.mediaStreamTrack.contentHint;",
      ),
    ).toBe('motion');
    await until(
      'Bo gets both pictures',
      async () => (await bo.stats()).video.filter((v) => v.framesDecoded > 0).length >= 2,
    );
    expect(await bo.room(`return ${remote}.getTrackPublication('screen_share') !== undefined;`)).toBe(true);
    await ana.room('await room.localParticipant.setScreenShareEnabled(false);');
    await until('it ends', () =>
      bo.room<boolean>(`return ${remote}.getTrackPublication('screen_share') === undefined;`),
    );
  });

  it('a participant without autoSubscribe receives only the tracks that it requests', async () => {
    const token = await cloud.token(`features-${call}`, 'choosy');
    const subscribed =
      '[...room.remoteParticipants.values()].flatMap((p) => [...p.trackPublications.values()]).filter((t) => t.track)';
    const eve = await join(browser, cloud, { room: `features-${call}`, name: 'Eve', camera: '0', mic: '0' });
    await eve.page.evaluate(
      `(async () => {
        const Room = window.meridian.room.constructor;
        await window.meridian.room.disconnect();
        window.meridian.room = new Room();
        await window.meridian.room.connect('${cloud.entryUrl('frankfurt')}', '${token}', { autoSubscribe: false });
      })()`,
    );
    await until('Eve knows of both', () => eve.room<boolean>('return room.remoteParticipants.size === 2;'));
    await until('Eve knows their tracks', () =>
      eve.room<boolean>(
        "return [...room.remoteParticipants.values()].every((p) => p.getTrackPublication('camera') !== undefined);",
      ),
    );
    expect(await eve.room(`return ${subscribed}.length;`)).toBe(0);
    await eve.room("[...room.remoteParticipants.values()][0].getTrackPublication('camera').setSubscribed(true);");
    await until('Eve receives the one', () => eve.room<boolean>(`return ${subscribed}.length === 1;`));
    await eve.close();
  });

  it('data messages, reliable and lossy, arrive with topic and sender; too large ones are refused with a code', async () => {
    await bo.room(
      "window.got = []; room.on('dataReceived', (payload, participant, topic, reliable) => window.got.push([new TextDecoder().decode(payload), participant?.name, topic, reliable]));",
    );
    await ana.room("await room.localParticipant.publishData(new TextEncoder().encode('to all'), { topic: 'board' });");
    await ana.room("await room.localParticipant.publishData(new TextEncoder().encode('quick'), { reliable: false });");
    const messages = await until('both arrive', () =>
      bo.room<unknown[][] | false>('return window.got.length >= 2 && window.got;'),
    );
    expect(messages).toContainEqual(['to all', 'Ana', 'board', true]);
    expect(messages.map((row) => row[0])).toContain('quick');
    const codeOf = (bytes: number): Promise<string> =>
      ana.room(
        `try { await room.localParticipant.publishData(new Uint8Array(${bytes})); return "sent"; } catch (error) { return error.code; }`,
      );
    expect(await codeOf(limits.dataBytesMax)).toBe('sent');
    expect(await codeOf(limits.dataBytesMax + 1)).toBe('DATA_TOO_LARGE');
    await until('the largest arrives', () =>
      bo.room<boolean>(`return window.got.some(([text]) => text.length === ${limits.dataBytesMax});`),
    );
  });

  it('chat arrives in both directions, also in Chinese', async () => {
    for (const p of [ana, bo])
      await p.room(
        "window.chat = []; room.on('chatMessage', (message, from) => window.chat.push([message.text, from?.name]));",
      );
    await ana.room("await room.localParticipant.sendChatMessage('你好, Bo');");
    await bo.room("await room.localParticipant.sendChatMessage('hello, Ana');");
    await until('Bo reads it', () =>
      bo.room<boolean>("return window.chat.some((c) => c[0] === '你好, Bo' && c[1] === 'Ana');"),
    );
    await until('Ana reads it', () =>
      ana.room<boolean>("return window.chat.some((c) => c[0] === 'hello, Ana' && c[1] === 'Bo');"),
    );
  });

  it('a participant who speaks is an active speaker at the other side', async () => {
    await until('Bo sees Ana speak', () =>
      bo.room<boolean>("return room.activeSpeakers.some((p) => p.name === 'Ana');"),
    );
  });

  it('a reload with the same identity replaces the older session, and media returns', async () => {
    await ana.page.reload();
    await ana.connected();
    await until('Bo still sees exactly one Ana', () => bo.room<boolean>('return room.remoteParticipants.size === 1;'));
    await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  });
});

describe('at the end of a call', () => {
  afterEach(endCall);

  it('of two windows with the same identity the newer stays in the room, and the older gets the reason', async () => {
    const identity = await ana.room<string>('return room.localParticipant.identity;');
    await ana.room("window.ended = ''; room.on('disconnected', (reason) => { window.ended = reason; });");
    const token = await cloud.token(`features-${call}`, identity);
    const newer = await join(browser, cloud, {
      room: `features-other-${call}`,
      name: 'Other',
      from: 'frankfurt',
      camera: '0',
    });
    await newer.room(
      `const again = new room.constructor(); window.again = again; await again.connect('${cloud.entryUrl('singapore')}', ${JSON.stringify(token)}, { fromCity: 'singapore' });`,
    );
    await until('the older gets the reason', () => ana.room<boolean>("return window.ended === 'DUPLICATE_IDENTITY';"));
    await newer.close();
  });

  it('a kicked participant gets the reason, the others see them leave, and the same token waits for a host', async () => {
    await bo.room("window.ended = ''; room.on('disconnected', (reason) => { window.ended = reason; });");
    await ana.room(`await room.performAdmin.kick(${remote}.identity);`);
    await until('Bo gets the reason', () => bo.room<boolean>("return window.ended === 'KICKED';"));
    await until('Ana sees Bo go', () => ana.room<boolean>('return room.remoteParticipants.size === 0;'));
    const token = await cloud.token(
      `features-${call}`,
      await bo.room<string>('return room.localParticipant.identity;'),
    );
    const reason = await bo.room(
      `const again = new room.constructor(); const waits = new Promise((resolve) => again.on('waiting', ({ reason }) => resolve(reason))); const joined = again.connect('${cloud.entryUrl('singapore')}', ${JSON.stringify(token)}, { fromCity: 'singapore' }).then(() => 'joined', ({ code }) => code); const reason = await Promise.race([waits, joined]); await again.disconnect(); return reason;`,
    );
    expect(reason).toBe('removed');
  });
});
