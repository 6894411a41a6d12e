import { runService } from '@meridian/runtime';
import { checkWebConfig, webConfig } from './config.ts';
import { startWeb } from './service.ts';

runService({
  name: 'web',
  schema: webConfig,
  check: checkWebConfig,
  async start(context) {
    await startWeb(context);
  },
});
