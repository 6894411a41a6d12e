import { CloseStack, ManualClock } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { collectingLog } from '../support/log.ts';
import { until } from '../support/until.ts';

function make() {
  const clock = new ManualClock();
  const { log, lines } = collectingLog();
  return { clock, lines, stack: new CloseStack({ log, clock, stepLimitMs: 100 }), order: [] as string[] };
}

describe('a close stack', () => {
  it('goes on past a step that throws, a step that rejects and a step that never ends, and logs each', async () => {
    const { stack, clock, lines, order } = make();
    stack.add('first', () => void order.push('first'));
    stack.add('never', () => {
      order.push('never begins');
      return new Promise(() => undefined);
    });
    stack.add('rejects', async () => Promise.reject(new Error('rejected')));
    stack.add('throws', () => {
      throw new Error('thrown');
    });
    stack.add('last', () => void order.push('last'));
    const closing = stack.close('test');
    await until('the step that never ends has begun', () => order.includes('never begins'));
    clock.advance(100);
    await closing;
    expect(order).toEqual(['last', 'never begins', 'first']);
    expect(lines.filter((line) => line['level'] === 'error').map((line) => line['step'])).toEqual([
      'throws',
      'rejects',
      'never',
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('logs the failure of a step that was left behind', async () => {
    const { stack, clock, lines } = make();
    const lateFailure = Promise.withResolvers<void>();
    stack.add('late', () => lateFailure.promise);
    const closing = stack.close('test');
    clock.advance(100);
    await closing;
    lateFailure.reject(new Error('after all'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines.at(-1)).toMatchObject({ step: 'late', msg: 'closing failed after its limit' });
  });

  it('closes one step after the other, last added first, and passes the cause', async () => {
    const { stack, order } = make();
    const step = (name: string) => async (cause: string) => {
      order.push(`${name} begins: ${cause}`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} ends`);
    };
    stack.add('a', step('a'));
    stack.add('b', step('b'));
    await stack.close('why');
    expect(order).toEqual(['b begins: why', 'b ends', 'a begins: why', 'a ends']);
  });

  it('closes once: later calls wait for the first', async () => {
    const { stack, order } = make();
    const gate = Promise.withResolvers<void>();
    stack.add('a', async (cause) => {
      await gate.promise;
      order.push(cause);
    });
    expect(stack.closed).toBe(false);
    const calls = [stack.close('one'), stack.close('two')];
    expect(stack.closed).toBe(true);
    gate.resolve();
    await Promise.all(calls);
    await stack.close('three');
    expect(order).toEqual(['one']);
  });

  it('closes at once a step added during or after its close, and waits for it', async () => {
    const { stack, order } = make();
    stack.add('a', () => {
      stack.add('during', (cause) => void order.push(`during: ${cause}`));
    });
    await stack.close('why');
    stack.add('after', async (cause) => void order.push(`after: ${cause}`));
    await stack.close('again');
    expect(order).toEqual(['during: why', 'after: why']);
  });
});
