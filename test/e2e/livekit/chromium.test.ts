import { testCallWith } from '../../support/livekit/call-tests.ts';
import { chromiumClient } from '../../support/livekit/clients.ts';

testCallWith('livekit-client', chromiumClient);
