import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { checkConfig, receiverConfig } from './config.ts';
import { parts } from './parts.ts';

runService({
  name: 'receiver',
  schema: receiverConfig,
  check: checkConfig,
  async start(context) {
    await start(context, parts);
  },
});
