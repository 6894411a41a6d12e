// node sfu/src/main.ts --config FILE
import { runService } from '@meridian/runtime';
import { mediasoupEngines } from './adapters/mediasoup/engine.ts';
import { startSfu } from './app.ts';
import { checkConfig, sfuConfig } from './config.ts';

runService({
  name: 'sfu',
  schema: sfuConfig,
  check: checkConfig,
  async start(context) {
    const { config, log } = context;
    await startSfu({
      ...context,
      engines: mediasoupEngines({
        workerBin: config.workerBin,
        mediaListen: config.mediaListen,
        pipeListen: config.pipeListen,
        plainListen: config.plainListen,
        log,
      }),
      onFailed: (reason) => {
        // The process ends, since a media node without a worker is useless, and the supervisor starts another one.
        throw new Error(reason);
      },
    });
  },
});
