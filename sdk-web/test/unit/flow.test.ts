import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type FlowReading,
  type FlowState,
  flowPeriodMs,
  hasGrown,
  initialFlow,
  type MediaPath,
  nextFlow,
  pathOf,
  type ReceivedBytes,
  receivedBytesOf,
} from '../../src/core/flow.ts';
import { type FlowSource, FlowWatch } from '../../src/media/flow-watch.ts';

const bytes = (total: number): ReceivedBytes => new Map([['pair', total]]);

/**
 * Runs one reading per letter. `+` bytes came, `.` none did, `s` none but an answer to sent media, `-` none and none
 * expected, `x` none and the path lost, `t` none and the path trying again, `q` the same with none expected, `z` none
 * after three seconds of sleep. Returns `!` where the media was interrupted.
 */
function run(script: string): string {
  let state: FlowState = initialFlow;
  let recv = 0;
  let send = 0;
  let takenMs = 0;
  let answer = '';
  for (const letter of script) {
    takenMs += letter === 'z' ? 3000 : flowPeriodMs;
    if (letter === '+') recv += 1;
    if (letter === 's') send += 1;
    const reading: FlowReading = {
      takenMs,
      isMediaExpected: letter !== '-' && letter !== 'q',
      path: letter === 'x' ? 'lost' : letter === 't' || letter === 'q' ? 'trying' : 'up',
      recv: bytes(recv),
      send: letter === '+' ? undefined : bytes(send),
    };
    state = nextFlow(state, reading);
    answer += state.interrupted ? '!' : '.';
  }
  return answer;
}

describe('media counts as interrupted', () => {
  it.each([
    // Rows in which it never counts:
    { name: 'not before the first bytes', script: '..........', want: '..........' },
    { name: 'not while bytes were not steady yet', script: '.+++......', want: '..........' },
    { name: 'not when bytes come seldom', script: '++.+.+..+..+..', want: '..............' },
    { name: 'not after one empty reading', script: '.+++++.+++++', want: '............' },
    { name: 'not in a room where all fell silent', script: '.+++++-----', want: '...........' },
    { name: 'not when the mute comes a moment after the silence began', script: '.+++++.----', want: '...........' },
    { name: 'not while a camera that is on again starts', script: '.+++++--....', want: '............' },
    { name: 'not when the node answers what we send', script: '.+++++.ssssss', want: '.............' },
    { name: 'not because the page slept', script: '.+++++z.....', want: '............' },
    { name: 'not while a first path is tried', script: 'tttt', want: '....' },
    // Rows in which it counts, and for how long:
    { name: 'after two empty readings of a steady stream', script: '.+++++...', want: '.......!!' },
    { name: 'until bytes come', script: '.+++++....++', want: '.......!!!..' },
    { name: 'until the node answers what we send', script: '.+++++....s', want: '.......!!!.' },
    { name: 'for a second after nothing is expected any more', script: '.+++++...---', want: '.......!!!..' },
    { name: 'while the browser reports the path as lost, even in a quiet room', script: '---xx--', want: '...!!!.' },
    { name: 'while a lost path is tried again', script: '.++xtttt+', want: '...!!!!!.' },
    { name: 'while a lost path is tried again in a quiet room', script: '--xqqqq--', want: '..!!!!!!.' },
    { name: 'again only after another steady stream', script: '.+++++..+....', want: '.......!.....' },
    { name: 'still after the page has slept', script: '.+++++..z.+', want: '.......!!!.' },
  ])('$name', ({ script, want }) => {
    expect(run(script)).toBe(want);
  });
});

describe('the readings', () => {
  it('count as grown when the bytes of any candidate pair have, even of a new pair; without a previous reading never', () => {
    expect(hasGrown(undefined, bytes(5))).toBe(false);
    expect(hasGrown(bytes(5), undefined)).toBe(false);
    expect(hasGrown(bytes(5), bytes(5))).toBe(false);
    expect(hasGrown(bytes(5), new Map())).toBe(false);
    expect(hasGrown(bytes(5), new Map([['other', 1]]))).toBe(true);
    expect(hasGrown(bytes(5), bytes(6))).toBe(true);
  });
  it('are the bytes of candidate pairs, if the browser reports them', () => {
    const entries = [
      { id: 'a', type: 'candidate-pair', bytesReceived: 7 },
      { id: 'b', type: 'candidate-pair' },
      { id: 'c', type: 'inbound-rtp', bytesReceived: 9 },
    ];
    expect([...receivedBytesOf(entries)]).toEqual([['a', 7]]);
  });
  it('give the worse path of two transports', () => {
    expect(pathOf(['new', 'connected'])).toBe('up');
    expect(pathOf(['connecting', 'connected'])).toBe('trying');
    expect(pathOf(['connecting', 'disconnected'])).toBe('lost');
    expect(pathOf(['connected', 'failed'])).toBe('lost');
  });
});

