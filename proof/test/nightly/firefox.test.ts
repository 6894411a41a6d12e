import { testFirefoxCalls } from '../support/firefox-calls.ts';

testFirefoxCalls([['vp9', 'video/VP9']]);
