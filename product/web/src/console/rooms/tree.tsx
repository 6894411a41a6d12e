// The routes of a room's media: a drawing, and a list with the same content.
import { useId, useMemo, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { useLanguage } from '../../ui/language.tsx';
import { placementReason } from '../session/core/placement-reasons.ts';
import { cityOfSite } from '../session/core/why.ts';
import type { PathSeen, RoomPlan } from '../types.ts';
import { type Tree, type TreeEdge, type TreeNode, type TreeTrack, treeOf } from './core/tree.ts';
import { roomsTexts } from './text.ts';

export function Distribution({ plan }: { plan: RoomPlan }) {
  const { say } = useTexts(roomsTexts);
  const { language } = useLanguage();
  const tree = useMemo(() => treeOf(plan), [plan]);
  const [chosen, setChosen] = useState('');
  const id = useId();
  const track = tree.tracks.find(({ trackId }) => trackId === chosen);
  return (
    <>
      {tree.tracks.length === 0 ? (
        <p className="faint">{say('treeEmpty')}</p>
      ) : (
        <>
          <p className="faint small">{say('treeLead')}</p>
          <div className="tree-choice in-row flex-wrap gap-2-3">
            <label htmlFor={id}>{say('chooseTrack')}</label>
            <select
              id={id}
              className="select"
              data-testid="track"
              value={track?.trackId ?? ''}
              onChange={({ target }) => setChosen(target.value)}
            >
              <option value="">{say('allTracks', { count: tree.tracks.length })}</option>
              {tree.tracks.map(({ trackId, origin }) => (
                <option key={trackId} value={trackId}>
                  {say('trackFrom', { track: trackId, node: origin })}
                </option>
              ))}
            </select>
          </div>
        </>
      )}
      <Drawing tree={tree} track={track} />
      <HopList tree={tree} track={track} />
      {plan.lines.length === 0 ? null : (
        <details className="why-lines">
          <summary>{say('whyWays')}</summary>
          <pre>{plan.lines.map((line) => placementReason(line, language)).join('\n')}</pre>
        </details>
      )}
    </>
  );
}

interface DrawingProps {
  tree: Tree;
  track: TreeTrack | undefined;
}

const isOnTrack = (track: TreeTrack | undefined, edge: TreeEdge): boolean =>
  track === undefined || edge.trackIds.includes(track.trackId);

/** Draws nodes and routes. Hidden from screen readers, which get the list. */
function Drawing({ tree, track }: DrawingProps) {
  const { say } = useTexts(roomsTexts);
  const { language } = useLanguage();
  const trackNodes = new Set(track === undefined ? [] : [track.origin, ...track.hops.map(({ to }) => to)]);
  const edges = tree.edges.filter((edge) => isOnTrack(track, edge));
  const marker = useId();
  return (
    <div className="tree" aria-hidden="true" data-testid="tree">
      <svg viewBox={`0 0 ${tree.width} ${tree.height}`} style={{ maxWidth: tree.width }}>
        <title>{say('tree')}</title>
        <defs>
          <marker
            id={marker}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="10"
            markerHeight="10"
            orient="auto-start-reverse"
          >
            <path d="M0 0L8 4L0 8z" className="tree-arrow" />
          </marker>
        </defs>
        {tree.sites.map(({ site, x, y, width, height }) => (
          <g key={`${site} ${x} ${y}`}>
            <rect className="tree-site" {...{ x, y, width, height }} rx="14" />
            <text className="tree-site-name" x={x + 14} y={y + 18}>
              {site === '' ? say('noSite') : cityOfSite(site, language)}
            </text>
          </g>
        ))}
        {edges.map((edge) => (
          <path
            key={`${edge.from} ${edge.to}`}
            className="tree-edge"
            data-way={pathState(edge.path)}
            d={edge.d}
            markerEnd={`url(#${marker})`}
            strokeWidth={track === undefined ? Math.min(5, 1.2 + edge.trackIds.length * 0.35) : 2.4}
          />
        ))}
        {tree.nodes.map((node) => (
          <NodeBox
            key={node.nodeId}
            node={node}
            isOrigin={track?.origin === node.nodeId}
            isOff={track !== undefined && !trackNodes.has(node.nodeId)}
          />
        ))}
        {edges.map((edge) => (
          <EdgeLabel key={`${edge.from} ${edge.to}`} edge={edge} isOne={track !== undefined} />
        ))}
      </svg>
    </div>
  );
}

const pathState = (path: PathSeen | undefined): string => {
  if (path === undefined) return 'unknown';
  if (!path.isReachable) return 'broken';
  return path.via === '' ? 'direct' : 'relay';
};

function NodeBox({ node, isOrigin, isOff }: { node: TreeNode; isOrigin: boolean; isOff: boolean }) {
  const { say } = useTexts(roomsTexts);
  const { nodeId, sessions, x, y, width, height } = node;
  return (
    <g className="tree-node" data-off={isOff ? '' : undefined} data-origin={isOrigin ? '' : undefined}>
      <rect {...{ x, y, width, height }} rx="9" />
      <text x={x + 12} y={y + 21}>
        {shortened(nodeId)}
      </text>
      <text className="tree-small" x={x + 12} y={y + 39}>
        {say('sessions', { count: sessions })}
      </text>
    </g>
  );
}

/** Characters of a node id that fit into its box. */
const NODE_CHARACTERS = 20;
const shortened = (text: string): string =>
  text.length <= NODE_CHARACTERS ? text : `${text.slice(0, NODE_CHARACTERS - 1)}…`;

function EdgeLabel({ edge, isOne }: { edge: TreeEdge; isOne: boolean }) {
  const { say } = useTexts(roomsTexts);
  const { language } = useLanguage();
  const { path, label, trackIds } = edge;
  const words = [
    ...(isOne ? [] : [say('tracks', { count: trackIds.length })]),
    ...(path?.isReachable === false ? [say('unreachable')] : []),
    ...(path?.pathMs === undefined ? [] : [`${Math.round(path.pathMs)} ms`]),
  ];
  const relay =
    path?.isReachable === true && path.via !== '' ? say('relay', { city: cityOfSite(path.viaSite, language) }) : '';
  const lines = [words.join(' · '), relay].filter((line) => line !== '');
  return (
    <text className="tree-label" x={label.x} y={label.isAbove ? label.y - (lines.length - 1) * 14 - 6 : label.y + 15}>
      {lines.map((line, at) => (
        <tspan key={line} x={label.x} dy={at === 0 ? 0 : 14} data-relay={line === relay ? '' : undefined}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

/** Lists each node and hop in words, for screen readers and phones. */
function HopList({ tree, track }: DrawingProps) {
  const { say } = useTexts(roomsTexts);
  const { language } = useLanguage();
  const siteOf = new Map(tree.nodes.map(({ nodeId, site }) => [nodeId, site]));
  const nodeLabel = (nodeId: string): string => {
    const site = siteOf.get(nodeId) ?? '';
    return site === '' ? nodeId : `${nodeId} (${cityOfSite(site, language)})`;
  };
  const wayText = ({ path, trackIds }: TreeEdge): string =>
    [
      ...(track === undefined ? [say('tracks', { count: trackIds.length })] : []),
      ...(path === undefined
        ? []
        : !path.isReachable
          ? [say('unreachable')]
          : [path.via === '' ? say('direct') : say('relay', { city: cityOfSite(path.viaSite, language) })]),
      ...(path?.pathMs === undefined ? [] : [say('oneWay', { ms: Math.round(path.pathMs) })]),
    ].join(', ');
  return (
    <div className="tree-list absolute overflow-hidden">
      <ul aria-label={say('nodes')}>
        {tree.nodes.map(({ nodeId, sessions }) => (
          <li key={nodeId}>
            {nodeLabel(nodeId)}: {say('sessions', { count: sessions })}
            {track?.origin === nodeId ? ` (${say('origin', { node: track.trackId })})` : null}
          </li>
        ))}
      </ul>
      <ul aria-label={say('tree')}>
        {tree.edges
          .filter((edge) => isOnTrack(track, edge))
          .map((edge) => (
            <li key={`${edge.from} ${edge.to}`} data-way={pathState(edge.path)}>
              <span>{say('hop', { from: nodeLabel(edge.from), to: nodeLabel(edge.to) })}</span>
              <span className="faint small">{wayText(edge)}</span>
            </li>
          ))}
      </ul>
    </div>
  );
}
