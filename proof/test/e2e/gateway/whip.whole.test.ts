// A page without our code publishes by WHIP in one region; a browser with our SDK sees it in the other.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { RoomView } from '../../../../media/gateway/src/live/live-rooms.ts';
import { closePages, type Participant } from '../../support/browser.ts';
import { join, untilMoreFrames, untilMoreSound, whereabouts } from '../../support/call.ts';
import { untilFleetAlive } from '../../support/fleet.ts';
import { until } from '../../support/poll.ts';
import { sharedChromium } from '../../support/shared-browser.ts';
import { sharedCloud } from '../../support/shared-cloud.ts';
import { type Ways, waysOf } from '../../support/ways.ts';

const cloud = sharedCloud();
let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(() => browser?.close());

interface Posted {
  readonly status: number;
  readonly code: string;
  readonly links: string | null;
}
interface Whip {
  readonly pc: RTCPeerConnection;
  location: string;
  etag: string;
}
interface SentVideo {
  readonly mimeType: string;
  readonly encodings: readonly (RTCRtpEncodingParameters & { readonly scalabilityMode?: string })[];
}
type Scope = typeof globalThis & { whip: Whip };

class WhipPage {
  readonly #page: Page;
  readonly #url: string;
  readonly #key: string;

  static async open({ publish }: Ways): Promise<WhipPage> {
    const context = await browser.newContext();
    return new WhipPage(await context.newPage(), publish?.whip ?? { url: '', key: '' });
  }
  private constructor(page: Page, { url, key }: { url: string; key: string }) {
    this.#page = page;
    this.#url = url;
    this.#key = key;
  }

  /**
   * Offers a moving picture and a tone, and applies the answer. `video`: the only offered codec, and its encodings.
   */
  publish(video?: SentVideo): Promise<Posted> {
    return this.#page.evaluate(
      async ({ url: to, key, sent }) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = sent === undefined ? [320, 240] : [640, 360];
        const draw = canvas.getContext('2d');
        setInterval(() => {
          if (draw === null) return;
          draw.fillStyle = `hsl(${performance.now() % 360} 100% 50%)`;
          draw.fillRect(0, 0, canvas.width, canvas.height);
        }, 40);
        const sound = new AudioContext();
        const [tone, out] = [sound.createOscillator(), sound.createMediaStreamDestination()];
        tone.connect(out);
        tone.start();
        const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
        for (const track of out.stream.getTracks()) pc.addTransceiver(track, { direction: 'sendonly' });
        for (const track of canvas.captureStream(25).getTracks()) {
          const sender = pc.addTransceiver(track, {
            direction: 'sendonly',
            ...(sent && { sendEncodings: [...sent.encodings] }),
          });
          const { codecs = [] } = RTCRtpSender.getCapabilities('video') ?? {};
          if (sent !== undefined)
            sender.setCodecPreferences(
              codecs.filter(({ mimeType }) => [sent.mimeType, 'video/rtx'].includes(mimeType)),
            );
        }
        await pc.setLocalDescription();
        const offered = pc.localDescription?.sdp ?? '';
        const response = await fetch(to, {
          method: 'POST',
          headers: { 'content-type': 'application/sdp', authorization: `Bearer ${key}` },
          body: offered,
        });
        const body = await response.text();
        const links = response.headers.get('link');
        if (response.status !== 201) {
          pc.close();
          return { status: response.status, code: (JSON.parse(body) as { code: string }).code, links };
        }
        await pc.setRemoteDescription({ type: 'answer', sdp: body });
        const location = new URL(response.headers.get('location') ?? '', to).href;
        (globalThis as Scope).whip = { pc, location, etag: response.headers.get('etag') ?? '' };
        return { status: 201, code: '', links };
      },
      { url: this.#url, key: this.#key, sent: video },
    );
  }

  restartIce(): Promise<number> {
    return this.#page.evaluate(async (key) => {
      const { whip } = globalThis as Scope;
      const named = (text: string, name: string): string => new RegExp(`a=${name}:(\\S+)`).exec(text)?.[1] ?? '';
      const offer = await whip.pc.createOffer({ iceRestart: true });
      await whip.pc.setLocalDescription(offer);
      const sdp = offer.sdp ?? '';
      const fragment = `a=ice-ufrag:${named(sdp, 'ice-ufrag')}\r\na=ice-pwd:${named(sdp, 'ice-pwd')}\r\n`;
      const headers = { 'content-type': 'application/trickle-ice-sdpfrag', authorization: `Bearer ${key}` };
      const response = await fetch(whip.location, {
        method: 'PATCH',
        headers: { ...headers, 'if-match': '"*"' },
        body: fragment,
      });
      const answer = await response.text();
      whip.etag = response.headers.get('etag') ?? '';
      const before = whip.pc.currentRemoteDescription?.sdp ?? '';
      const after = before
        .replaceAll(/a=ice-ufrag:\S+/g, `a=ice-ufrag:${named(answer, 'ice-ufrag')}`)
        .replaceAll(/a=ice-pwd:\S+/g, `a=ice-pwd:${named(answer, 'ice-pwd')}`);
      await whip.pc.setRemoteDescription({ type: 'answer', sdp: after });
      return response.status;
    }, this.#key);
  }

  ask(method: 'DELETE' | 'PATCH'): Promise<number> {
    return this.#page.evaluate(
      async ({ verb, key }) => {
        const { location, etag } = (globalThis as Scope).whip;
        const headers = { authorization: `Bearer ${key}`, 'if-match': etag };
        const patch = { body: 'a=end-of-candidates\r\n', type: 'application/trickle-ice-sdpfrag' };
        const response = await fetch(
          location,
          verb === 'PATCH'
            ? { method: verb, headers: { ...headers, 'content-type': patch.type }, body: patch.body }
            : { method: verb, headers },
        );
        return response.status;
      },
      { verb: method, key: this.#key },
    );
  }

  state(): Promise<RTCPeerConnectionState> {
    return this.#page.evaluate(() => (globalThis as Scope).whip.pc.connectionState);
  }
}

