import { describe, expect, it } from 'vitest';
import { WaitingBytes, type WaitingPlace } from '../../src/core/waiting-bytes.ts';

const maxBytes = 1000;

function start() {
  const reliefs: [viewers: number, bytes: number][] = [];
  const waiting = new WaitingBytes({ maxBytes, onRelief: (...relief) => void reliefs.push(relief) });
  const ended: string[] = [];
  const come = (name: string): { queuedBytes: number; write(bytes: number): void } & WaitingPlace => {
    const viewer = { queuedBytes: 0, tooSlow: () => void ended.push(name) };
    const place = waiting.enter(viewer);
    const write = (bytes: number): void => {
      viewer.queuedBytes += bytes;
      place.note();
    };
    return Object.assign(viewer, { write, note: place.note, leave: place.leave });
  };
  return { waiting, reliefs, ended, come };
}

describe('the bound of waiting bytes', () => {
  it('ends the slowest viewers first, until at most seven eighths of the bound wait', () => {
    const { waiting, reliefs, ended, come } = start();
    const [small, slower, slowest] = [come('small'), come('slower'), come('slowest')];
    slowest.write(600);
    slower.write(300);
    small.write(100);
    expect([ended, waiting.bytes]).toEqual([[], 1000]);
    small.write(1);
    expect([ended, waiting.bytes, reliefs]).toEqual([['slowest'], 401, [[1, 1001]]]);
    for (const [at, viewer] of [come('a'), come('b'), come('c')].entries()) viewer.write(250 - at);
    expect([ended, waiting.bytes]).toEqual([['slowest', 'slower'], 848]);
  });
  it('counts only bytes that still wait: bytes that a connection has read meanwhile end no viewer', () => {
    const { waiting, ended, come } = start();
    const [fast, other] = [come('fast'), come('other')];
    fast.write(900);
    fast.queuedBytes = 0;
    other.write(900);
    expect([ended, waiting.bytes]).toEqual([[], 900]);
  });
  it('holds also when the end of a viewer causes a write to another viewer', () => {
    const waiting = new WaitingBytes({ maxBytes });
    const sink = { queuedBytes: 0, tooSlow: () => undefined };
    const place = waiting.enter(sink);
    const slow = {
      queuedBytes: 1001,
      tooSlow: () => {
        sink.queuedBytes = 1001;
        place.note();
      },
    };
    waiting.enter(slow).note();
    expect(waiting.bytes).toBe(0);
  });
});
