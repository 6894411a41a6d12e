import { runService } from '@meridian/runtime';
import { startSignaling } from './app.ts';
import { checkConfig, configSchema } from './config.ts';

runService({
  name: 'signaling',
  schema: configSchema,
  check: checkConfig,
  start: async (context) => {
    await startSignaling(context);
  },
});
