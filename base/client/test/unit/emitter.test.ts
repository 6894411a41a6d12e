import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Emitter } from '../../src/emitter.ts';

interface Events {
  said: [text: string];
  done: [];
}

describe('the emitter', () => {
  const reported: unknown[] = [];
  beforeEach(() => {
    reported.length = 0;
    vi.stubGlobal('reportError', (error: unknown) => void reported.push(error));
  });
  afterEach(() => void vi.unstubAllGlobals());

  test('reports a listener that throws and calls the others', () => {
    const emitter = new Emitter<Events>();
    const calls: string[] = [];
    const mistake = new Error('mistake of the page');
    emitter.on('said', () => {
      throw mistake;
    });
    emitter.on('said', (text) => calls.push(text));
    expect(emitter.emit('said', 'hello')).toBe(true);
    expect(calls).toEqual(['hello']);
    expect(reported).toEqual([mistake]);
  });

  test('answers false when there is no listener', () => {
    expect(new Emitter<Events>().emit('done')).toBe(false);
  });

  test('calls a once-listener once, even when it emits the event itself', () => {
    const emitter = new Emitter<Events>();
    let calls = 0;
    emitter.once('done', () => {
      calls += 1;
      emitter.emit('done');
    });
    emitter.emit('done');
    emitter.emit('done');
    expect(calls).toBe(1);
  });

  test('a listener removed while an event is delivered is still called for that event only', () => {
    const emitter = new Emitter<Events>();
    const calls: string[] = [];
    const second = () => calls.push('second');
    emitter.on('done', () => emitter.off('done', second));
    emitter.on('done', second);
    emitter.emit('done');
    emitter.emit('done');
    expect(calls).toEqual(['second']);
  });

  test('the same function registered twice is called once', () => {
    const emitter = new Emitter<Events>();
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    emitter.on('done', listener).on('done', listener);
    emitter.emit('done');
    expect(calls).toBe(1);
    expect(emitter.listenerCount('done')).toBe(1);
  });

  test('refuses listeners above the limit', () => {
    const emitter = new Emitter<Events>();
    for (let index = 0; index < 4096; index += 1) emitter.on('done', () => undefined);
    expect(() => emitter.on('done', () => undefined)).toThrowError(expect.objectContaining({ code: 'LISTENER_LIMIT' }));
  });

  test('forgets all listeners on removeAllListeners', () => {
    const emitter = new Emitter<Events>().on('done', () => undefined);
    expect(emitter.removeAllListeners().emit('done')).toBe(false);
  });
});