const isGone = (bo: Participant): Promise<boolean> =>
  until('the publisher is gone', () => bo.room<boolean>('return room.remoteParticipants.size === 0;'));
const sessionOf = (bo: Participant): Promise<string> =>
  bo.room<string>('return [...room.remoteParticipants.values()][0]?.sessionId ?? "";');
async function liveOf(room: string): Promise<RoomView> {
  const headers = { authorization: `Bearer ${await cloud.token(room, 'ann')}` };
  return (await (
    await fetch(`http://127.0.1.8:${7890 + cloud.portOffset}/v1/addresses`, { headers })
  ).json()) as RoomView;
}
const ways = (room: string): Promise<Ways> => waysOf(cloud, 'frankfurt', { room, identity: 'ann' });

it('a page publishes by WHIP in one region and is seen and heard in the other, until it ends the session', async () => {
  const room = 'whip';
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  expect(await whereabouts(bo)).toMatchObject({ nodeId: 'sfu-sgp-1' });
  const page = await WhipPage.open(await ways(room));
  expect(await page.publish()).toEqual({ status: 201, code: '', links: null });
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  const remoteScript = 'const p = [...room.remoteParticipants.values()][0]; return [p.identity, p.kind];';
  expect(await bo.room(remoteScript)).toEqual(['ann-encoder', 'gateway']);
  await until('the gateway knows by the media node what arrives', async () => {
    const live = await liveOf(room);
    return (live.publishers[0]?.video?.bitrateKbps ?? 0) > 0 && (live.publishers[0]?.audio?.bitrateKbps ?? 0) > 0;
  });
  expect(await page.ask('PATCH')).toBe(204);

  expect(await page.restartIce()).toBe(200);
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(await page.ask('PATCH')).toBe(204);

  expect(await page.ask('DELETE')).toBe(200);
  await isGone(bo);
  expect([await page.ask('DELETE'), await page.ask('PATCH')]).toEqual([404, 404]);
});

it('a WHIP session outlives a signaling node, and ends with its media node or its removal', async () => {
  const room = 'whip survives';
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  const first = await WhipPage.open(await ways(room));
  await first.publish();
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  const session = await sessionOf(bo);

  cloud.kill('sig-fra');
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  expect(await sessionOf(bo)).toBe(session);
  await until('the session can be spoken to', async () => (await first.ask('PATCH')) === 204);

  cloud.kill('sfu-fra-1');
  await until('the session is over', async () => (await first.ask('PATCH')) === 404);
  await until('its client sees that', async () => (await first.state()) !== 'connected');

  const second = await WhipPage.open(await ways(room));
  await until('it is let in again', async () => (await second.publish()).status === 201);
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo)]);
  await bo.room('await room.performAdmin.kick([...room.remoteParticipants.values()][0].identity);');
  await isGone(bo);
  await until('the session is over', async () => (await second.ask('PATCH')) === 404);
  await until('its client sees that', async () => (await second.state()) !== 'connected');
  const third = await WhipPage.open(await ways(room));
  expect(await third.publish()).toMatchObject({ code: 'KICKED' });
  await untilFleetAlive(cloud);
});

const layers = [{ rid: 'high' }, { rid: 'low', scaleResolutionDownBy: 2 }];
it.each([
  ['video/AV1', 'spatial layers', [{ scalabilityMode: 'L2T3_KEY' }]],
  ['video/VP9', 'spatial layers', [{ scalabilityMode: 'L2T3_KEY' }]],
  ['video/AV1', 'simulcast', layers],
  ['video/VP9', 'simulcast', layers],
  ['video/H264', 'simulcast', layers],
] as const)('%s with %s by WHIP is shown', async (mimeType, what, encodings) => {
  const room = `whip ${mimeType.slice('video/'.length)} ${what}`;
  const bo = await join(browser, cloud, { room, name: 'Bo', from: 'singapore', camera: '0' });
  const page = await WhipPage.open(await ways(room));
  expect(await page.publish({ mimeType, encodings })).toMatchObject({ status: 201 });
  const { video } = await untilMoreFrames(bo);
  expect(video.map((one) => one.mimeType)).toContain(mimeType);
  expect(await page.ask('DELETE')).toBe(200);
});
