import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { apiConfig } from './config.ts';

runService({
  name: 'api',
  schema: apiConfig,
  async start(context) {
    await start(context);
  },
});
