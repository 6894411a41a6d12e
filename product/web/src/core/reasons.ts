// Translates known reasons of the scheduling centre, which are English sentences, into the user's language.
import type { Message } from './messages/translate.ts';

type Reader = readonly [pattern: RegExp, read: (found: RegExpExecArray) => Message];

const readers: readonly Reader[] = [
  [/^moved from (\S+): \S+ is drained$/, ([, node = '']) => ({ key: 'why.movedDrained', values: { node } })],
  [
    /^moved from (\S+): at \S+ instead of \S+ it is (\d+)(?:\.\d)? ms nearer to each of the others/,
    ([, node = '', ms = '']) => ({ key: 'why.movedNearer', values: { node, ms } }),
  ],
  [/^moved from (\S+): the room's mode is /, ([, node = '']) => ({ key: 'why.movedMode', values: { node } })],
  [
    /^moved from (\S+): asked for by an administrator$/,
    ([, node = '']) => ({ key: 'why.movedAsked', values: { node } }),
  ],
  // An administrator's own words stay unchanged.
  [/^moved from (\S+): (.*)$/s, ([, node = '', reason = '']) => ({ key: 'why.movedOther', values: { node, reason } })],
  [/^the address is known to ([^;]+)/, ([, source = '']) => ({ key: 'why.addressKnown', values: { source } })],
  [
    /^the address says nothing, so the place of its signaling node (\S+)/,
    ([, signalingId = '']) => ({ key: 'why.addressUnknown', values: { signalingId } }),
  ],
  [/^the city was named by the client/, () => ({ key: 'why.cityNamed' })],
  [/^access: (\d+) ms from the client, timed$/, ([, ms = '']) => ({ key: 'why.timed', values: { ms } })],
  [
    /^access: about (\d+) ms from the client, give or take (\d+)$/,
    ([, ms = '', spread = '']) => ({ key: 'why.guessed', values: { ms, spread } }),
  ],
  [/^access: about (\d+) ms from the client$/, ([, ms = '']) => ({ key: 'why.distance', values: { ms } })],
  [/^load: (\d+) % of its capacity charged$/, ([, percent = '']) => ({ key: 'why.load', values: { percent } })],
  [
    /^load: (\d+) % of its capacity charged, is farther than the nearest$/,
    ([, percent = '']) => ({ key: 'why.loadFarther', values: { percent } }),
  ],
  [
    /^room: holds the room, (\d+) ms one way to the participants in it$/,
    ([, ms = '']) => ({ key: 'why.roomHereDelay', values: { ms } }),
  ],
  [
    /^room: does not hold the room, (\d+) ms one way to the participants in it$/,
    ([, ms = '']) => ({ key: 'why.roomElsewhereDelay', values: { ms } }),
  ],
  [/^room: holds the room$/, () => ({ key: 'why.roomHere' })],
  [/^room: does not hold the room$/, () => ({ key: 'why.roomElsewhere' })],
  [/^room: the room is new$/, () => ({ key: 'why.roomNew' })],
  [
    /^room: (?:holds the room|does not hold the room|the room is new), is farther than the nearest$/,
    () => ({ key: 'why.roomFarther' }),
  ],
  [/^panic: /, () => ({ key: 'why.panic' })],
  [
    /^degraded: hosts that are (\d+) ms nearer take no more sessions/,
    ([, ms = '']) => ({ key: 'why.nearFull', values: { ms } }),
  ],
  [/^degraded: the node of this room takes no more sessions/, () => ({ key: 'why.split' })],
  [/^degraded: /, () => ({ key: 'why.degraded' })],
  [
    /^waited (\d+) ms for its turn: region (\S+) has more joins/,
    ([, ms = '', region = '']) => ({ key: 'why.turn', values: { ms, region } }),
  ],
  [/ was not charged: /, () => ({ key: 'why.notCharged' })],
  [/^The scheduling centre did not answer; placed from/, () => ({ key: 'why.cached' })],
  [
    /^waited (\d+) ms for the fleet after a start of the centre, whose store remembered no nodes/,
    ([, ms = '']) => ({ key: 'why.warmUpForgotten', values: { ms } }),
  ],
  [
    /^waited (\d+) ms for the fleet after a start of the centre: (\d+) of (\d+) media nodes were back/,
    ([, ms = '', back = '', all = '']) => ({ key: 'why.warmUp', values: { ms, back, all } }),
  ],
];

/** Returns undefined for an unknown reason, whose text is then shown unchanged. */
export function messageOfReason(reason: string): Message | undefined {
  for (const [pattern, read] of readers) {
    const found = pattern.exec(reason);
    if (found !== null) return read(found);
  }
  return undefined;
}
