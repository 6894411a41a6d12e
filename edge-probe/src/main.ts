import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { checkConfig, probeConfig } from './config.ts';

runService({
  name: 'edge-probe',
  schema: probeConfig,
  check: checkConfig,
  async start(context) {
    await start(context);
  },
});
