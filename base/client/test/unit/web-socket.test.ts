import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openWebSocket, type WebSocketLike } from '../../src/connection/web-socket.ts';

/** Makes a socket that opens when the test says so. */
function scripted() {
  const closeCodes: number[] = [];
  const socket: WebSocketLike = {
    binaryType: '',
    bufferedAmount: 0,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: () => undefined,
    close: (code) => void closeCodes.push(code),
  };
  const abort = new AbortController();
  const opening = openWebSocket('ws://x', { timeoutMs: 5000, signal: abort.signal, make: () => socket });
  const outcome = opening.then(
    () => 'open',
    (error: Error) => error.message,
  );
  return { socket, closed: closeCodes, abort, outcome };
}

describe('a WebSocket that is given up while it opens', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is closed once it is open, which keeps the console of the page silent', async () => {
    const { socket, closed, abort, outcome } = scripted();
    abort.abort();
    expect(await outcome).toContain('given up');
    expect(closed).toEqual([]);
    socket.onopen?.({});
    expect(closed).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(closed).toHaveLength(1);
  });

  it('is closed when it never opens', async () => {
    const { closed, abort } = scripted();
    abort.abort();
    vi.advanceTimersByTime(5000);
    expect(closed).toHaveLength(1);
  });

  it('leaves no timer behind when it fails', () => {
    const { socket, abort } = scripted();
    abort.abort();
    socket.onclose?.({ code: 1006, reason: '' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
