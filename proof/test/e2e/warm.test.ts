// A join on transports that were connected in the lobby (ADR 0045).
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, Participant } from '../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound } from '../support/call.ts';
import type { TestCloud } from '../support/cloud.ts';
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

/** Returns the states of the page's connections, in the order in which they were made. */
const states = (p: Participant): Promise<string[]> =>
  p.page.evaluate(() => (window as unknown as { pcs: RTCPeerConnection[] }).pcs.map((pc) => pc.connectionState));
const connected = async (p: Participant): Promise<number> =>
  (await states(p)).filter((state) => state === 'connected').length;

async function warmLobby(room: string, name: string, from = 'singapore'): Promise<Participant> {
  const bo = await Participant.open(browser, cloud.pageUrl, { room, name, from });
  await bo.page.waitForSelector('[data-testid=join]:not([disabled])');
  await until('both transports are connected in the lobby', async () => (await connected(bo)) === 2);
  return bo;
}

/** Returns the sections of the receiving connection, and the bytes of media received, without bandwidth probes. */
const received = (p: Participant): Promise<{ sections: number; bytes: number }> =>
  p.page.evaluate(async () => {
    let [sections, bytes] = [0, 0];
    for (const pc of (window as unknown as { pcs: RTCPeerConnection[] }).pcs) {
      if (pc.connectionState !== 'connected') continue;
      if (pc.remoteDescription?.type === 'offer') sections = pc.getTransceivers().length;
      for (const stat of (await pc.getStats()).values())
        if (stat.type === 'inbound-rtp' && stat.mid !== 'probator')
          bytes += (stat as RTCInboundRtpStreamStats).bytesReceived ?? 0;
    }
    return { sections, bytes };
  });

/** Counts the offers that the page's connections get from now on, in `offers`. */
const countOffers = (): void => {
  const scope = window as unknown as { offers: number };
  scope.offers = 0;
  const { prototype } = RTCPeerConnection;
  const original = prototype.setRemoteDescription as (description: RTCSessionDescriptionInit) => Promise<void>;
  prototype.setRemoteDescription = function (this: RTCPeerConnection, description: RTCSessionDescriptionInit) {
    if (description.type === 'offer') scope.offers += 1;
    return original.call(this, description);
  };
};
const offers = (p: Participant): Promise<number> =>
  p.page.evaluate(() => (window as unknown as { offers: number }).offers);

/** Marks video elements that the page makes from now on. */
const markVideos = (): void => {
  const original = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = original(name, options);
    if (element instanceof HTMLVideoElement) element.dataset['made'] = 'late';
    return element;
  }) as typeof document.createElement;
};
const madeOf = (p: Participant, name: string): Promise<string> =>
  p.page.evaluate((of) => {
    const tile = [...document.querySelectorAll('[data-tile]')].find(({ textContent }) => textContent.includes(of));
    const video = tile?.querySelector('video');
    return video === null || video === undefined ? 'none' : (video.dataset['made'] ?? 'before');
  }, name);
const meetingAhead = (
  p: Participant,
): Promise<{ visibility: string; width: number; hasPanel: boolean; hasMedia: boolean }> =>
  p.page.evaluate(() => {
    const stage = document.querySelector('[data-testid=meeting] .stage');
    if (stage === null) throw new Error('there is no stage');
    const hasPanel = document.querySelector('[data-testid=meeting] .panel') !== null;
    const hasMedia = document.querySelector('.meeting-layer > audio') !== null;
    return { visibility: getComputedStyle(stage).visibility, width: stage.clientWidth, hasPanel, hasMedia };
  });

/** Presses the key of the chat; returns whether the page takes it. */
async function takesKey(p: Participant): Promise<boolean> {
  await p.page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur(); // a field would get the letter
    const note = (event: KeyboardEvent): void => {
      document.body.dataset['taken'] = String(event.defaultPrevented);
    };
    addEventListener('keydown', note, { once: true });
  });
  await p.page.keyboard.press('c');
  return (await p.page.evaluate(() => document.body.dataset['taken'])) === 'true';
}

