// Runs a viewer behind a real rate limit, who receives a screen share that is too large for it, and the sound beside
// it.
import type { Browser } from 'playwright-core';
import { launchChromium, type Participant } from './browser.ts';
import { join } from './call.ts';
import { TestCloud } from './cloud.ts';
import { LabNet, serverIp } from './net.ts';
import { until } from './poll.ts';

export interface NarrowOptions {
  readonly viewerKbitPerS: number;
  readonly screenKbitPerS: number;
  readonly seconds: number;
  readonly mediaConfig: Readonly<Record<string, unknown>>;
}
export interface NarrowResult {
  /** Share of the audio packets that never arrived, 0 … 1. */
  readonly audioLossShare: number;
  /** Share of the played samples that had to be concealed. */
  readonly audioConcealedShare: number;
  /** Share of the audio packets that were retransmitted on request. */
  readonly audioRepairedShare: number;
  readonly audioPackets: number;
  readonly screenKbitPerSSent: number;
  readonly screenBytesReceived: number;
  /** Reasons of the pauses of the screen, in order; `sent` where it was sent again. */
  readonly reasonsSeen: string;
  readonly pausedAfterMs: number;
}

/**
 * Publishes noise on a canvas, which no codec can compress, as a screen share, and a tone without silences as a
 * microphone.
 */
const publish = `
  const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 270 });
  const drawing = canvas.getContext('2d');
  const image = drawing.createImageData(canvas.width, canvas.height);
  const words = new Uint32Array(image.data.buffer);
  setInterval(() => { for (let i = 0; i < words.length; i += 1) words[i] = (Math.random() * 0x1000000) | 0xff000000; drawing.putImageData(image, 0, 0); }, 66);
  const audio = new AudioContext();
  const out = audio.createMediaStreamDestination();
  const tone = audio.createOscillator(); tone.frequency.value = 440; tone.connect(out); tone.start();
  window.fed = { canvas, audio };
  await room.localParticipant.publishTrack(out.stream.getAudioTracks()[0], { source: 'microphone', dtx: false });
  window.share = () => room.localParticipant.publishTrack(canvas.captureStream(15).getVideoTracks()[0], { source: 'screen_share', codec: 'vp8', maxBitrateBps: arg });`;

/** Length of the queue before the narrow link, for packets of 1200 bytes. */
const queueMs = 200;

const read = `
  const sum = { lost: 0, packets: 0, repaired: 0, concealed: 0, samples: 0, screenBytes: 0, sentBytes: 0 };
  for (const pc of window.pcs) {
    if (pc.connectionState === 'closed') continue;
    for (const s of (await pc.getStats()).values()) {
      if (s.type === 'inbound-rtp' && s.kind === 'audio') { sum.lost += s.packetsLost; sum.packets += s.packetsReceived; sum.repaired += s.retransmittedPacketsReceived ?? 0; sum.concealed += s.concealedSamples ?? 0; sum.samples += s.totalSamplesReceived ?? 0; }
      if (s.type === 'inbound-rtp' && s.kind === 'video') sum.screenBytes += s.bytesReceived;
      if (s.type === 'outbound-rtp' && s.kind === 'video') sum.sentBytes += s.bytesSent;
    }
  }
  return sum;`;
interface CounterTotals {
  lost: number;
  repaired: number;
  packets: number;
  concealed: number;
  samples: number;
  screenBytes: number;
  sentBytes: number;
}
const pausedReason = `
  for (const p of room.remoteParticipants.values()) for (const t of p.trackPublications?.values?.() ?? []) if (t.source === 'screen_share') return t.pausedReason;
  return '';`;

/** Runs a cloud in a network namespace and the viewer in another, with the rate limit on the wire between. */
export async function narrowViewer(
  o: NarrowOptions,
  say: (line: string) => void = () => undefined,
): Promise<NarrowResult> {
  const net = await LabNet.create();
  const open: { cloud?: TestCloud; browsers: Browser[] } = { browsers: [] };
  try {
    const extraArgs = ['--public-address', serverIp, '--media-config', JSON.stringify(o.mediaConfig)];
    const level = process.env['MERIDIAN_LAB_LOG'] === undefined ? ['--log-level', 'info'] : ['--log-level', 'debug'];
    const cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: [...extraArgs, ...level] });
    open.cloud = cloud;
    net.forward(7800 + cloud.portOffset);
    const serverBrowser = await launchChromium([], net.prefix('server'));
    open.browsers.push(serverBrowser);
    const clientBrowser = await launchChromium([], net.prefix('client'));
    open.browsers.push(clientBrowser);
    const query = { room: 'narrow', camera: '0', mic: '0', from: 'frankfurt' };
    const ana = await join(serverBrowser, cloud, { ...query, name: 'Ana' });
    const bo = await join(clientBrowser, cloud, { ...query, name: 'Bo' });
    return await measure(net, ana, bo, o, say);
  } finally {
    if (process.env['MERIDIAN_LAB_LOG'] !== undefined)
      for (const line of open.cloud?.log('sfu-fra-1') ?? []) if (line.includes('"downlink"')) say(line);
    for (const browser of open.browsers) await browser.close();
    await open.cloud?.stop();
    await net.close();
  }
}

async function measure(
  net: LabNet,
  ana: Participant,
  bo: Participant,
  o: NarrowOptions,
  say: (line: string) => void,
): Promise<NarrowResult> {
  await ana.room(publish, o.screenKbitPerS * 1000);
  const counterTotals = (): Promise<CounterTotals> => bo.room<CounterTotals>(read);
  await until('Bo hears Ana', async () => (await counterTotals()).packets > 50);
  net.limitDownlink(o.viewerKbitPerS, Math.ceil((o.viewerKbitPerS * queueMs) / 8 / 1200));
  await ana.room('await window.share();');
  const startMs = performance.now();
  await until('Bo sees the screen', async () => (await counterTotals()).screenBytes > 0);
  const before = await counterTotals();
  const sentBefore = await ana.room<CounterTotals>(read);
  const fromMs = performance.now();
  const reasons: string[] = [];
  let pausedAfterMs = Number.NaN;
  while (performance.now() - fromMs < o.seconds * 1000) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const reason = await bo.room<string>(pausedReason);
    if (reason === (reasons.at(-1) ?? '')) continue;
    reasons.push(reason);
    if (Number.isNaN(pausedAfterMs)) pausedAfterMs = performance.now() - startMs;
    say(`${((performance.now() - startMs) / 1000).toFixed(1)} s: ${reason === '' ? 'sent' : `paused: ${reason}`}`);
  }
  const after = await counterTotals();
  const sent = await ana.room<CounterTotals>(read);
  const lost = after.lost - before.lost;
  const audioPackets = after.packets - before.packets;
  return {
    audioLossShare: lost / Math.max(1, lost + audioPackets),
    audioConcealedShare: (after.concealed - before.concealed) / Math.max(1, after.samples - before.samples),
    audioRepairedShare: (after.repaired - before.repaired) / Math.max(1, audioPackets),
    audioPackets,
    screenKbitPerSSent: ((sent.sentBytes - sentBefore.sentBytes) * 8) / (performance.now() - fromMs),
    screenBytesReceived: after.screenBytes - before.screenBytes,
    reasonsSeen: reasons.map((reason) => reason || 'sent').join(', '),
    pausedAfterMs,
  };
}
