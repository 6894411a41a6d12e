import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { checkConfig, gatewayConfig } from './config.ts';

runService({
  name: 'gateway',
  schema: gatewayConfig,
  check: checkConfig,
  async start(context) {
    await start(context);
  },
});
