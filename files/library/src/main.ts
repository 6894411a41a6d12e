import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { checkConfig, libraryConfig } from './config.ts';

runService({
  name: 'library',
  schema: libraryConfig,
  check: checkConfig,
  async start(context) {
    await start(context);
  },
});
