// Tests acts that end a LiveKit client: it gets LiveKit's reason, others see it leave, and nothing of it stays.
import {
  DisconnectReason,
  LeaveRequest,
  LeaveRequest_Action,
  SessionDescription,
  SignalRequest,
  SubscriptionPermission,
  TrackPermission,
  UpdateParticipantMetadata,
  UpdateSubscription,
} from '@livekit/protocol';
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { livekitOfferBytesMax, livekitSignalBytesMax } from '../../../src/core/livekit/index.ts';
import { audioTrack, offerOf, otherCertificate } from '../../support/livekit-messages.ts';
import type { LiveKitClient } from '../../support/memory-livekit.ts';
import { bobsTrack, Company } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.start();
});
afterEach(() => company.cloud.close());

const { STATE_MISMATCH } = DisconnectReason;
const { DISCONNECT } = LeaveRequest_Action;

const described = (type: 'offer' | 'answer', sdp: string, id = 1) =>
  ({ case: type, value: new SessionDescription({ type, sdp, id }) }) as const;
const line = { mid: '0', kind: 'audio', cid: 'a' } as const;
const good = offerOf([line], otherCertificate);
const lineBreak = '\r\n';

type Row = readonly [what: string, code: string, act: (ann: LiveKitClient) => unknown];
const rows: readonly Row[] = [
  ['bytes that are no message', 'FRAME_MALFORMED', (ann) => ann.sayBytes(Uint8Array.of(0x0a, 0x05, 0x01))],
  ['a message of nothing but a group', 'FRAME_MALFORMED', (ann) => ann.sayBytes(Uint8Array.of(0x0b))],
  [
    'a message larger than any but a description',
    'FRAME_TOO_LARGE',
    (ann) => ann.sayBytes(new Uint8Array(livekitSignalBytesMax + 1).fill(0xff)),
  ],
  [
    'an offer of 1 MB',
    'FRAME_TOO_LARGE',
    (ann) => ann.say(described('offer', good + `a=x-y:1${lineBreak}`.repeat(livekitOfferBytesMax / 8))),
  ],
  ['an answer of 1 MB', 'FRAME_TOO_LARGE', (ann) => ann.say(described('answer', 'a'.repeat(1 << 20)))],
  [
    'a large message that begins as an offer and is something else',
    'FRAME_TOO_LARGE',
    (ann) => {
      const metadata = new SignalRequest({ message: metadataOf('m'.repeat(livekitSignalBytesMax)) });
      ann.sayBytes(Buffer.concat([Uint8Array.of(0x0a, 0), metadata.toBinary()]));
    },
  ],
  [
    '10,000 allowed subscribers',
    'FRAME_TOO_LARGE',
    (ann) => {
      const one = new TrackPermission({ participantIdentity: 'someone', allTracks: true });
      const value = new SubscriptionPermission({ trackPermissions: Array(10_000).fill(one) });
      ann.say({ case: 'subscriptionPermission', value });
    },
  ],
  ['an offer that is no description', 'REQUEST_INVALID', (ann) => ann.say(described('offer', 'hello'))],
  ['an empty offer', 'REQUEST_INVALID', (ann) => ann.say(described('offer', ''))],
  [
    'an offer of 10,000 m-lines',
    'REQUEST_INVALID',
    (ann) => ann.say(described('offer', good + `m=audio 9 x 0${lineBreak}`.repeat(10_000))),
  ],
  [
    'an offer of 1,000 m-lines',
    'TRACK_LIMIT',
    (ann) => ann.say(described('offer', good + `m=audio 9 x 0${lineBreak}`.repeat(1000))),
  ],
  [
    'rids of simulcast that are not there',
    'REQUEST_INVALID',
    (ann) =>
      ann.say(described('offer', offerOf([{ ...line, kind: 'video', rids: ['q'] }], otherCertificate) + rids('q;h'))),
  ],
  [
    'rids of simulcast without end',
    'TRACK_LIMIT',
    (ann) => ann.offer([{ ...line, kind: 'video', rids: Array.from({ length: 50 }, (_, at) => `r${at}`) }]),
  ],
  ['the same rid twice', 'REQUEST_INVALID', (ann) => ann.offer([{ ...line, kind: 'video', rids: ['q', 'q', 'h'] }])],
  ['two lines of one mid', 'REQUEST_INVALID', (ann) => ann.offer([line, line])],
  ['an answer without an offer', 'OUT_OF_ORDER', (ann) => ann.answer({ id: 2, sdp: '' })],
  [
    'an answer twice',
    'OUT_OF_ORDER',
    (ann) => {
      const [offer] = ann.all('offer');
      if (offer !== undefined) ann.answer(offer);
    },
  ],
  [
    'an offer with another certificate than before',
    'OUT_OF_ORDER',
    async (ann) => {
      ann.offer([{ mid: '0', kind: 'application' }]);
      await ann.hears('answer');
      ann.say(audioTrack('a'));
      ann.offer(
        [
          { mid: '0', kind: 'application' },
          { ...line, mid: '1' },
        ],
        { fingerprint: otherCertificate },
      );
    },
  ],
  [
    'an answer with another certificate than before',
    'OUT_OF_ORDER',
    async (ann) => ann.answer(await secondOffer(ann), { fingerprint: otherCertificate }),
  ],
  [
    'an answer with more lines than the offer',
    'REQUEST_INVALID',
    async (ann) => {
      const { id, sdp } = await secondOffer(ann);
      ann.answer({ id, sdp: `${sdp}m=audio 9 x 0${lineBreak}` });
    },
  ],
];
/** Returns an unanswered offer. */
async function secondOffer(ann: LiveKitClient): Promise<SessionDescription> {
  ann.answers = false;
  ann.say({
    case: 'subscription',
    value: new UpdateSubscription({ trackSids: [bobsTrack], subscribe: false }),
  });
  return ann.hears('offer', 2);
}
const metadataOf = (metadata: string) =>
  ({ case: 'updateMetadata', value: new UpdateParticipantMetadata({ metadata }) }) as const;
