// Tests the m-lines of a LiveKit client's receiving connection: events, and the lines of the next offer.
import { limits } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { type OfferedConsumer, SubscriberOffers } from '../../../src/core/livekit/subscriber-offers.ts';

/** Returns a track: `a1`, `v2` …, whose kind is the first letter. `consumer` distinguishes consumers of a track. */
const track = (trackId: string, consumer = 'c'): OfferedConsumer => ({
  trackId,
  consumerId: `${trackId}.${consumer}`,
  kind: trackId.startsWith('a') ? 'audio' : 'video',
  media: { rtp: { codecs: [], mid: `${trackId}.${consumer}` }, streamId: 's', trackId },
});

type Step =
  | readonly ['add', trackId: string, consumer?: string]
  | readonly ['remove', trackId: string]
  | readonly ['repeat']
  /** Lines of the next offer, or none: `mid:content`, where the content is `x` (rejected) or the consumer. */
  | readonly ['next', ...lines: string[]]
  | readonly ['answer', id: number, refusedMids: string[], ready: string[], refused: string[]];

function shown(offers: SubscriberOffers): string[] {
  const { lines = [] } = offers.next() ?? {};
  return lines.map(({ mid, kind, sent }) => `${mid}:${kind === 'application' ? 'data' : (sent?.rtp.mid ?? 'x')}`);
}
function play(offers: SubscriberOffers, steps: readonly Step[]): void {
  steps.forEach((step, at) => {
    const which = `step ${at}: ${step[0]}`;
    if (step[0] === 'add') offers.add(track(step[1], step[2]));
    else if (step[0] === 'remove') offers.remove(step[1]);
    else if (step[0] === 'repeat') offers.repeat();
    else if (step[0] === 'next') expect(shown(offers), which).toEqual(step.slice(1));
    else {
      const [, id, refusedMids, ready, refused] = step;
      expect(offers.answered(id, refusedMids), which).toEqual({ ready, refused });
    }
  });
}

const rows: readonly (readonly [promise: string, ...steps: Step[]])[] = [
  ['an empty room has its data channels alone, and one offer', ['next', '0:data'], ['next'], ['answer', 1, [], [], []]],
  [
    'tracks that come while an offer is outstanding wait for its answer',
    ['add', 'a1'],
    ['next', '0:data', '1:a1.c'],
    ['add', 'v1'],
    ['add', 'a2'],
    ['next'],
    ['answer', 1, [], ['a1.c'], []],
    ['next', '0:data', '1:a1.c', '2:v1.c', '3:a2.c'],
    ['answer', 2, [], ['v1.c', 'a2.c'], []],
    ['next'],
  ],
  [
    'the line of an ended track serves another of its kind, under another mid, after its rejection is answered',
    ['add', 'a1'],
    ['add', 'v1'],
    ['next', '0:data', '1:a1.c', '2:v1.c'],
    ['answer', 1, [], ['a1.c', 'v1.c'], []],
    ['remove', 'v1'],
    ['next', '0:data', '1:a1.c', '2:x'],
    ['answer', 2, [], [], []],
    ['add', 'a2'],
    ['add', 'v2'],
    ['next', '0:data', '1:a1.c', '4:v2.c', '3:a2.c'],
    ['answer', 3, [], ['v2.c', 'a2.c'], []],
  ],
  [
    'a track that replaces another at once comes on another line, since the client would not announce it on that line',
    ['add', 'v1'],
    ['next', '0:data', '1:v1.c'],
    ['answer', 1, [], ['v1.c'], []],
    ['remove', 'v1'],
    ['add', 'v2'],
    ['next', '0:data', '1:x', '2:v2.c'],
    ['answer', 2, [], ['v2.c'], []],
  ],
  [
    'a track that is removed before the answer is not ready, and its line is rejected',
    ['add', 'v1'],
    ['next', '0:data', '1:v1.c'],
    ['remove', 'v1'],
    ['answer', 1, [], [], []],
    ['next', '0:data', '1:x'],
    ['answer', 2, [], [], []],
    ['next'],
  ],
  [
    'a track that comes and goes between two offers is in neither',
    ['next', '0:data'],
    ['answer', 1, [], [], []],
    ['add', 'v1'],
    ['remove', 'v1'],
    ['next', '0:data'],
    ['answer', 2, [], [], []],
  ],
  [
    'a track that has moved keeps its line, and is ready again',
    ['add', 'v1'],
    ['next', '0:data', '1:v1.c'],
    ['answer', 1, [], ['v1.c'], []],
    ['add', 'v1', 'd'],
    ['next', '0:data', '1:v1.d'],
    ['answer', 2, [], ['v1.d'], []],
  ],
  [
    'a track that moves before the answer becomes ready only with its new consumer',
    ['add', 'v1'],
    ['next', '0:data', '1:v1.c'],
    ['add', 'v1', 'd'],
    ['answer', 1, [], [], []],
    ['next', '0:data', '1:v1.d'],
    ['answer', 2, [], ['v1.d'], []],
  ],
  [
    'a consumer that is added twice is offered once',
    ['add', 'a1'],
    ['next', '0:data', '1:a1.c'],
    ['add', 'a1'],
    ['answer', 1, [], ['a1.c'], []],
    ['next'],
  ],
  [
    'a track whose line is refused is reported and forgotten; the next track on that line comes under another mid',
    ['add', 'a1'],
    ['add', 'v1'],
    ['next', '0:data', '1:a1.c', '2:v1.c'],
    ['answer', 1, ['2'], ['a1.c'], ['v1']],
    ['remove', 'a1'],
    ['next', '0:data', '1:x', '2:x'],
    ['answer', 2, [], [], []],
    ['add', 'v2'],
    ['next', '0:data', '1:x', '3:v2.c'],
    ['answer', 3, [], ['v2.c'], []],
  ],
  [
    'a track that is removed before its refusal is not reported',
    ['add', 'v1'],
    ['next', '0:data', '1:v1.c'],
    ['remove', 'v1'],
    ['answer', 1, ['1'], [], []],
    ['next', '0:data', '1:x'],
  ],
  [
    'a track that moves before its line is refused is offered again, under another mid',
    ['add', 'v1'],
    ['next', '0:data', '1:v1.c'],
    ['add', 'v1', 'd'],
    ['answer', 1, ['1'], [], []],
    ['next', '0:data', '2:v1.d'],
    ['answer', 2, [], ['v1.d'], []],
  ],
  [
    'a track that is removed and added again comes under another mid: native clients show it only there',
    ['add', 'v1'],
    ['next', '0:data', '1:v1.c'],
    ['answer', 1, [], ['v1.c'], []],
    ['remove', 'v1'],
    ['next', '0:data', '1:x'],
    ['answer', 2, ['1'], [], []],
    ['add', 'v1', 'd'],
    ['next', '0:data', '2:v1.d'],
    ['answer', 3, [], ['v1.d'], []],
  ],
  [
    'an offer is repeated without a change, and only its last repetition may be answered',
    ['repeat'],
    ['next', '0:data'],
    ['repeat'],
    ['next', '0:data'],
    ['answer', 2, [], [], []],
    ['next'],
  ],
  ['a refusal of unknown mids is ignored', ['next', '0:data'], ['answer', 1, ['9', '', '0'], [], []], ['next']],
];
const vectors = rows.map(([promise, ...steps]) => ({ promise, steps }));

