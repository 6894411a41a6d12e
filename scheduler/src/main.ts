import { runService } from '@meridian/runtime';
import { build } from './app.ts';
import { checkConfig } from './check-config.ts';
import { schedulerConfig } from './config.ts';

runService({
  name: 'scheduler',
  schema: schedulerConfig,
  check: checkConfig,
  async start(context) {
    const scheduler = await build(context);
    await scheduler.listen();
  },
});
