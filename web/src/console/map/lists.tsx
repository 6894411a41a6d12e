// The map as tables: for screen readers and small windows.
import { type ReactNode, useMemo } from 'react';
import { State } from '../../admin/traffic/parts.tsx';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import type { Selection } from '../core/selection.ts';
import { linkKey, type WorldState } from '../core/world-state.ts';
import type { WorldLink, WorldSite } from '../types.ts';
import { linkTone, siteTone, stateTone, useWords, type Words } from './words.ts';

interface WorldListsProps {
  state: WorldState;
  isUnusedShown: boolean;
  onSelect(selection: Selection): void;
}

/** Rows of links: beyond, the browser is slow, and the worst are shown first. */
const LINKS_MAX = 300;

export function WorldLists({ state, isUnusedShown, onSelect }: WorldListsProps) {
  const words = useWords();
  const { say } = words;
  const sites = useMemo(
    () => [...state.sites.values()].sort((a, b) => rank(siteTone(b)) - rank(siteTone(a)) || b.sessions - a.sessions),
    [state.sites],
  );
  const links = useMemo(
    () =>
      [...state.links.values()]
        .filter(({ isUsed, isReachable }) => isUsed || isUnusedShown || !isReachable)
        .sort((a, b) => rank(linkTone(b)) - rank(linkTone(a)) || b.sessions - a.sessions)
        .slice(0, LINKS_MAX),
    [state.links, isUnusedShown],
  );
  return (
    <div className="map-lists" data-testid="world-lists">
      <section aria-label={say('sites')}>
        <h2>{say('sites')}</h2>
        <RowsTable
          label={say('sites')}
          rows={sites}
          columns={siteColumns(words, onSelect)}
          keyOf={({ site }) => site}
        />
      </section>
      <section aria-label={say('links')}>
        <h2>{say('links')}</h2>
        <RowsTable
          label={say('links')}
          rows={links}
          columns={linkColumns({ words, state, onSelect })}
          keyOf={linkKey}
        />
        {links.length === LINKS_MAX ? <p className="faint">{say('first', { n: LINKS_MAX })}</p> : null}
      </section>
    </div>
  );
}

const rank = (tone: string): number => ['good', 'quiet', 'warn', 'bad'].indexOf(tone);

const opener = (text: ReactNode, open: () => void): ReactNode => (
  <button type="button" className="link-button" onClick={open}>
    {text}
  </button>
);

function siteColumns(words: Words, onSelect: (selection: Selection) => void): readonly Column<WorldSite>[] {
  const { say, cityOf, stateWord, percent, count } = words;
  return [
    {
      key: 'city',
      title: say('city'),
      cell: (site) => opener(cityOf(site), () => onSelect({ kind: 'site', site: site.site })),
    },
    {
      key: 'state',
      title: say('state'),
      cell: ({ state }) => <State tone={stateTone(state)}>{stateWord(state)}</State>,
    },
    {
      key: 'nodes',
      title: say('nodesTitle'),
      cell: ({ nodes, nodesAlive }) => say('nodesOf', { n: nodes, alive: nodesAlive }),
    },
    { key: 'load', title: say('load'), cell: (site) => <State tone={siteTone(site)}>{percent(site.load)}</State> },
    { key: 'sessions', title: say('sessionsTitle'), cell: ({ sessions }) => count(sessions), isNumber: true },
    { key: 'weak', title: say('weakTitle'), cell: ({ strength }) => count(strength.weak), isNumber: true },
  ];
}

interface LinkColumnsOptions {
  readonly words: Words;
  readonly state: WorldState;
  onSelect(selection: Selection): void;
}

function linkColumns({ words, state, onSelect }: LinkColumnsOptions): readonly Column<WorldLink>[] {
  const { say, siteName, ms, share, count } = words;
  return [
    {
      key: 'link',
      title: say('links'),
      cell: ({ from, to }) =>
        opener(say('linkTitle', { from: siteName(state, from), to: siteName(state, to) }), () =>
          onSelect({ kind: 'link', from, to }),
        ),
    },
    {
      key: 'rtt',
      title: say('rtt'),
      cell: (link) => <State tone={linkTone(link)}>{link.isReachable ? ms(link.rttMs) : say('unreachable')}</State>,
    },
    { key: 'loss', title: say('loss'), cell: ({ loss }) => share(loss), isNumber: true },
    { key: 'via', title: say('via'), cell: (link) => wayText(words, state, link) },
    { key: 'sessions', title: say('sessionsTitle'), cell: ({ sessions }) => count(sessions), isNumber: true },
  ];
}

/** How media goes over it. */
export function wayText({ say, siteName }: Words, state: WorldState, { via, isUsed }: WorldLink): string {
  if (!isUsed) return say('notUsed');
  return via.length === 0 ? say('direct') : say('over', { sites: via.map((site) => siteName(state, site)).join(', ') });
}
