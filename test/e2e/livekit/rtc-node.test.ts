import { testCallWith } from '../../support/livekit/call-tests.ts';
import { rtcNodeClient } from '../../support/livekit/clients.ts';

testCallWith('rtc-node', () => rtcNodeClient());
