import { sharedStage, testCallsWith } from '../../support/livekit/call-tests.ts';

testCallsWith(['chromium', 'rtc-node', 'python'], sharedStage);
