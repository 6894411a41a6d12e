// Tests LiveKit clients that send too much: reading is bounded by its cost, and the room does not notice.
import {
  DisconnectReason,
  LeaveRequest_Action,
  SessionDescription,
  UpdateParticipantMetadata,
} from '@livekit/protocol';
import { afterEach, beforeEach, expect, it, test } from 'vitest';
import { certificate, offerOf } from '../../support/livekit-messages.ts';
import type { LiveKitClient } from '../../support/memory-livekit.ts';
import { Company } from './company.ts';

let company: Company;
beforeEach(async () => {
  company = await Company.start();
});
afterEach(() => company.cloud.close());

const ping = { case: 'ping', value: 1n } as const;
const longSdp = offerOf([], certificate) + 'a=x-y:1\r\n'.repeat(3900);
const longOffer = { case: 'offer', value: new SessionDescription({ type: 'offer', sdp: longSdp, id: 1 }) } as const;
const metadata = {
  case: 'updateMetadata',
  value: new UpdateParticipantMetadata({ metadata: 'm'.repeat(60_000) }),
} as const;

type Flood = readonly [what: string, sentMax: number, say: (ann: LiveKitClient, at: number) => void];
test.each<Flood>([
  ['pings', 200, (ann) => ann.say(ping)],
  ['small offers', 200, (ann) => ann.offer([{ mid: '0', kind: 'application' }])],
  ['offers of 3,900 lines', 5, (ann) => ann.say(longOffer)],
  ['messages of 60 kB', 14, (ann) => ann.say(metadata)],
  ['answers to no offer', 0, (ann) => ann.answer({ id: 9, sdp: '' })],
])('of %s without end a bounded number is read, then the client is ended', async (_, sentMax, say) => {
  const ann = await company.ann({ video: { canUpdateOwnMetadata: true } });
  let sent = 0;
  while (ann.all('leave').length === 0 && sent < 5000) {
    say(ann, sent);
    sent += 1;
  }
  await ann.ends();
  expect(sent - 1).toBeLessThanOrEqual(sentMax);
  expect(sent - 1).toBeGreaterThanOrEqual(sentMax - 2);
  await company.expectAnnGone();
});

it('a client that was ended for its rate is asked to join anew', async () => {
  const ann = await company.ann();
  for (let at = 0; at < 300; at += 1) ann.say(ping);
  await ann.ends();
  expect(ann.last('leave')).toMatchObject({
    reason: DisconnectReason.STATE_MISMATCH,
    action: LeaveRequest_Action.RECONNECT,
  });
});
