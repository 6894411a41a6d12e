import { beforeEach, describe, expect, it } from 'vitest';
import { FairSlots } from '../../../src/access/fair-slots.ts';

const limits = { total: 4, perAddress: 2, waiting: 6, waitingPerAddress: 4 };
let slots: FairSlots;
let running: { readonly name: string; readonly end: (failure?: Error) => void }[];
let refusedNames: string[];
beforeEach(() => {
  slots = new FairSlots(limits);
  running = [];
  refusedNames = [];
});

/** Requests a slot for work `name` of an address; the work runs until `end`. */
function requestSlot(address: string, name: string, isSuspect = false): void {
  const work = () =>
    new Promise<void>((resolve, reject) => {
      running.push({ name, end: (failure) => (failure === undefined ? resolve() : reject(failure)) });
    });
  slots.run(address, work, isSuspect).catch((error) => refusedNames.push(`${name} ${error.code ?? error.message}`));
}
const eventLoopTurn = () => new Promise((resolve) => setImmediate(resolve));
const names = () => running.map(({ name }) => name);
async function end(name: string, failure?: Error): Promise<void> {
  const at = running.findIndex((each) => each.name === name);
  running.splice(at, 1)[0]?.end(failure);
  await eventLoopTurn();
}

describe('an address', () => {
  it('gets only its share of the slots, however many requests it sends', async () => {
    for (let at = 0; at < 5; at += 1) requestSlot('192.0.2.1', `a${at}`);
    for (let at = 0; at < 2; at += 1) requestSlot('192.0.2.2', `b${at}`);
    await eventLoopTurn();
    expect(names()).toEqual(['a0', 'a1', 'b0', 'b1']);
    await end('b0');
    expect(names()).toEqual(['a0', 'a1', 'b1']);
    await end('a0', new Error('failed'));
    expect(names()).toEqual(['a1', 'b1', 'a2']);
    expect(refusedNames).toEqual(['a0 failed']);
  });

  it('of IPv6 is a network of 64 bits', async () => {
    for (let at = 0; at < 3; at += 1) requestSlot(`2001:db8:1:1::${at + 1}`, `a${at}`);
    requestSlot('2001:db8:1:2::1', 'b');
    await eventLoopTurn();
    expect(names()).toEqual(['a0', 'a1', 'b']);
  });

  it('is refused beyond its share of the queue, and may wait again later', async () => {
    for (let at = 0; at < 7; at += 1) requestSlot('192.0.2.1', `a${at}`);
    await eventLoopTurn();
    expect(refusedNames).toEqual(['a6 RATE_LIMITED']);
    await end('a0');
    requestSlot('192.0.2.1', 'a7');
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'a7']) await end(name);
    expect([names(), refusedNames.length]).toEqual([[], 1]);
  });
});

describe('waiting addresses', () => {
  const fill = () => {
    for (const address of ['x', 'y']) for (let at = 0; at < 2; at += 1) requestSlot(address, `${address}${at}`);
  };

  it('take turns', async () => {
    fill();
    for (let at = 0; at < 3; at += 1) requestSlot('192.0.2.1', `a${at}`);
    for (let at = 0; at < 2; at += 1) requestSlot('192.0.2.2', `b${at}`);
    requestSlot('192.0.2.3', 'c0');
    const order: string[] = [];
    await eventLoopTurn();
    for (let last = names(); last.length > 0; last = names()) {
      const [first = ''] = last;
      await end(first);
      order.push(...names().filter((name) => !last.includes(name)));
    }
    expect(order).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2']);
  });

  it('without a recent failure go before those with one', async () => {
    fill();
    for (let at = 0; at < 5; at += 1) requestSlot(`192.0.2.${at}`, `wrong${at}`, true);
    requestSlot('192.0.2.9', 'fresh');
    await eventLoopTurn();
    await end('x0');
    expect(names()).toEqual(['x1', 'y0', 'y1', 'fresh']);
    await end('fresh');
    expect(names()).toEqual(['x1', 'y0', 'y1', 'wrong0']);
  });

  it('lose their last request to an address with fewer in the queue, and to no other', async () => {
    fill();
    for (let at = 0; at < 4; at += 1) requestSlot('192.0.2.1', `a${at}`);
    for (let at = 0; at < 2; at += 1) requestSlot('192.0.2.2', `b${at}`);
    requestSlot('192.0.2.3', 'c0');
    await eventLoopTurn();
    expect(refusedNames).toEqual(['a3 RATE_LIMITED']);
    requestSlot('192.0.2.2', 'b2');
    requestSlot('192.0.2.1', 'a4');
    await eventLoopTurn();
    expect(refusedNames.slice(1).sort()).toEqual(['a4 RATE_LIMITED', 'b2 RATE_LIMITED']);
    requestSlot('192.0.2.4', 'd0');
    await eventLoopTurn();
    expect(refusedNames.slice(3)).toEqual(['a2 RATE_LIMITED']);
  });
});
