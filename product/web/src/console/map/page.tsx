import { Globe, List } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Check } from '../../account/ui/fields.tsx';
import { marksOf, noMarks } from '../alarms/core/places.ts';
import { useLiveAlarms } from '../alarms/live.tsx';
import { type Selection, searchOf, selectionOf } from '../core/selection.ts';
import type { WorldState } from '../core/world-state.ts';
import { type ConsoleWorld, WorldFeed } from '../feed.ts';
import type { ConsolePorts, PageProps } from '../ports.ts';
import { Legend } from './legend.tsx';
import { WorldLists } from './lists.tsx';
import { Panel, Strengths } from './panel.tsx';
import { useWords, type Words } from './words.ts';
import { WorldMap } from './world-map.tsx';
import '../../styles/console-map.css';

type View = 'map' | 'list';
/** Silence from which the page shows a notice. Changes come every 2 s, so at least two are missing. */
const SILENT_SHOWN_MS = 6000;

export function MapPage({ ports }: PageProps<'map'>) {
  const words = useWords();
  const { world, silentMs } = useWorld(ports);
  const [view, setView] = useView();
  const [isPeopleShown, setPeople] = useState(true);
  const [isUnusedShown, setUnused] = useState(false);
  const [selection, select] = useSelection();
  const shown = useMemo(() => ({ people: isPeopleShown, unused: isUnusedShown }), [isPeopleShown, isUnusedShown]);
  const alarms = useLiveAlarms().value?.alarms;
  const marks = useMemo(() => (alarms === undefined ? noMarks : marksOf(alarms)), [alarms]);
  const { say } = words;
  const isEmpty = world === undefined || world.sites.size === 0;
  useEscape(selection !== undefined, () => select(undefined));
  return (
    <div className="map-page grid gap-3 min-w-0" data-testid="map-page">
      <h1 className="visually-hidden">{say('title')}</h1>
      <Totals world={world} silentMs={silentMs} words={words} />
      <div className="map-tools in-row flex-wrap" hidden={isEmpty}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's */}
        <div className="map-views flex gap-2px" role="group" aria-label={say('view')}>
          {(['map', 'list'] as const).map((one) => (
            <button
              key={one}
              type="button"
              className="button small quiet"
              aria-pressed={view === one}
              onClick={() => setView(one)}
            >
              {one === 'map' ? <Globe size={16} aria-hidden="true" /> : <List size={16} aria-hidden="true" />}
              {say(one === 'map' ? 'asMap' : 'asList')}
            </button>
          ))}
        </div>
        {view === 'map' ? <Check label={say('people')} on={isPeopleShown} onChange={setPeople} /> : null}
        <Check label={say('unused')} on={isUnusedShown} onChange={setUnused} />
      </div>
      {isEmpty ? (
        <Empty isThere={world !== undefined} words={words} />
      ) : (
        <div className="map-body grid gap-4 min-w-0" data-panel={selection === undefined ? undefined : ''}>
          {view === 'map' ? (
            <div className="grid gap-3 min-w-0">
              <WorldMap state={world} {...{ selection, shown, marks }} onSelect={select} />
              <Legend />
            </div>
          ) : (
            <WorldLists state={world} {...{ isUnusedShown, marks }} onSelect={select} />
          )}
          {selection === undefined ? null : (
            <Panel key={searchOf(selection)} {...{ ports, selection }} state={world} onSelect={select} />
          )}
        </div>
      )}
    </div>
  );
}

/** Closes the panel on Escape, unless an open menu or dialog takes the key. */
function useEscape(isOn: boolean, then: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if ((event.target as Element).closest('dialog, details.account-menu') === null) then();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

const emptyWorld: ConsoleWorld = { world: undefined, silentMs: 0, isOpen: false };
const noListener = (): (() => void) => () => undefined;
const getEmptyWorld = (): ConsoleWorld => emptyWorld;

function useWorld(ports: ConsolePorts): ConsoleWorld {
  const [feed, setFeed] = useState<WorldFeed>();
  useEffect(() => {
    const newFeed = new WorldFeed({
      open: () => ports.openStream('/console/world/stream'),
      nowMs: () => performance.now(),
      every: (ms, then) => {
        const timer = setInterval(then, ms);
        return () => clearInterval(timer);
      },
      // If the session has ended, any call makes the page ask the user to sign in again.
      onRefused: () =>
        void ports
          .run(() => ports.client.get('/me'))
          .catch((error: unknown) => console.info('The stream was refused:', error)),
    });
    setFeed(newFeed);
    return () => newFeed.close();
  }, [ports]);
  return useSyncExternalStore(feed?.state.subscribe ?? noListener, feed?.state.get ?? getEmptyWorld);
}

function useView(): readonly [View, (view: View) => void] {
  const [view, setView] = useState<View>(() => viewOf(location.search));
  const choose = useCallback((next: View): void => {
    const query = new URLSearchParams(location.search);
    if (next === 'list') query.set('view', 'list');
    else query.delete('view');
    showAddress(query);
    setView(next);
  }, []);
  return [view, choose];
}

const viewOf = (search: string): View => (new URLSearchParams(search).get('view') === 'list' ? 'list' : 'map');
const showAddress = (query: URLSearchParams): void =>
  history.replaceState(null, '', `${location.pathname}${query.size === 0 ? '' : `?${query}`}`);

/** Keeps the selection in the URL, so that a reload or shared link shows the same. */
function useSelection(): readonly [Selection | undefined, (selection: Selection | undefined) => void] {
  const [selection, setSelection] = useState(() => selectionOf(location.search));
  const select = useCallback((next: Selection | undefined): void => {
    const params = new URLSearchParams(location.search);
    for (const name of ['site', 'region', 'from', 'to', 'place']) params.delete(name);
    for (const [name, value] of new URLSearchParams(searchOf(next))) params.append(name, value);
    showAddress(params);
    setSelection(next);
  }, []);
  return [selection, select];
}

function Totals({ world, silentMs, words }: { world: WorldState | undefined; silentMs: number; words: Words }) {
  const { say, count } = words;
  const totals = world?.totals;
  const silentS = Math.floor(silentMs / 1000);
  const isSilent = world !== undefined && silentMs >= SILENT_SHOWN_MS;
  return (
    <>
      {totals === undefined ? null : (
        <p className="map-totals flex flex-wrap items-baseline tabular" data-testid="map-totals">
          <strong>{say('sessions', { n: count(totals.sessions) })}</strong>
          <span>{say('rooms', { n: count(totals.rooms) })}</span>
          <span>{say('nodes', { n: count(totals.nodes), alive: count(totals.nodesAlive) })}</span>
          <Strengths counts={totals.strength} words={words} />
        </p>
      )}
      {isSilent ? (
        <p className="admin-stale" role="status" data-testid="map-silent">
          {say('silent', { n: silentS })}
        </p>
      ) : null}
      {world === undefined || world.centre.isReachable ? null : (
        <p className="admin-stale" role="status" data-testid="map-centre">
          {say('centreGone', { n: count(Math.round(world.centre.sinceMs / 1000)) })}
        </p>
      )}
    </>
  );
}

function Empty({ isThere, words: { say } }: { isThere: boolean; words: Words }) {
  return (
    <div className="admin-empty" data-testid="map-empty">
      {isThere ? (
        <>
          <Globe size={40} aria-hidden="true" />
          <h2>{say('emptyTitle')}</h2>
          <p>{say('empty')}</p>
        </>
      ) : (
        <p role="status">{say('waiting')}</p>
      )}
    </div>
  );
}