describe('the watch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watched(o: { expected?: () => boolean; sends?: () => boolean } = {}) {
    const changes: boolean[] = [];
    const silences: string[] = [];
    const read: string[] = [];
    const node = { sends: true, answers: false, received: 0, answered: 0, packets: 0 };
    const media = {
      closed: false,
      path: 'up' as MediaPath,
      readReceived: () => {
        read.push('recv');
        if (node.sends) node.received += 1;
        return Promise.resolve(bytes(node.received));
      },
      readSent: () => {
        read.push('send');
        node.packets += 1;
        if (node.answers) node.answered += 1;
        return Promise.resolve({ packets: node.packets, received: bytes(node.answered) });
      },
      restartOnSilence: (what: string) => void silences.push(what),
    } satisfies FlowSource;
    const watch = new FlowWatch({
      expected: o.expected ?? (() => true),
      sends: o.sends ?? (() => false),
      changed: (interrupted) => void changes.push(interrupted),
    });
    watch.start(media);
    const readings = (count: number) => vi.advanceTimersByTimeAsync(count * flowPeriodMs);
    return { watch, changes, silences, read, node, media, readings };
  }

  it('reports once that media stopped, and once that it resumed', async () => {
    const { watch, changes, node, readings } = watched();
    await readings(6);
    expect(changes).toEqual([]);
    node.sends = false;
    await readings(3);
    expect(changes).toEqual([true]);
    node.sends = true;
    await readings(3);
    expect(changes).toEqual([true, false]);
    watch.stop();
  });
  it('reads nothing from the browser while nothing is expected or sent', async () => {
    const { watch, read, readings } = watched({ expected: () => false });
    await readings(6);
    expect(read).toEqual([]);
    watch.stop();
  });
  it('reads the sending side only when nothing was received, and nothing after its end', async () => {
    const { watch, changes, read, node, readings } = watched();
    await readings(4);
    expect(read).toEqual(['recv', 'send', 'recv', 'recv', 'recv']); // the first reading has no previous one
    node.sends = false;
    watch.stop();
    watch.stop();
    await readings(6);
    expect([changes, read.length]).toEqual([[], 5]);
  });

  it('reports once that nothing arrives at a receive-only client', async () => {
    const { watch, silences, node, readings } = watched();
    await readings(6);
    node.sends = false;
    await readings(1);
    expect(silences).toEqual([]);
    await readings(20);
    expect(silences).toEqual(['both']);
    watch.stop();
  });
  it('reports once that no answer comes to a send-only client', async () => {
    const { watch, changes, silences, read, node, readings } = watched({ expected: () => false, sends: () => true });
    node.answers = true;
    await readings(6);
    node.answers = false;
    await readings(1);
    expect(silences).toEqual([]);
    await readings(20);
    expect([silences, changes, read.includes('recv')]).toEqual([['both'], [], false]);
    watch.stop();
  });
  it('reports that one direction is gone when answers stop but media still arrives', async () => {
    const { watch, changes, silences, node, readings } = watched({ sends: () => true });
    node.answers = true;
    await readings(6);
    node.answers = false;
    await readings(20);
    expect([silences, changes]).toEqual([['send'], []]);
    watch.stop();
  });
  it('reports nothing while answers come, nor when the browser itself reports the path as lost', async () => {
    const answered = watched({ sends: () => true });
    answered.node.answers = true;
    const lost = watched();
    await lost.readings(6);
    for (const { node } of [answered, lost]) node.sends = false;
    lost.media.path = 'lost';
    await lost.readings(10);
    expect([answered.silences, answered.changes]).toEqual([[], []]);
    expect([lost.silences, lost.changes]).toEqual([[], [true]]);
    for (const { watch } of [answered, lost]) watch.stop();
  });
  it('expects no answer while all our tracks are muted', async () => {
    const own = { isMuted: false };
    const { watch, silences, node, readings } = watched({ expected: () => false, sends: () => !own.isMuted });
    node.answers = true;
    await readings(6);
    own.isMuted = true;
    node.answers = false;
    await readings(2);
    own.isMuted = false;
    await readings(3);
    expect(silences).toEqual([]);
    watch.stop();
  });
});
