import { X } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { Fact, Facts, LoadTrouble, State } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { alarmsAt } from '../alarms/core/places.ts';
import { useLiveAlarms } from '../alarms/live.tsx';
import { AlarmRows } from '../alarms/rows.tsx';
import { ConsoleApi } from '../api.ts';
import { addCounts, noCounts, peopleOf, siteLevel } from '../core/levels.ts';
import { consolePath } from '../core/route.ts';
import type { Selection } from '../core/selection.ts';
import { linkKey, linksOf, type WorldState } from '../core/world-state.ts';
import type { ConsolePorts } from '../ports.ts';
import {
  type ConsoleNode,
  type PathSeen,
  type StrengthCounts,
  strengths,
  type WorldLink,
  type WorldSite,
} from '../types.ts';
import { routeText } from './lists.tsx';
import { People } from './people.tsx';
import { linkTone, siteTone, stateTone, strengthTones, useWords, type Words } from './words.ts';

interface PanelProps {
  ports: ConsolePorts;
  state: WorldState;
  selection: Selection;
  onSelect(selection: Selection | undefined): void;
}

export function Panel({ ports, state, selection, onSelect }: PanelProps) {
  const words = useWords();
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const parts = { api, words, state, onSelect };
  const closeRef = useKeyboardFocus();
  return (
    <aside
      className="map-panel grid gap-4 min-w-0 bordered rounded-m bg-surface"
      data-testid="map-panel"
      aria-label={titleOf(words, state, selection)}
    >
      <div className="in-row gap-3 justify-between">
        <h2>{titleOf(words, state, selection)}</h2>
        <button
          ref={closeRef}
          type="button"
          className="icon-button bare"
          aria-label={words.say('close')}
          onClick={() => onSelect(undefined)}
        >
          <X size={20} aria-hidden="true" />
        </button>
      </div>
      {selection.kind === 'site' ? <SitePart {...parts} name={selection.site} /> : null}
      {selection.kind === 'region' ? <RegionPart {...parts} region={selection.region} /> : null}
      {selection.kind === 'link' ? <LinkPart {...parts} ends={selection} /> : null}
      {selection.kind === 'places' ? <PlacesPart {...parts} places={selection.places} /> : null}
    </aside>
  );
}

/** If a key opened the panel, focuses the close button, and returns the focus when the panel closes. */
function useKeyboardFocus() {
  const ref = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    if (!(before instanceof HTMLElement) || !before.matches(':focus-visible')) return;
    ref.current?.focus();
    return () => before.focus();
  }, []);
  return ref;
}

function titleOf(words: Words, state: WorldState, selection: Selection): string {
  const { say, siteName, place } = words;
  if (selection.kind === 'site') return siteName(state, selection.site);
  if (selection.kind === 'region') return place(selection.region);
  if (selection.kind === 'link')
    return say('linkTitle', { from: siteName(state, selection.from), to: siteName(state, selection.to) });
  const [first = ''] = selection.places;
  return selection.places.length > 1 ? say('places', { n: selection.places.length }) : place(first);
}

interface PartProps {
  api: ConsoleApi;
  words: Words;
  state: WorldState;
  onSelect(selection: Selection): void;
}

function SitePart({ api, words, state, name, onSelect }: PartProps & { name: string }) {
  const { say, count, stateWord } = words;
  const site = state.sites.get(name);
  const links = useMemo(
    () =>
      linksOf(state.links.values(), name)
        .filter(({ isUsed }) => isUsed)
        .slice(0, LINKS_MAX),
    [state.links, name],
  );
  if (site === undefined) return <p className="faint">{say('gone')}</p>;
  return (
    <>
      <Facts>
        <Fact name={say('state')}>
          <State tone={stateTone(site.state)}>{stateWord(site.state)}</State>
        </Fact>
        <Fact name={say('load')}>
          <SiteLoad site={site} words={words} />
        </Fact>
        <Fact name={say('sessionsTitle')}>
          {site.sessionsMax === 0
            ? count(site.sessions)
            : say('sessionsOf', { n: count(site.sessions), max: count(site.sessionsMax) })}
        </Fact>
        <Fact name={say('strength')}>
          <Strengths counts={site.strength} words={words} />
        </Fact>
      </Facts>
      <Alarms at={site} words={words} />
      <Nodes api={api} words={words} site={name} />
      {links.length === 0 ? null : (
        <Section title={say('linksOf')}>
          <ul className="map-rows">
            {links.map((link) => (
              <LinkRow key={linkKey(link)} {...{ words, state, link, name, onSelect }} />
            ))}
          </ul>
        </Section>
      )}
      <People api={api} words={words} query={{ site: name }} />
    </>
  );
}

/** Shows the load of a site, which has none without a living node. */
function SiteLoad({ site, words: { say, percent } }: { site: WorldSite; words: Words }) {
  if (siteLevel(site) === 'dead') return <>{say('none')}</>;
  return <State tone={siteTone(site)}>{say('loadOf', { load: percent(site.load) })}</State>;
}

