// The map's sites for screen readers and keyboards, with a single Tab stop.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { type AlarmMarks, siteMark } from '../alarms/core/places.ts';
import { isArrowKey, stopBeside } from '../core/roving.ts';
import type { Selection } from '../core/selection.ts';
import type { WorldState } from '../core/world-state.ts';
import type { WorldSite } from '../types.ts';
import { projectedPoint } from './geography.ts';
import type { MapView } from './view.ts';
import type { Words } from './words.ts';

interface SiteButtonsProps {
  state: WorldState;
  selection: Selection | undefined;
  marks: AlarmMarks;
  view: MapView | undefined;
  words: Words;
  onSelect(selection: Selection): void;
  /** Called when the focus shall return to the map. */
  onLeave(): void;
}

/**
 * Shows a button per site. Tab goes to the site focused last, else to the selected one, else to the one with most
 * sessions. Arrow keys move to the nearest site in their direction. Escape leaves.
 */
export function SiteButtons({ state, selection, marks, view, words, onSelect, onLeave }: SiteButtonsProps) {
  const { say, cityOf, count, stateWord } = words;
  const sites = useMemo(() => [...state.sites.values()].sort((a, b) => (a.city < b.city ? -1 : 1)), [state.sites]);
  const [lastFocused, setLastFocused] = useState<string>();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => () => view?.focus(undefined), [view]);
  const candidates = [lastFocused, selection?.kind === 'site' ? selection.site : undefined];
  const stop = candidates.find((site) => site !== undefined && state.sites.has(site)) ?? busiestOf(sites);
  const onKeyDown = (event: KeyboardEvent, { site }: WorldSite): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && selection === undefined) onLeave();
    else if (isArrowKey(event.key)) {
      const stops = sites.map((one) => ({ key: one.site, at: projectedPoint(one) }));
      const next = stopBeside(stops, site, event.key);
      const item = list.current?.children[sites.findIndex((one) => one.site === next?.key)];
      item?.querySelector('button')?.focus();
    } else return;
    event.preventDefault();
  };
  return (
    <ul className="map-sites absolute m-0 p-0" ref={list} aria-label={say('sites')}>
      {sites.map((site) => (
        <li key={site.site} className="visually-hidden">
          <button
            type="button"
            tabIndex={site.site === stop ? 0 : -1}
            onFocus={() => {
              setLastFocused(site.site);
              view?.focus(site);
            }}
            onBlur={() => view?.focus(undefined)}
            onKeyDown={(event) => onKeyDown(event, site)}
            onClick={() => onSelect({ kind: 'site', site: site.site })}
          >
            {cityOf(site)} · {stateWord(site.state)} · {say('sessions', { n: count(site.sessions) })}
            {siteMark(marks, site) === undefined ? '' : ` · ${say('alarm')}`}
          </button>
        </li>
      ))}
    </ul>
  );
}

const busiestOf = (sites: readonly WorldSite[]): string | undefined =>
  sites.reduce<WorldSite | undefined>(
    (most, one) => (most === undefined || one.sessions > most.sessions ? one : most),
    undefined,
  )?.site;
