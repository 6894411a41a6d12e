// Where an alarm leads: pages for its labels, and marks on the map.
import { consolePath } from '../../core/route.ts';
import { type Selection, searchOf } from '../../core/selection.ts';
import { linkKey } from '../../core/world-state.ts';
import { type Alarm, type AlarmSeverity, alarmSeverities } from '../../types.ts';

export interface PlaceLink {
  readonly label: string;
  readonly value: string;
  readonly href: string | undefined;
}

type Labels = Readonly<Record<string, string>>;

const map = (selection: Selection): string => consolePath({ page: 'map' }) + searchOf(selection);
const fleet = (query: Labels): string => `${consolePath({ page: 'fleet' })}?${new URLSearchParams(query)}`;

export const labelLinksOf = ({ labels }: Pick<Alarm, 'labels'>): readonly PlaceLink[] =>
  Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([label, value]) => ({ label, value, href: hrefOf(label, value, labels) }));

function hrefOf(label: string, value: string, { tenant = '' }: Labels): string | undefined {
  switch (label) {
    case 'node':
    case 'otherNode':
      return consolePath({ page: 'node', node: value });
    case 'site':
    case 'otherSite':
      return map({ kind: 'site', site: value });
    case 'region':
    case 'otherRegion':
      return map({ kind: 'region', region: value });
    case 'host':
    case 'otherHost':
      return fleet({ text: value });
    case 'room':
      return tenant === '' ? undefined : consolePath({ page: 'room', tenant, room: value });
    default:
      return undefined;
  }
}

export function siteLinkOf({
  labels,
}: Pick<Alarm, 'labels'>): { readonly from: string; readonly to: string } | undefined {
  const { site = '', otherSite = '' } = labels;
  return site === '' || otherSite === '' ? undefined : { from: site, to: otherSite };
}

export type PageLinkKind = 'onMap' | 'atNode' | 'inFleet' | 'inRoom';

export function pageLinksOf(
  alarm: Pick<Alarm, 'labels'>,
): readonly { readonly where: PageLinkKind; readonly href: string }[] {
  const { node = '', host = '', site = '', region = '', room = '', tenant = '' } = alarm.labels;
  const link = siteLinkOf(alarm);
  const links: { where: PageLinkKind; href: string }[] = [];
  if (link !== undefined) links.push({ where: 'onMap', href: map({ kind: 'link', ...link }) });
  else if (site !== '') links.push({ where: 'onMap', href: map({ kind: 'site', site }) });
  else if (region !== '') links.push({ where: 'onMap', href: map({ kind: 'region', region }) });
  if (node !== '') links.push({ where: 'atNode', href: consolePath({ page: 'node', node }) });
  else if (host !== '') links.push({ where: 'inFleet', href: fleet({ text: host }) });
  else if (region !== '') links.push({ where: 'inFleet', href: fleet({ region }) });
  if (room !== '' && tenant !== '') links.push({ where: 'inRoom', href: consolePath({ page: 'room', tenant, room }) });
  return links;
}

export interface AlarmMarks {
  readonly sites: ReadonlyMap<string, AlarmSeverity>;
  /** Worst alarm by region. */
  readonly regions: ReadonlyMap<string, AlarmSeverity>;
  /** Worst alarm by `linkKey`, in both directions. */
  readonly links: ReadonlyMap<string, AlarmSeverity>;
}

export function marksOf(alarms: readonly Alarm[]): AlarmMarks {
  const sites = new Map<string, AlarmSeverity>();
  const regions = new Map<string, AlarmSeverity>();
  const links = new Map<string, AlarmSeverity>();
  const mark = (marks: Map<string, AlarmSeverity>, key: string, { severity }: Alarm): void => {
    const before = marks.get(key);
    marks.set(key, before === undefined ? severity : worse(before, severity));
  };
  for (const alarm of alarms) {
    const { site = '', region = '', otherRegion = '' } = alarm.labels;
    const link = siteLinkOf(alarm);
    if (link !== undefined) {
      mark(links, linkKey(link), alarm);
      mark(links, linkKey({ from: link.to, to: link.from }), alarm);
    } else if (site !== '') mark(sites, site, alarm);
    else if (region !== '') mark(regions, region, alarm);
    // An alarm between two regions may lie at either end.
    if (otherRegion !== '' && alarm.subject === `${region} - ${otherRegion}`) mark(regions, otherRegion, alarm);
  }
  return { sites, regions, links };
}

export const noMarks: AlarmMarks = marksOf([]);

const worse = (one: AlarmSeverity, other: AlarmSeverity): AlarmSeverity =>
  alarmSeverities.indexOf(one) < alarmSeverities.indexOf(other) ? one : other;

/** Returns the severity at a site: the worse of its own and its region's. */
export function siteMark(
  { sites, regions }: AlarmMarks,
  { site, region }: { readonly site: string; readonly region: string },
): AlarmSeverity | undefined {
  const [own, all] = [sites.get(site), regions.get(region)];
  return own === undefined || all === undefined ? (own ?? all) : worse(own, all);
}

/** Returns the alarms of the map's selection; a site includes those of its region. */
export const alarmsAt = (
  alarms: readonly Alarm[],
  at: { readonly site: string; readonly region: string } | { readonly from: string; readonly to: string },
): readonly Alarm[] =>
  alarms.filter((alarm) => {
    const marks = marksOf([alarm]);
    return 'site' in at ? siteMark(marks, at) !== undefined : marks.links.has(linkKey(at));
  });
