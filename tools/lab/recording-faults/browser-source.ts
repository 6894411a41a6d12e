// Chromium as what is recorded: a canvas that flashes and a beep, each whole second of its clock, by WHIP or the SDK.
import type { Rng } from '@meridian/runtime';
import type { Browser, Page } from 'playwright-core';
import { Participant } from '../../../test/support/browser.ts';
import { where } from '../../../test/support/call.ts';
import { until } from '../../../test/support/poll.ts';
import type { Ways } from '../../../test/support/ways.ts';
import { LossyPath } from './lossy-path.ts';

/** What no codec can shrink to nothing: many packets, of which some are lost. */
const NOISE = `
    for (let i = 0; i < words.length; i += 7) words[i] = 0xff000000 | (Math.random() * 0x404040);
    drawing.putImageData(noise, 0, 0);`;
/** What a codec shrinks well: at the start of a connection, and so of a move, Chromium may send 0.3 Mbit/s. */
const BAR = `
    drawing.fillStyle = 'black';
    drawing.fillRect(0, 0, 640, 360);
    drawing.fillStyle = 'gray';
    drawing.fillRect((now / 5) % 640, 0, 20, 360);`;
/** In the page: these pictures, white for the first 100 ms of each second. */
const sceneOf = (drawn: string): string => `
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const drawing = canvas.getContext('2d', { alpha: false });
  const noise = drawing.createImageData(640, 360);
  const words = new Uint32Array(noise.data.buffer);
  const audio = new AudioContext();
  const tone = new OscillatorNode(audio, { frequency: 1000 });
  const gain = new GainNode(audio, { gain: 0 });
  const out = audio.createMediaStreamDestination();
  tone.connect(gain).connect(out);
  tone.start();
  await audio.resume();
  let second = -1;
  setInterval(() => {
    const now = performance.now();
    const at = Math.floor(now / 1000);
    if (at !== second) {
      second = at;
      const next = audio.currentTime + (1000 - (now % 1000)) / 1000;
      gain.gain.setValueAtTime(0.5, next);
      gain.gain.setValueAtTime(0, next + 0.1);
    }
    if (now % 1000 < 100) {
      drawing.fillStyle = 'white';
      drawing.fillRect(0, 0, 640, 360);
      return;
    }${drawn}
  }, 33);
  const [sound] = out.stream.getAudioTracks();
  const [picture] = canvas.captureStream(30).getVideoTracks();`;
const BY_WHIP = `
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  pc.addTransceiver(sound, { direction: 'sendonly' });
  const sender = pc.addTransceiver(picture, {
    direction: 'sendonly',
    sendEncodings: [{ maxBitrate: 1200000 }],
  });
  const { codecs } = RTCRtpSender.getCapabilities('video');
  const isH264 = ({ mimeType }) => /h264/i.test(mimeType);
  sender.setCodecPreferences([...codecs.filter(isH264), ...codecs.filter((codec) => !isH264(codec))]);
  await pc.setLocalDescription();
  const response = await fetch(arg.url, {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: 'Bearer ' + arg.key },
    body: pc.localDescription.sdp,
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error('WHIP: HTTP ' + response.status + ' ' + text);
  await pc.setRemoteDescription({ type: 'answer', sdp: await window.through(text) });`;
const BY_SDK = `
  await room.localParticipant.publishTrack(sound, { source: 'microphone', dtx: false });
  await room.localParticipant.publishTrack(picture, { source: 'camera', codec: 'h264' });`;

export class BrowserSource {
  readonly #page: Page;
  readonly #path: LossyPath;

  /** Publishes from when it resolves on; its connection may take a moment longer. `pageUrl`: of the cloud. */
  static async open(
    browser: Browser,
    { pageUrl, publish, rng }: { readonly pageUrl: string; readonly publish: Ways['publish']; readonly rng: Rng },
  ): Promise<BrowserSource> {
    const context = await browser.newContext({ bypassCSP: true });
    const page = await context.newPage();
    const path = await LossyPath.open(rng);
    await page.exposeFunction('through', (sdp: string) => path.through(sdp));
    await page.goto(pageUrl);
    await page.evaluate(`(async (arg) => { ${sceneOf(NOISE)}${BY_WHIP} })(${JSON.stringify(publish?.whip)})`);
    return new BrowserSource(page, path);
  }

  private constructor(page: Page, path: LossyPath) {
    this.#page = page;
    this.#path = path;
  }

  /** From now on so much of what it sends is lost, 0 to 1. */
  lose(share: number): void {
    this.#path.lossShare = share;
  }

  async close(): Promise<void> {
    this.#path.close();
    await this.#page.context().close();
  }
}

/** A participant by the SDK, in Frankfurt. */
export class SdkSource {
  readonly #participant: Participant;

  /** Both tracks are published when it resolves. */
  static async open(browser: Browser, pageUrl: string, room: string): Promise<SdkSource> {
    const query = { join: '1', room, name: 'studio', from: 'frankfurt', camera: '0', mic: '0' };
    const participant = await Participant.open(browser, pageUrl, query);
    await participant.connected();
    await participant.room(sceneOf(BAR) + BY_SDK);
    return new SdkSource(participant);
  }

  private constructor(participant: Participant) {
    this.#participant = participant;
  }

  /** Resolves when it is at another media node than this one. */
  async leaves(nodeId: string): Promise<void> {
    await until('it has moved', async () => (await where(this.#participant)).nodeId !== nodeId);
  }

  close(): Promise<void> {
    return this.#participant.close();
  }
}