describe('a client with data channels', () => {
  it.each(vectors)('$promise', ({ steps }) => play(new SubscriberOffers({ dataChannels: true }), steps));
});

describe('an answer throws OUT_OF_ORDER', () => {
  it.each<[when: string, steps: Step[], id: number]>([
    ['before an offer', [], 1],
    [
      'when it is given twice',
      [
        ['next', '0:data'],
        ['answer', 1, [], [], []],
      ],
      1,
    ],
    ['to an offer that is not the outstanding one', [['next', '0:data']], 2],
    ['to an offer that was made again', [['next', '0:data'], ['repeat'], ['next', '0:data']], 1],
  ])('%s', (_when, steps, id) => {
    const offers = new SubscriberOffers({ dataChannels: true });
    play(offers, steps);
    expect(() => offers.answered(id, [])).toThrow(expect.objectContaining({ code: 'OUT_OF_ORDER' }));
  });
});

it('a client without data channels gets no offer before there is a track', () => {
  const offers = new SubscriberOffers({ dataChannels: false });
  offers.repeat();
  play(offers, [['next'], ['add', 'a1'], ['next', '0:a1.c']]);
});

describe('at the bound of received tracks', () => {
  const max = limits.subscriptionsPerParticipantMax;
  const full = (): SubscriberOffers => {
    const offers = new SubscriberOffers({ dataChannels: true });
    for (let at = 0; at < max; at += 1) offers.add(track(`v${at}`));
    return offers;
  };
  it('a further track is refused, and the new consumer of a known track is not', () => {
    const offers = full();
    expect(() => offers.add(track('v-more'))).toThrow(expect.objectContaining({ code: 'TRACK_LIMIT' }));
    offers.add(track('v0', 'moved'));
    offers.remove('v0');
    offers.add(track('v-more'));
    expect(offers.next()?.lines).toHaveLength(max + 1);
  });
  it('a track waits for the answer that frees a line: there are never more lines of a kind than tracks', () => {
    const offers = full();
    offers.next();
    offers.answered(1, []);
    offers.remove('v7');
    offers.add(track('v-more'));
    expect(offers.next()?.lines).toHaveLength(max + 1);
    offers.answered(2, []);
    expect(offers.next()?.lines).toHaveLength(max + 1);
    expect(offers.answered(3, [])).toEqual({ ready: ['v-more.c'], refused: [] });
    expect(offers.next()).toBeUndefined();
  });
});