function RegionPart({ words, state, region, onSelect }: PartProps & { region: string }) {
  const { say, cityOf, stateWord } = words;
  const sites = [...state.sites.values()].filter((one) => one.region === region);
  if (sites.length === 0) return <p className="faint">{say('gone')}</p>;
  return (
    <>
      <Alarms at={{ site: '', region }} words={words} />
      <Section title={say('sitesOf')}>
        <ul className="map-rows">
          {sites.map((site) => (
            <li key={site.site}>
              <button type="button" className="link-button" onClick={() => onSelect({ kind: 'site', site: site.site })}>
                {cityOf(site)}
              </button>
              <State tone={stateTone(site.state)}>{stateWord(site.state)}</State>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function Alarms({ at, words: { say } }: { at: Parameters<typeof alarmsAt>[1]; words: Words }) {
  const { value } = useLiveAlarms();
  const alarms = value === undefined ? [] : alarmsAt(value.alarms, at);
  return alarms.length === 0 ? null : (
    <Section title={say('alarmsTitle')}>
      <AlarmRows alarms={alarms} />
    </Section>
  );
}

/** Maximum number of link rows in the panel; the table of links shows more. */
const LINKS_MAX = 12;

type LinkRowProps = Omit<PartProps, 'api'> & { link: WorldLink; name: string };

function LinkRow({ words, state, link, name, onSelect }: LinkRowProps) {
  const { siteName, ms, say } = words;
  const isEnd = link.from === name || link.to === name;
  const title = isEnd
    ? siteName(state, link.from === name ? link.to : link.from)
    : say('linkTitle', { from: siteName(state, link.from), to: siteName(state, link.to) });
  return (
    <li>
      <button
        type="button"
        className="link-button"
        onClick={() => onSelect({ kind: 'link', from: link.from, to: link.to })}
      >
        {title}
      </button>
      <State tone={linkTone(link)}>{link.isReachable ? ms(link.rttMs) : say('unreachable')}</State>
    </li>
  );
}

function Nodes({ api, words, site }: Pick<PartProps, 'api' | 'words'> & { site: string }) {
  const { say, percent, stateWord } = words;
  const { value, problem, reload } = useApiQuery(['nodes of', site], async () =>
    (await api.get<{ nodes: readonly ConsoleNode[] }>('/console/nodes')).nodes.filter((one) => one.site === site),
  );
  return (
    <Section title={say('nodesTitle')}>
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      <ul className="map-rows">
        {(value ?? [])
          .filter(({ kind }) => kind === 'sfu')
          .map((node) => (
            <li key={node.nodeId}>
              <a href={consolePath({ page: 'node', node: node.nodeId })}>{node.nodeId}</a>
              <State tone={node.isCordoned ? 'warn' : stateTone(node.state)}>
                {node.isCordoned ? say('cordoned') : stateWord(node.state)} · {percent(node.cpu)}
              </State>
            </li>
          ))}
      </ul>
    </Section>
  );
}

function LinkPart({ api, words, state, ends }: PartProps & { ends: { readonly from: string; readonly to: string } }) {
  const { say, ms, share, count } = words;
  const link = state.links.get(linkKey(ends));
  const { from, to } = ends;
  const { value, problem, reload } = useApiQuery(
    ['paths', from, to],
    async () => (await api.get<{ paths: readonly PathSeen[] }>('/console/paths', { fromSite: from, toSite: to })).paths,
  );
  return (
    <>
      {link === undefined ? (
        <p className="faint">{say('gone')}</p>
      ) : (
        <Facts>
          <Fact name={say('rtt')}>
            <State tone={linkTone(link)}>{link.isReachable ? ms(link.rttMs) : say('unreachable')}</State>
          </Fact>
          <Fact name={say('jitter')}>{ms(link.jitterMs)}</Fact>
          <Fact name={say('loss')}>{share(link.loss)}</Fact>
          <Fact name={say('via')}>{routeText(words, state, link)}</Fact>
          <Fact name={say('crossing')}>{count(link.sessions)}</Fact>
        </Facts>
      )}
      <Alarms at={ends} words={words} />
      <Section title={say('paths')}>
        {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
        {value?.length === 0 ? <p className="faint">{say('noPaths')}</p> : null}
        <ul className="map-rows map-paths">
          {(value ?? []).slice(0, LINKS_MAX).map((path) => (
            <li key={`${path.fromHostId} ${path.toHostId}`}>
              <strong>{say('path', { from: path.fromHostId, to: path.toHostId })}</strong>
              <span>
                {path.via === '' ? say('direct') : say('over', { sites: path.via })} · {ms(path.pathMs)}
              </span>
              <span className="faint small">{path.why}</span>
            </li>
          ))}
        </ul>
      </Section>
      <People api={api} words={words} query={{ fromSite: from, toSite: to }} />
    </>
  );
}

function PlacesPart({ api, words, state, places }: PartProps & { places: readonly string[] }) {
  const { count, place: placeOf } = words;
  const counts = places.map((one) => state.places.get(one)?.strength ?? noCounts).reduce(addCounts, noCounts);
  return (
    <>
      <Strengths counts={counts} words={words} />
      {places.slice(0, PLACES_MAX).map((one) => (
        <details key={one} className="map-place" open={places.length === 1}>
          <summary>
            {placeOf(one)} <span className="faint">{count(peopleOf(state.places.get(one)?.strength ?? noCounts))}</span>
          </summary>
          <People api={api} words={words} query={{ place: one }} />
        </details>
      ))}
    </>
  );
}

/** Maximum number of places in the panel, since each causes an API call when the panel opens. */
const PLACES_MAX = 8;

export function Strengths({ counts, words: { say, count } }: { counts: StrengthCounts; words: Words }) {
  return (
    <span className="map-strengths inline-flex flex-wrap">
      {strengths
        .filter((one) => counts[one] > 0)
        .map((one) => (
          <State key={one} tone={strengthTones[one]}>
            {count(counts[one])} {say(one)}
          </State>
        ))}
    </span>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="map-section grid gap-2" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
