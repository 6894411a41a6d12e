import { testCallWith } from '../../support/livekit/call-tests.ts';
import { pythonClient } from '../../support/livekit/clients.ts';

testCallWith('python', () => pythonClient());