describe('a person in the lobby', () => {
  it('gets nothing of the room’s media before the click, and then plays it without another offer', async () => {
    const ana = await join(browser, cloud, { room: 'warm-ahead', name: 'Ana', from: 'frankfurt' });
    const bo = await warmLobby('warm-ahead', 'Bo', 'frankfurt');
    // A medium that is never sent, the probes, Ana's camera and microphone.
    await until('the media are set up in the lobby', async () => (await received(bo)).sections === 4);
    await bo.page.evaluate(countOffers);
    await bo.page.evaluate(markVideos);
    await untilMoreFrames(
      await join(browser, cloud, { room: 'warm-ahead', name: 'Cy', from: 'frankfurt', camera: '0', mic: '0' }),
    );
    expect((await received(bo)).bytes, 'while Ana is seen by others').toBe(0);
    await bo.page.click('[data-testid=join]');
    await bo.connected();
    await Promise.all([untilMoreFrames(bo), untilMoreSound(bo), untilMoreFrames(ana), untilMoreSound(ana)]);
    expect(await offers(bo)).toBe(0);
    expect(await madeOf(bo, 'Ana'), 'the element of Ana’s picture').toBe('before');
  });

  it('has the meeting laid out, and does not see it before the click', async () => {
    const bo = await warmLobby('warm-layout', 'Bo');
    const ahead = await meetingAhead(bo);
    expect(ahead).toEqual({ visibility: 'hidden', width: expect.any(Number), hasPanel: false, hasMedia: true });
    expect(ahead.width).toBeGreaterThan(300);
    expect(await takesKey(bo), 'a key of the meeting, in the lobby').toBe(false);
    const preview = bo.page.locator('.video-box video');
    const pausedIn = await preview.evaluateHandle((video) => {
      const seen: boolean[] = [];
      video.addEventListener('pause', () => seen.push(video.isConnected));
      return seen;
    });
    await bo.page.click('[data-testid=join]');
    await bo.connected();
    expect(await meetingAhead(bo)).toEqual({ ...ahead, visibility: 'visible' });
    expect((await pausedIn.jsonValue())[0], 'the own picture stood still in the lobby, instead of black').toBe(true);
    expect(await takesKey(bo)).toBe(true);
    await until('the chat is open', async () => (await meetingAhead(bo)).hasPanel);
  });

  it('has connected transports, of which the room learns nothing, and joins on them', async () => {
    const ana = await join(browser, cloud, { room: 'warm', name: 'Ana', from: 'frankfurt' });
    const bo = await warmLobby('warm', 'Bo');
    const made = (await states(bo)).length;
    expect(await ana.room<number>('return room.remoteParticipants.size;')).toBe(0);
    await bo.page.click('[data-testid=join]');
    await bo.connected();
    await Promise.all([untilMoreFrames(bo), untilMoreSound(bo), untilMoreFrames(ana), untilMoreSound(ana)]);
    expect(await states(bo), 'no connection was made after the click').toHaveLength(made);
    expect(await bo.room<string>('return room.placement.nodeId;')).toBe('sfu-sgp-1');
  });

  it('joins on new transports after the warm ones have gone', async () => {
    const ana = await join(browser, cloud, { room: 'warm-gone', name: 'Ana', from: 'frankfurt' });
    const bo = await warmLobby('warm-gone', 'Bo');
    const made = (await states(bo)).length;
    await bo.page.evaluate(() => {
      for (const pc of (window as unknown as { pcs: RTCPeerConnection[] }).pcs) pc.close();
    });
    await bo.page.click('[data-testid=join]');
    await bo.connected();
    await Promise.all([untilMoreFrames(bo), untilMoreFrames(ana)]);
    expect((await states(bo)).length).toBeGreaterThan(made);
  });
});