const rids = (list: string): string => `a=simulcast:send ${list}${lineBreak}`;

test.each(rows)('%s ends the client with %s, and no other', async (_, code, act) => {
  const ann = await company.ann();
  await act(ann);
  await ann.ends();
  expect(ann.all('leave').map(({ reason, action }) => [reason, action])).toEqual([[STATE_MISMATCH, DISCONNECT]]);
  expect(ann.dropped).toEqual([code]);
  expect(company.media.called('produce'), 'that of bob alone').toHaveLength(1);
  await company.expectAnnGone();
});

const ping = { case: 'ping', value: 1n } as const;

test.each(['attach', 'nothing'] as const)(
  'a message before the answer to the join ends the client, while the media node holds back %s',
  async (held) => {
    const release = Promise.withResolvers<void>();
    company.media.heldAnswers.set(held, release.promise);
    const ann = company.beginJoin();
    if (held === 'attach')
      await company.cloud.until(() => company.media.called('attach').length === 2, 'the join is under way');
    ann.say(ping);
    release.resolve();
    await ann.ends();
    expect(ann.heard.map(({ message }) => message.case)).toEqual(['leave']);
    expect(ann.dropped).toEqual(['OUT_OF_ORDER']);
    await company.expectAnnGone();
  },
);

it('messages of a client after its leave are ignored, and its socket is closed with 1000', async () => {
  const ann = await company.ann();
  const leave = { case: 'leave', value: new LeaveRequest() } as const;
  for (const message of [leave, leave, described('offer', 'hello'), ping]) ann.say(message);
  await ann.ends();
  expect(ann.closed?.code).toBe(1000);
  expect([ann.all('leave'), ann.dropped]).toEqual([[], []]);
  await company.expectAnnGone();
});
