// Which cells a command line means. Pure.
import { type KindName, nameOf, type Pair, playerNames, publisherNames, sixKinds } from './table.ts';

/** What else is played, and what else publishes, is tried with these: one browser, one encoder. */
const triedWith: readonly KindName[] = ['webrtc', 'rtmp'];
/** VP8 is tried where H.264 has to be made of it. */
const needH264: readonly KindName[] = ['h5', 'flv', 'hls'];

const all: readonly Pair[] = publisherNames.flatMap((from) => playerNames.map((to) => ({ from, to })));
const isOfSix = (kind: KindName): boolean => (sixKinds as readonly KindName[]).includes(kind);

/** The 36 cells of the table, each other publisher and player with a browser and an encoder, and VP8. */
export const usualCells: readonly Pair[] = all.filter(
  ({ from, to }) =>
    (isOfSix(from) && isOfSix(to)) ||
    (triedWith.includes(from) && !isOfSix(to)) ||
    (triedWith.includes(to) && from === 'whip') ||
    (needH264.includes(to) && from === 'udp-vp8'),
);

/**
 * The cells of a list such as `webrtc>rtmp,*>flv`, in the table's order, each once. Throws RangeError for what names
 * no cell.
 */
export function cellsOf(list: string): Pair[] {
  const wanted = new Set<Pair>();
  for (const item of list.split(',')) {
    const [from, to, ...more] = item.trim().split('>');
    const fits = (kind: KindName, pattern: string | undefined): boolean => pattern === '*' || pattern === kind;
    const found = more.length > 0 ? [] : all.filter((pair) => fits(pair.from, from) && fits(pair.to, to));
    if (found.length === 0)
      throw new RangeError(`no cell is ${JSON.stringify(item)}; one is ${nameOf(all[0] as Pair)}`);
    for (const pair of found) wanted.add(pair);
  }
  return all.filter((pair) => wanted.has(pair));
}

/** HLS lives on for half a minute after its player. */
export const outlivesPlayer = ({ to }: Pair): boolean => to === 'hls' || to === 'll-hls';

/** The same cells, those that outlive their players last. */
export const inTurn = (pairs: readonly Pair[]): Pair[] => [
  ...pairs.filter((pair) => !outlivesPlayer(pair)),
  ...pairs.filter(outlivesPlayer),
];
