import { addCounts, noCounts, peopleOf } from '../core/levels.ts';
import type { Selection } from '../core/selection.ts';
import type { Point } from '../core/viewport.ts';
import { linkKey, type WorldState } from '../core/world-state.ts';
import { strengths } from '../types.ts';
import type { Words } from './words.ts';

export function Tip({
  selection,
  at,
  state,
  words,
}: {
  selection: Selection;
  at: Point;
  state: WorldState;
  words: Words;
}) {
  const lines = linesOf(selection, state, words);
  if (lines === undefined) return null;
  return (
    <div
      className="map-tip absolute grid rounded-s text-s pointer-none"
      style={{ left: at.x, top: at.y }}
      aria-hidden="true"
    >
      <strong>{lines[0]}</strong>
      <span>{lines[1]}</span>
    </div>
  );
}

function linesOf(selection: Selection, state: WorldState, words: Words): readonly [string, string] | undefined {
  const { say, count, percent, ms, share } = words;
  if (selection.kind === 'site') {
    const site = state.sites.get(selection.site);
    if (site === undefined) return undefined;
    const facts = [words.stateWord(site.state), say('sessions', { n: count(site.sessions) }), percent(site.load)];
    return [words.cityOf(site), facts.join(' · ')];
  }
  if (selection.kind === 'link') {
    const link = state.links.get(linkKey(selection));
    if (link === undefined) return undefined;
    const [from, to] = [words.siteName(state, link.from), words.siteName(state, link.to)];
    const relayNames = link.via.map((site) => words.siteName(state, site)).join(', ');
    const facts = [
      ...(link.isReachable ? [ms(link.rttMs), share(link.loss)] : [say('unreachable')]),
      ...(relayNames === '' ? [] : [say('over', { sites: relayNames })]),
      say('sessions', { n: count(link.sessions) }),
    ];
    return [say('linkTitle', { from, to }), facts.join(' · ')];
  }
  // The map has no object for a region.
  if (selection.kind === 'region') return undefined;
  const counts = selection.places
    .map((place) => state.places.get(place)?.strength ?? noCounts)
    .reduce(addCounts, noCounts);
  const [first = '', ...others] = selection.places;
  const title = words.place(first) + (others.length === 0 ? '' : ` + ${others.length}`);
  const shown = strengths.filter((one) => counts[one] > 0).map((one) => `${say(one)} ${count(counts[one])}`);
  return [title, [say('sessions', { n: count(peopleOf(counts)) }), ...shown].join(' · ')];
}
