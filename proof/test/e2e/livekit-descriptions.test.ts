// A real Chromium accepts our session descriptions for LiveKit's clients: answers to its offers, and offers of received
// media, with lines that are stopped, reused and refused.

import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  answerPublisher,
  offerToSubscriber,
  type PublisherOffer,
  readPublisherOffer,
  readSdp,
  readSubscriberAnswer,
  writeSdp,
} from '../../../media/sdp/src/index.ts';
import { consumerRtp, sentMedia, side } from '../../../media/sdp/test/support.ts';
import { type OfferedConsumer, SubscriberOffers } from '../../../signaling/src/core/livekit/subscriber-offers.ts';
import { closePages } from '../support/browser.ts';
import { sharedChromium } from '../support/shared-browser.ts';

interface Connection {
  pc: RTCPeerConnection;
  /** `mid stream` of each track that the browser announces. */
  announced: string[];
  publish(codec: string, layers?: RTCRtpEncodingParameters[]): RTCRtpTransceiver;
}
type Scope = typeof globalThis & Connection;

let browser: Browser;
beforeAll(async () => {
  browser = await sharedChromium();
});
afterEach(() => closePages(browser));
afterAll(() => browser?.close());

async function connection(): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.evaluate(() => {
    const scope = globalThis as Scope;
    scope.pc = new RTCPeerConnection();
    scope.announced = [];
    scope.pc.ontrack = ({ transceiver, streams }) =>
      void scope.announced.push(`${transceiver.mid} ${streams.map(({ id }) => id).join()}`);
    const canvas = document.createElement('canvas');
    canvas.getContext('2d')?.fillRect(0, 0, 9, 9);
    scope.publish = (codec, layers) => {
      const [track] = canvas.captureStream(5).getVideoTracks();
      if (track === undefined) throw new Error('no picture');
      const transceiver = scope.pc.addTransceiver(track, {
        direction: 'sendonly',
        ...(layers !== undefined && { sendEncodings: layers }),
      });
      const { codecs = [] } = RTCRtpSender.getCapabilities('video') ?? {};
      const isWanted = ({ mimeType, sdpFmtpLine = '' }: { mimeType: string; sdpFmtpLine?: string }): boolean =>
        mimeType === codec && !sdpFmtpLine.includes('packetization-mode=0');
      transceiver.setCodecPreferences([...codecs.filter(isWanted), ...codecs.filter((one) => !isWanted(one))]);
      return transceiver;
    };
  });
  return page;
}

async function negotiated(page: Page, version: number): Promise<{ offer: PublisherOffer; states: string[] }> {
  const text = await page.evaluate(async () => {
    const { pc } = globalThis as Scope;
    await pc.setLocalDescription();
    return pc.localDescription?.sdp ?? '';
  });
  const offer = readPublisherOffer(readSdp(text));
  const sdp = writeSdp(answerPublisher(offer, side, { sessionId: 7, version }));
  const states = await page.evaluate(async (answer) => {
    const { pc } = globalThis as Scope;
    await pc.setRemoteDescription({ type: 'answer', sdp: answer });
    return pc.getTransceivers().map(({ mid, currentDirection }) => `${mid} ${currentDirection}`);
  }, sdp);
  return { offer, states };
}
const codecsOf = ({ lines }: PublisherOffer): string =>
  lines.map(({ track, type }) => track?.rtp.codecs[0]?.mimeType ?? `no ${type}`).join();

