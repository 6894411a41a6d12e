import { useMemo } from 'react';
import { useTexts } from '../../admin/text.ts';
import { RowMenu } from '../../admin/ui/row-menu.tsx';
import { placeName } from '../../core/place-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import { consolePath } from '../core/route.ts';
import type { ConsoleNode } from '../types.ts';
import type { SortColumn } from '../ui/sortable.tsx';
import { bandwidthOf, certificateHours, commonVersions, diskShare, sessionsShare, stateRank } from './core/rows.ts';
import { Certificate, DiskBar, LoadBar, NodeState, Silence, useActItems, Version } from './parts.tsx';
import { fleetTexts } from './text.ts';
import type { Fleet } from './use-fleet.ts';

type Columns = readonly SortColumn<ConsoleNode>[];

export function useFleetColumns(fleet: Fleet, nodes: readonly ConsoleNode[], nowMs: number): Columns {
  const names = useNameColumns(fleet);
  const loads = useLoadColumns(nodes);
  const ages = useAgeColumns(fleet, nodes, nowMs);
  return [...names, ...loads, ...ages];
}

function useNameColumns(fleet: Fleet): Columns {
  const { say } = useTexts(fleetTexts);
  const { language } = useLanguage();
  return [
    {
      key: 'node',
      title: say('node'),
      value: ({ nodeId }) => nodeId,
      cell: ({ nodeId, kind, hostId }) => (
        <div className="admin-two">
          <a href={consolePath({ page: 'node', node: nodeId })}>{nodeId}</a>
          <span className="faint small">
            {kind} · {hostId}
          </span>
        </div>
      ),
    },
    {
      key: 'place',
      title: say('place'),
      value: ({ region, city }) => `${region} ${city}`,
      cell: ({ region, city }) => (
        <div className="admin-two">
          <span className="nowrap">{placeName(city, language)}</span>
          <span className="faint small">{placeName(region, language)}</span>
        </div>
      ),
    },
    {
      key: 'state',
      title: say('state'),
      value: stateRank,
      isDescendingFirst: true,
      cell: (node) => <NodeState node={node} mostToMove={fleet.mostToMove(node.nodeId)} />,
    },
  ];
}

function useLoadColumns(nodes: readonly ConsoleNode[]): Columns {
  const { say, locale } = useTexts(fleetTexts);
  const busiestBps = Math.max(1, ...nodes.map(bandwidthOf));
  const percent = (share: number): string => share.toLocaleString(locale, { style: 'percent' });
  const count = (value: number): string => value.toLocaleString(locale);
  return [
    {
      key: 'cpu',
      title: say('cpu'),
      value: ({ cpu }) => cpu,
      isDescendingFirst: true,
      cell: ({ cpu }) => <LoadBar name={say('cpu')} share={cpu} text={percent(cpu)} />,
    },
    {
      key: 'sessions',
      title: say('sessions'),
      value: ({ sessions }) => sessions,
      isDescendingFirst: true,
      cell: (node) => (
        <LoadBar
          name={say('sessions')}
          share={sessionsShare(node)}
          text={node.sessionsMax > 0 ? `${count(node.sessions)} / ${count(node.sessionsMax)}` : count(node.sessions)}
        />
      ),
    },
    {
      key: 'bandwidth',
      title: say('bandwidth'),
      value: bandwidthOf,
      isDescendingFirst: true,
      // A node's capacity is unknown here, so the bar compares with the busiest node.
      cell: (node) => (
        <LoadBar
          name={say('bandwidth')}
          share={(bandwidthOf(node) / busiestBps) * 0.74}
          text={say('mbps', { value: count(Math.round(bandwidthOf(node) / 1e6)) })}
        />
      ),
    },
    {
      key: 'disk',
      title: say('disk'),
      value: diskShare,
      isDescendingFirst: true,
      cell: (node) => <DiskBar node={node} />,
    },
  ];
}

function useAgeColumns(fleet: Fleet, nodes: readonly ConsoleNode[], nowMs: number): Columns {
  const { say } = useTexts(fleetTexts);
  const usual = useMemo(() => commonVersions(nodes), [nodes]);
  const items = useActItems(fleet.ask);
  return [
    {
      key: 'version',
      title: say('version'),
      value: ({ version }) => version,
      cell: (node) => <Version node={node} usual={usual.get(node.kind)} />,
    },
    {
      key: 'certificate',
      title: say('certificate'),
      value: (node) => certificateHours(node, nowMs),
      cell: (node) => <Certificate node={node} nowMs={nowMs} />,
    },
    {
      key: 'silence',
      title: say('silence'),
      value: ({ silentMs }) => silentMs,
      isDescendingFirst: true,
      cell: (node) => <Silence node={node} />,
    },
    {
      key: 'acts',
      title: '',
      cell: (node) => (
        <div className="admin-buttons">
          <RowMenu label={say('actions', { node: node.nodeId })} items={items(node)} />
        </div>
      ),
    },
  ];
}
