import { testFirefoxCalls } from '../../support/firefox-calls.ts';

testFirefoxCalls([['vp8', 'video/VP8']]);
