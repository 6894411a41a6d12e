import { testCallsWith } from '../../support/livekit/call-tests.ts';
import { Stage } from '../../support/livekit/stage.ts';

testCallsWith(['firefox'], () => Stage.open({ firefox: true }));
