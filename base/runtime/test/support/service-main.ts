/** A service for tests of its end, run as a child process; its configuration chooses its behaviour. */
import { baseConfig, runService } from '@meridian/runtime';
import { Type } from 'typebox';

runService({
  name: 'sample',
  schema: Type.Object({
    ...baseConfig,
    act: Type.Union(
      [
        'run',
        'throw later',
        'reject later',
        'fail to start',
        'hang while closing',
        'fail while closing',
        'hang while starting',
        'leave for ever',
        'leave at once',
        'fail to leave',
        'be ready when asked',
      ].map((act) => Type.Literal(act)),
      { default: 'run' },
    ),
    clusterSecret: Type.Optional(Type.String({ minLength: 8 })),
  }),
  check: ({ stateDir }) =>
    ['/wrong', '/odd'].includes(stateDir)
      ? [{ key: 'stateDir', value: stateDir, allowed: 'another folder', isWarning: stateDir === '/odd' }]
      : [],
  async start({ config, log, clock, closeStack, readyAfter }) {
    const beat = clock.every(1_000, () => undefined);
    if (config.act === 'leave for ever') closeStack.onLeave(() => new Promise(() => log.info('leaving')));
    if (config.act === 'leave at once') closeStack.onLeave(async () => log.info('leaving'));
    if (config.act === 'fail to leave') closeStack.onLeave(() => Promise.reject(new Error('no way out')));
    closeStack.add('opened first', (cause) => {
      beat.cancel();
      log.info({ cause }, 'first closed');
    });
    closeStack.add('opened second', async () => {
      if (config.act === 'hang while closing') await new Promise(() => undefined);
      if (config.act === 'fail while closing') throw new Error('cannot close');
      log.info('second closed');
    });
    if (config.act === 'be ready when asked') {
      readyAfter?.(new Promise((resolve) => void process.once('SIGUSR2', () => resolve())));
      log.info('waiting');
    }
    if (config.act === 'fail to start') throw new Error('no way to start');
    if (config.act === 'hang while starting') {
      log.info('hanging');
      await new Promise(() => undefined);
    }
    if (config.act === 'throw later') {
      clock.after(1, () => {
        throw new Error('thrown in a timer');
      });
    }
    if (config.act === 'reject later') void Promise.reject(new Error('rejected and not caught'));
  },
});
