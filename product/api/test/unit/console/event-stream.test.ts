import { ManualClock } from '@meridian/runtime';
import { expect, it } from 'vitest';
import { EventStream, STALLED_MS_MAX, UNREAD_BYTES_MAX } from '../../../src/console/event-stream.ts';

function open() {
  const clock = new ManualClock();
  const sink = { writableLength: 0 };
  let isGone = false;
  const onGone = (): void => {
    isGone = true;
  };
  const stream = new EventStream({ clock, sink, onGone });
  const read = (): string => String(stream.body.read() ?? '');
  read();
  return { clock, sink, stream, read, gone: () => isGone };
}

it('an event has its id, its name and one line; a comment has only its text', () => {
  const { stream, read } = open();
  stream.send('change', 7, '{"seq":7}');
  stream.beat();
  expect(read()).toBe('id: 7\nevent: change\ndata: {"seq":7}\n\n: alive\n\n');
});

it('a stream is stuck above a megabyte of unread bytes, wherever they are, and not below', () => {
  const { sink, stream } = open();
  const half = 'x'.repeat(UNREAD_BYTES_MAX / 2);
  stream.send('change', 1, half);
  expect(stream.isStuck).toBe(false);
  sink.writableLength = UNREAD_BYTES_MAX / 2;
  expect(stream.isStuck).toBe(true);
});

it('a stream is stuck after 10 s without any read; slow progress counts as progress', () => {
  const { clock, stream, read } = open();
  clock.advance(60_000);
  expect(stream.isStuck).toBe(false);
  const waits = (): boolean => {
    clock.advance(STALLED_MS_MAX - 1);
    return stream.isStuck;
  };
  for (let id = 0; id < 3; id += 1) {
    stream.send('change', id, 'x');
    stream.send('change', id, 'y');
    expect(waits()).toBe(false);
    stream.body.read(10);
    expect(waits()).toBe(false);
    read();
    expect(stream.isStuck).toBe(false);
  }
  stream.beat();
  expect(stream.isStuck).toBe(false);
  clock.advance(STALLED_MS_MAX);
  expect(stream.isStuck).toBe(true);
});

it('a stream ends once, after the sent events, and sends nothing more', async () => {
  const { stream, gone } = open();
  stream.send('world', 1, '{}');
  stream.end();
  stream.end();
  stream.send('change', 2, '{}');
  const parts: string[] = [];
  for await (const part of stream.body) parts.push(String(part));
  expect([parts.join(''), gone()]).toEqual(['id: 1\nevent: world\ndata: {}\n\n', true]);
});
