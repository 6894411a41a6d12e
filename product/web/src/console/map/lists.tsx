import { type ReactNode, useMemo } from 'react';
import { State } from '../../admin/traffic/parts.tsx';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import { type AlarmMarks, siteMark } from '../alarms/core/places.ts';
import { Severity } from '../alarms/parts.tsx';
import { siteLevel } from '../core/levels.ts';
import type { Selection } from '../core/selection.ts';
import { linkKey, type WorldState } from '../core/world-state.ts';
import type { AlarmSeverity, WorldLink, WorldSite } from '../types.ts';
import { linkTone, siteTone, stateTone, useWords, type Words } from './words.ts';

interface WorldListsProps {
  state: WorldState;
  isUnusedShown: boolean;
  marks: AlarmMarks;
  onSelect(selection: Selection): void;
}

/** Maximum number of link rows, of which the worst are shown. More would slow the browser. */
const LINKS_MAX = 300;

export function WorldLists({ state, isUnusedShown, marks, onSelect }: WorldListsProps) {
  const words = useWords();
  const { say } = words;
  const sites = useMemo(
    () => [...state.sites.values()].sort((a, b) => rank(siteTone(b)) - rank(siteTone(a)) || b.sessions - a.sessions),
    [state.sites],
  );
  const links = useMemo(
    () =>
      [...state.links.values()]
        .filter((link) => link.isUsed || isUnusedShown || !link.isReachable || marks.links.has(linkKey(link)))
        .sort((a, b) => rank(linkTone(b)) - rank(linkTone(a)) || b.sessions - a.sessions)
        .slice(0, LINKS_MAX),
    [state.links, isUnusedShown, marks],
  );
  return (
    <div className="map-lists grid gap-5 min-w-0" data-testid="world-lists">
      <section aria-label={say('sites')}>
        <h2>{say('sites')}</h2>
        <RowsTable
          label={say('sites')}
          rows={sites}
          columns={siteColumns({ words, marks, onSelect })}
          keyOf={({ site }) => site}
        />
      </section>
      <section aria-label={say('links')}>
        <h2>{say('links')}</h2>
        <RowsTable
          label={say('links')}
          rows={links}
          columns={linkColumns({ words, marks, state, onSelect })}
          keyOf={linkKey}
        />
        {links.length === LINKS_MAX ? <p className="faint">{say('first', { n: LINKS_MAX })}</p> : null}
      </section>
    </div>
  );
}

const rank = (tone: string): number => ['good', 'quiet', 'warn', 'bad'].indexOf(tone);

const openButton = (text: ReactNode, open: () => void): ReactNode => (
  <button type="button" className="link-button" onClick={open}>
    {text}
  </button>
);

/** Shows the button that opens an entry, with the severity of its open alarm, if any. */
const withSeverity = (opened: ReactNode, severity: AlarmSeverity | undefined): ReactNode => (
  <span className="inline-flex flex-wrap gap-2px-3 items-center">
    {opened}
    {severity === undefined ? null : <Severity severity={severity} />}
  </span>
);

interface ColumnsOptions {
  readonly words: Words;
  readonly marks: AlarmMarks;
  onSelect(selection: Selection): void;
}

function siteColumns({ words, marks, onSelect }: ColumnsOptions): readonly Column<WorldSite>[] {
  const { say, cityOf, stateWord, percent, count } = words;
  return [
    {
      key: 'city',
      title: say('city'),
      cell: (site) =>
        withSeverity(
          openButton(cityOf(site), () => onSelect({ kind: 'site', site: site.site })),
          siteMark(marks, site),
        ),
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
    {
      key: 'load',
      title: say('load'),
      cell: (site) =>
        siteLevel(site) === 'dead' ? say('none') : <State tone={siteTone(site)}>{percent(site.load)}</State>,
    },
    { key: 'sessions', title: say('sessionsTitle'), cell: ({ sessions }) => count(sessions), isNumber: true },
    { key: 'weak', title: say('weakTitle'), cell: ({ strength }) => count(strength.weak), isNumber: true },
  ];
}

function linkColumns({
  words,
  marks,
  state,
  onSelect,
}: ColumnsOptions & { readonly state: WorldState }): readonly Column<WorldLink>[] {
  const { say, siteName, ms, share, count } = words;
  return [
    {
      key: 'link',
      title: say('links'),
      cell: ({ from, to }) =>
        withSeverity(
          openButton(say('linkTitle', { from: siteName(state, from), to: siteName(state, to) }), () =>
            onSelect({ kind: 'link', from, to }),
          ),
          marks.links.get(linkKey({ from, to })),
        ),
    },
    {
      key: 'rtt',
      title: say('rtt'),
      cell: (link) => <State tone={linkTone(link)}>{link.isReachable ? ms(link.rttMs) : say('unreachable')}</State>,
    },
    { key: 'loss', title: say('loss'), cell: ({ loss }) => share(loss), isNumber: true },
    { key: 'via', title: say('via'), cell: (link) => routeText(words, state, link) },
    { key: 'sessions', title: say('sessionsTitle'), cell: ({ sessions }) => count(sessions), isNumber: true },
  ];
}

export function routeText({ say, siteName }: Words, state: WorldState, { via, isUsed }: WorldLink): string {
  if (!isUsed) return say('notUsed');
  return via.length === 0 ? say('direct') : say('over', { sites: via.map((site) => siteName(state, site)).join(', ') });
}
