// The scheduling centre gives its reasons as English sentences; those this page knows are said in the user's language. Pure.
import type { Message } from './messages/translate.ts';

type Reader = readonly [pattern: RegExp, read: (found: RegExpExecArray) => Message];

const readers: readonly Reader[] = [
  [/^the address is known to ([^;]+)/, ([, source = '']) => ({ key: 'why.addressKnown', values: { source } })],
  [
    /^the address says nothing, so the place of its door (\S+)/,
    ([, door = '']) => ({ key: 'why.addressUnknown', values: { door } }),
  ],
  [/^the city was named by the client/, () => ({ key: 'why.cityNamed' })],
  [/^geography: about (\d+) ms from the client$/, ([, ms = '']) => ({ key: 'why.distance', values: { ms } })],
  [/^load: (\d+) % of its capacity charged$/, ([, percent = '']) => ({ key: 'why.load', values: { percent } })],
  [/^room-affinity: does not hold the room$/, () => ({ key: 'why.roomElsewhere' })],
  [
    /^room-affinity: holds the room, but is (\d+) ms farther/,
    ([, ms = '']) => ({ key: 'why.roomFarther', values: { ms } }),
  ],
  [
    /^waited (\d+) ms for the fleet after a restart of the centre: (\d+) of (\d+) media nodes were back/,
    ([, ms = '', back = '', all = '']) => ({ key: 'why.warmUp', values: { ms, back, all } }),
  ],
  [/^room-affinity: holds the room and is near$/, () => ({ key: 'why.roomHere' })],
];

/** The message for a reason; undefined for one this page does not know, which is then shown as it came. */
export function messageOfReason(reason: string): Message | undefined {
  for (const [pattern, read] of readers) {
    const found = pattern.exec(reason);
    if (found !== null) return read(found);
  }
  return undefined;
}