it('Chromium accepts answers: layers, H.264, VP9, AV1 and data; a line that is idle, resumed, stopped and reused', async () => {
  const page = await connection();
  await page.evaluate(() => {
    const scope = globalThis as Scope;
    scope.pc.createDataChannel('_reliable');
    const layers = ['q', 'h', 'f'].map((rid, at) => ({ rid, scaleResolutionDownBy: 4 >> at }));
    scope.publish('video/VP8', layers);
    scope.publish('video/H264', layers);
    scope.publish('video/VP9', [{ scalabilityMode: 'L3T3_KEY' } as RTCRtpEncodingParameters]);
    scope.publish('video/AV1');
  });
  const first = await negotiated(page, 1);
  expect(codecsOf(first.offer)).toBe('video/VP8,video/H264,video/VP9,video/AV1,no application');
  expect(first.states).toEqual(['0 sendonly', '1 sendonly', '2 sendonly', '3 sendonly']);
  expect(await page.evaluate(() => (globalThis as Scope).pc.getSenders()[0]?.getParameters().encodings.length)).toBe(3);
  expect(await page.evaluate(() => (globalThis as Scope).pc.sctp?.maxMessageSize)).toBe(side.sctp?.maxMessageBytes);

  const change = (direction: RTCRtpTransceiverDirection, isStopped: boolean): Promise<void> =>
    page.evaluate(
      ([to, stops]) => {
        const [stopped, changed] = (globalThis as Scope).pc.getTransceivers();
        if (changed !== undefined) changed.direction = to;
        if (stops) stopped?.stop();
      },
      [direction, isStopped] as const,
    );
  await change('inactive', false);
  expect((await negotiated(page, 2)).states).toEqual(['0 sendonly', '1 inactive', '2 sendonly', '3 sendonly']);
  await change('sendonly', true);
  expect((await negotiated(page, 3)).states).toEqual(['1 sendonly', '2 sendonly', '3 sendonly']);
  await page.evaluate(() => void (globalThis as Scope).publish('video/VP8'));
  const last = await negotiated(page, 4);
  expect(last.offer.lines.map(({ mid }) => mid)).toEqual(['5', '1', '2', '3', '4']);
  expect(last.states).toContain('5 sendonly');
});

it('Chromium accepts offers: it announces each track, also on a reused line, and refuses an unknown codec', async () => {
  const page = await connection();
  const book = new SubscriberOffers({ dataChannels: true });
  const add = (trackId: string, kind: OfferedConsumer['kind'], media: OfferedConsumer['media']): void =>
    book.add({ trackId, consumerId: trackId, kind, media });
  const of = (
    trackId: string,
    mimeType: string,
    ssrc: number,
  ): [string, OfferedConsumer['kind'], OfferedConsumer['media']] => [
    trackId,
    mimeType.startsWith('audio') ? 'audio' : 'video',
    sentMedia(trackId, consumerRtp(mimeType, ssrc)),
  ];
  const exchange = async (): Promise<ReturnType<SubscriberOffers['answered']>> => {
    const { id, lines = [] } = book.next() ?? {};
    const sdp = writeSdp(offerToSubscriber(side, lines, { sessionId: 7, version: id ?? 0 }));
    const answer = await page.evaluate(async (offer) => {
      const { pc } = globalThis as Scope;
      await pc.setRemoteDescription({ type: 'offer', sdp: offer });
      await pc.setLocalDescription();
      return pc.localDescription?.sdp ?? '';
    }, sdp);
    return book.answered(id ?? 0, readSubscriberAnswer(readSdp(answer), lines, side).refusedMids);
  };
  expect(await exchange()).toEqual({ ready: [], refused: [] });

  add(...of('TR_a', 'audio/opus', 1001));
  add(...of('TR_v', 'video/VP8', 2001));
  add(...of('TR_h', 'video/H264', 3001));
  const { rtp, ...names } = sentMedia('TR_n', consumerRtp('video/VP8', 4001));
  const codecs = [{ mimeType: 'video/none', payloadType: 120, clockRate: 90_000 }];
  add('TR_n', 'video', { ...names, rtp: { ...rtp, codecs } });
  expect(await exchange()).toEqual({ ready: ['TR_a', 'TR_v', 'TR_h'], refused: ['TR_n'] });

  book.remove('TR_v');
  add(...of('TR_w', 'video/VP9', 5001)); // on the line that the client refused, under another mid
  expect(await exchange()).toEqual({ ready: ['TR_w'], refused: [] });
  add(...of('TR_x', 'video/AV1', 6001)); // on the line of an earlier track
  book.add({ trackId: 'TR_a', consumerId: 'moved', kind: 'audio', media: of('TR_a', 'audio/opus', 1101)[2] });
  expect(await exchange()).toEqual({ ready: ['moved', 'TR_x'], refused: [] });

  const seen = await page.evaluate(() => (globalThis as Scope).announced);
  // Every track has its own mid; TR_x has another mid than TR_v on the same line.
  const announced = ['1 TR_a', '2 TR_v', '3 TR_h', '4 TR_n', '5 TR_w', '6 TR_x'];
  expect(seen).toEqual(announced.map((one) => one.replace(' ', ' PA_alice|')));
});
