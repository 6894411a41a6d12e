import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { checkConfig, recorderConfig } from './config.ts';

runService({
  name: 'recorder',
  schema: recorderConfig,
  check: checkConfig,
  async start(context) {
    await start(context);
  },
});
