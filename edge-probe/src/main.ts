import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { probeConfig } from './config.ts';

runService({
  name: 'edge-probe',
  schema: probeConfig,
  async start(context) {
    await start(context);
  },
});
