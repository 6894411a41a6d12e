// Fuzz targets for session descriptions (SDP): those of WHIP clients, and those of LiveKit's clients with our answers
// and offers.
import { MeridianError } from '@meridian/protocol';
import { readFragment, readOffer } from '../../../media/sdp/src/offer.ts';
import { answerPublisher, readPublisherOffer } from '../../../media/sdp/src/publisher.ts';
import { offerToSubscriber, readSubscriberAnswer, type SubscriberLine } from '../../../media/sdp/src/subscriber.ts';
import { readSdp, writeSdp } from '../../../media/sdp/src/text.ts';
import { consumerRtp, fixture, sentMedia, side } from '../../../media/sdp/test/support.ts';
import type { FuzzTarget } from './target.ts';

const ownBytes = 1 << 20;
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const seed = (name: string): Uint8Array => bytesOf(fixture(name));
const textOf = (input: Uint8Array): string => Buffer.from(input).toString();
const isDeclared = (error: unknown): boolean => error instanceof MeridianError;

const whip: FuzzTarget = {
  name: 'whip',
  seeds: ['chromium', 'chromium-simulcast', 'firefox', 'gstreamer', 'obs'].map(seed),
  run: (input) => {
    const sdp = readSdp(textOf(input));
    readFragment(sdp);
    readOffer(sdp);
  },
  isDeclared,
  ownBytes,
};

/**
 * Returns the description, and parts of it with two neighbouring m-lines each. The parts help, since a whole
 * description has hundreds of similar lines, of which mutations hit few, and takes four times as long to read.
 */
function withParts(name: string): Uint8Array[] {
  const [session = '', ...media] = fixture(name).split(/^(?=m=)/m);
  const parts = media.slice(1).map((line, at) => `${session}${media[at]}${line}`);
  return [fixture(name), ...parts].map(bytesOf);
}

/** Checks that the answer has the offer's lines, and opens a line only if the offer does. */
const publisher: FuzzTarget = {
  name: 'livekit-publisher',
  seeds: ['chromium-publisher', 'firefox-publisher', 'firefox-publisher-stopped', 'native-publisher-later'].flatMap(
    (name) => withParts(`livekit/${name}`),
  ),
  run: (input) => {
    const sdp = readSdp(textOf(input));
    const offer = readPublisherOffer(sdp);
    const answer = readSdp(writeSdp(answerPublisher(offer, side, { sessionId: 1, version: 1 })));
    if (answer.media.length !== sdp.media.length) throw new Error('the answer has other lines');
    const isOpened = answer.media.some(({ port }, at) => {
      const offered = sdp.media[at];
      return port !== 0 && offered?.port === 0 && offered.bundleOnly === undefined;
    });
    if (isOpened) throw new Error('the answer opens a line that the client has rejected');
  },
  isDeclared,
  ownBytes,
};

const video = (mid: string, mimeType: string, ssrc: number): SubscriberLine => ({
  mid,
  kind: 'video',
  sent: sentMedia(`TR_${mid}`, consumerRtp(mimeType, ssrc)),
});
const lines: readonly SubscriberLine[] = [
  { mid: '0', kind: 'application', sent: undefined },
  { mid: '1', kind: 'audio', sent: sentMedia('TR_1', consumerRtp('audio/opus', 1001)) },
  video('2', 'video/VP8', 2001),
  video('3', 'video/H264', 3001),
  video('4', 'video/AV1', 4001),
  video('5', 'video/VP9', 5001),
];
const mids = new Set(lines.map(({ mid }) => mid));

/** Refused lines whose next offer was written already; equal refusals give the same offer. */
const writtenOffers = new Set<string>();
function writeNext(refusedMids: readonly string[]): void {
  const key = refusedMids.join();
  if (writtenOffers.has(key)) return;
  const next = lines.map((line) => (refusedMids.includes(line.mid) ? { ...line, sent: undefined } : line));
  const text = writeSdp(offerToSubscriber(side, next, { sessionId: 1, version: 2 }));
  if (readSdp(text).media.length !== lines.length) throw new Error('the offer has other lines');
  writtenOffers.add(key);
}

/** Checks that only lines of the offer are refused, and that the next offer can be written without them. */
const subscriber: FuzzTarget = {
  name: 'livekit-subscriber',
  seeds: ['chromium-subscriber-answer', 'firefox-subscriber-answer'].map((name) => seed(`livekit/${name}`)),
  run: (input) => {
    const { refusedMids } = readSubscriberAnswer(readSdp(textOf(input)), lines, side);
    if (refusedMids.some((mid) => !mids.has(mid))) throw new Error('a line is refused that was not offered');
    writeNext(refusedMids);
  },
  isDeclared,
  ownBytes,
};

export const descriptions: readonly FuzzTarget[] = [whip, publisher, subscriber];
