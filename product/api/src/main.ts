import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { apiConfig, checkConfig } from './config.ts';

runService({
  name: 'api',
  schema: apiConfig,
  check: checkConfig,
  async start(context) {
    await start(context);
  },
});
