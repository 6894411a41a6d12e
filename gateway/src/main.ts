import { runService } from '@meridian/runtime';
import { start } from './app.ts';
import { gatewayConfig } from './config.ts';

runService({
  name: 'gateway',
  schema: gatewayConfig,
  async start(context) {
    await start(context);
  },
});
