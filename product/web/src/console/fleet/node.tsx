import { History } from 'lucide-react';
import { useTexts } from '../../admin/text.ts';
import { Fact, Facts, LoadTrouble, Part, Stale } from '../../admin/traffic/parts.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import { placeName } from '../../core/place-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import type { ConsoleApi } from '../api.ts';
import { alarmHistoryOf } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { roomsTexts } from '../rooms/text.ts';
import type { ConsoleNode, ConsoleRoom } from '../types.ts';
import { Back } from '../ui/back.tsx';
import { RoomLink, type TitleOf, useRoomTitles } from '../ui/room-title.tsx';
import { type SortColumn, SortTable } from '../ui/sortable.tsx';
import { StrengthBar } from '../ui/strength.tsx';
import { commonVersions } from './core/rows.ts';
import { actIcons, actsFor, Certificate, DiskBar, NodeQuestion, NodeState, Silence, Version } from './parts.tsx';
import { fleetTexts } from './text.ts';
import { type Fleet, useFleet } from './use-fleet.ts';

const ROOMS_EVERY_MS = 5000;

export function NodePage({ ports, route: { node: nodeId } }: PageProps<'node'>) {
  const { say } = useTexts(fleetTexts);
  const fleet = useFleet(ports);
  const { nodes, problem, reload, question, deaf } = fleet;
  const node = nodes?.find((one) => one.nodeId === nodeId);
  return (
    <>
      <Back route={{ page: 'fleet' }} />
      <PageTitle title={nodeId} {...(node !== undefined && { lead: node.kind })}>
        <a className="button quiet small" href={alarmHistoryOf(nodeId)} data-testid="alarm-history">
          <History size={16} aria-hidden="true" />
          {say('pastAlarms')}
        </a>
      </PageTitle>
      {problem === undefined ? null : nodes === undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : (
        <Stale />
      )}
      {deaf === undefined ? null : (
        <p className="admin-stale" role="status">
          {say('notHeard', { node: deaf })}
        </p>
      )}
      {nodes === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : node === undefined ? (
        <p className="admin-empty" data-testid="gone">
          {say('gone', { node: nodeId })}
        </p>
      ) : (
        <>
          <Acts node={node} fleet={fleet} />
          <NodeFacts node={node} fleet={fleet} nowMs={ports.now()} usual={commonVersions(nodes).get(node.kind)} />
          <Drift node={node} />
        </>
      )}
      <Rooms api={fleet.api} nodeId={nodeId} />
      {question === undefined ? null : (
        <NodeQuestion
          question={question}
          api={fleet.api}
          onDone={(isHeard) => fleet.done(question.node.nodeId, isHeard)}
          onClose={() => fleet.ask(undefined)}
        />
      )}
    </>
  );
}

function Acts({ node, fleet }: { node: ConsoleNode; fleet: Fleet }) {
  const { say } = useTexts(fleetTexts);
  return (
    <div className="admin-tools">
      {actsFor(node).map((act) => {
        const Icon = actIcons[act];
        return (
          <button
            key={act}
            type="button"
            className={`button small quiet ${act === 'drain' ? 'danger-text' : ''}`}
            data-testid={act}
            onClick={() => fleet.ask({ act, node })}
          >
            <Icon size={16} aria-hidden="true" />
            {say(act)}
          </button>
        );
      })}
    </div>
  );
}

interface FactsProps {
  node: ConsoleNode;
  fleet: Fleet;
  nowMs: number;
  usual: string | undefined;
}

