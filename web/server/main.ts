import { runService } from '@meridian/runtime';
import { webConfig } from './config.ts';
import { startWeb } from './service.ts';

runService({
  name: 'web',
  schema: webConfig,
  async start(context) {
    await startWeb(context);
  },
});
