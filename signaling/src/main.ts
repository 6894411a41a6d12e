import { runService } from '@meridian/runtime';
import { startSignaling } from './app.ts';
import { configSchema } from './config.ts';

runService({
  name: 'signaling',
  schema: configSchema,
  start: async (context) => {
    await startSignaling(context);
  },
});
