import { testFiles } from '../../support/livekit/file-tests.ts';

testFiles({ whole: 600_000 });
