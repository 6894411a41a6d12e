import { testFiles } from '../../support/livekit/file-tests.ts';

testFiles({ whole: 3_000_000, tooLarge: 12_000_000 });