function NodeFacts({ node, fleet, nowMs, usual }: FactsProps) {
  const { say, locale } = useTexts(fleetTexts);
  const { language } = useLanguage();
  const count = (value: number): string => Math.round(value).toLocaleString(locale);
  return (
    <div className="admin-card">
      <Facts>
        <Fact name={say('state')}>
          <NodeState node={node} mostToMove={fleet.mostToMove(node.nodeId)} />
        </Fact>
        <Fact name={say('place')}>{[node.city, node.region].map((one) => placeName(one, language)).join(' · ')}</Fact>
        <Fact name={say('host')}>
          <code>{node.hostId}</code>
        </Fact>
        <Fact name={say('version')}>
          <Version node={node} usual={usual} />
        </Fact>
        <Fact name={say('sessions')}>
          {count(node.sessions)} {node.sessionsMax > 0 ? `/ ${count(node.sessionsMax)}` : `(${say('noLimit')})`}
        </Fact>
        <Fact name={say('cpu')}>{node.cpu.toLocaleString(locale, { style: 'percent' })}</Fact>
        <Fact name={say('sent')}>{say('mbps', { value: count(node.txBps / 1e6) })}</Fact>
        <Fact name={say('received')}>{say('mbps', { value: count(node.rxBps / 1e6) })}</Fact>
        <Fact name={say('memory')}>{say('mb', { value: count(node.rssBytes / 1e6) })}</Fact>
        {node.disk === undefined ? null : (
          <Fact name={say('disk')}>
            <DiskBar node={node} isWhole />
          </Fact>
        )}
        {node.recordSlots === undefined ? null : (
          <Fact name={say('recordSlots')}>
            {say('slotsOf', { used: count(node.recordSlots.used), all: count(node.recordSlots.all) })}
          </Fact>
        )}
        <Fact name={say('loopLag')}>{say('ms', { value: count(node.loopLagMs) })}</Fact>
        <Fact name={say('linked')}>{say(node.isLinked ? 'yes' : 'no')}</Fact>
        <Fact name={say('silence')}>
          <Silence node={node} />
        </Fact>
        <Fact name={say('certificate')}>
          <Certificate node={node} nowMs={nowMs} />
        </Fact>
        <Fact name={say('distrust')}>{node.distrust}</Fact>
      </Facts>
    </div>
  );
}

type DriftRow = NonNullable<ConsoleNode['configDrift']>[number];

/** Lists the settings in which the node differs from most nodes of its kind, if any. */
function Drift({ node: { kind, configDrift } }: { node: ConsoleNode }) {
  const { say } = useTexts(fleetTexts);
  if (configDrift === undefined) return null;
  const valueText = (value: string) =>
    value === 'null' ? <span className="faint">{say('notSet')}</span> : <code>{value}</code>;
  const columns: readonly Column<DriftRow>[] = [
    { key: 'key', title: say('driftKey'), cell: ({ key }) => <code>{key}</code> },
    { key: 'here', title: say('driftHere'), cell: ({ ownValue }) => valueText(ownValue) },
    { key: 'usually', title: say('driftUsually'), cell: ({ usualValue }) => valueText(usualValue) },
  ];
  const title = say('drift', { kind });
  return (
    <Part title={title}>
      <div className="config-table">
        <RowsTable label={title} rows={configDrift} columns={columns} keyOf={({ key }) => key} />
      </div>
    </Part>
  );
}

function Rooms({ api, nodeId }: { api: ConsoleApi; nodeId: string }) {
  const { say } = useTexts(fleetTexts);
  const { value, problem, reload } = useApiQuery(
    ['rooms of', nodeId],
    () => api.get<{ rooms: readonly ConsoleRoom[] }>(`/console/nodes/${encodeURIComponent(nodeId)}/rooms`),
    ROOMS_EVERY_MS,
  );
  const titleOf = useRoomTitles(api, value?.rooms ?? []);
  const columns = useRoomColumns(titleOf);
  return (
    <Part title={say('rooms')}>
      {problem === undefined ? null : value === undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : (
        <Stale />
      )}
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : value.rooms.length === 0 ? (
        <p className="admin-empty">{say('roomsEmpty')}</p>
      ) : (
        <SortTable
          label={say('rooms')}
          rows={value.rooms}
          columns={columns}
          first={{ key: 'people', isDown: true }}
          keyOf={({ tenant, room }) => `${tenant} ${room}`}
        />
      )}
    </Part>
  );
}

function useRoomColumns(titleOf: TitleOf): readonly SortColumn<ConsoleRoom>[] {
  const { say, locale } = useTexts(roomsTexts);
  return [
    {
      key: 'room',
      title: say('room'),
      value: (name) => titleOf(name) || name.room,
      cell: ({ tenant, room }) => <RoomLink {...{ tenant, room, titleOf }} />,
    },
    {
      key: 'people',
      title: say('people'),
      isNumber: true,
      isDescendingFirst: true,
      value: ({ sessions }) => sessions,
      cell: ({ sessions }) => sessions.toLocaleString(locale),
    },
    {
      key: 'nodes',
      title: say('nodes'),
      isNumber: true,
      isDescendingFirst: true,
      value: ({ nodes }) => nodes,
      cell: ({ nodes }) => nodes.toLocaleString(locale),
    },
    {
      key: 'strength',
      title: say('strength'),
      isDescendingFirst: true,
      value: ({ strength: { weak }, sessions }) => (sessions === 0 ? 0 : weak / sessions),
      cell: ({ strength }) => <StrengthBar counts={strength} />,
    },
  ];
}
