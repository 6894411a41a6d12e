import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Stale } from '../../admin/traffic/parts.tsx';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { placeName } from '../../core/place-name.ts';
import { useLanguage } from '../../ui/language.tsx';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import type { ConsoleNode } from '../types.ts';
import { SortTable } from '../ui/sortable.tsx';
import { useFleetColumns } from './columns.tsx';
import {
  choicesOf,
  type FleetFilter,
  filtered,
  filterOf,
  noFilter,
  queryOf,
  shownStates,
  stateOf,
  sumsOf,
} from './core/rows.ts';
import { NodeQuestion } from './parts.tsx';
import { fleetTexts } from './text.ts';
import { type Fleet, useFleet } from './use-fleet.ts';
import '../../styles/console-pages.css';

export function FleetPage({ ports }: PageProps<'fleet'>) {
  const { say } = useTexts(fleetTexts);
  const frame = useTexts(frameTexts);
  const fleet = useFleet(ports);
  const { nodes, problem, reload, question, deaf } = fleet;
  return (
    <>
      <PageTitle title={frame.say('fleet')} />
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
      {nodes !== undefined ? (
        nodes.length === 0 ? (
          <p className="admin-empty">{say('empty')}</p>
        ) : (
          <NodeList fleet={fleet} nodes={nodes} nowMs={ports.now()} />
        )
      ) : problem === undefined ? (
        <Loading />
      ) : null}
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

function NodeList({ fleet, nodes, nowMs }: { fleet: Fleet; nodes: readonly ConsoleNode[]; nowMs: number }) {
  const { say, locale } = useTexts(fleetTexts);
  const [filter, setFilter] = useState(() => filterOf(location.search));
  // Rows are deferred, so that typing is not blocked by rendering.
  const shown = useMemo(() => filtered(nodes, filter), [nodes, filter]);
  const rows = useDeferredValue(shown);
  const columns = useFleetColumns(fleet, nodes, nowMs);
  const sums = sumsOf(nodes);
  const choose = useCallback((next: FleetFilter): void => {
    // Reload and the back button show the same filter. In stories the URL must stay that of the story.
    if (location.pathname.startsWith('/console'))
      history.replaceState(null, '', consolePath({ page: 'fleet' }) + queryOf(next));
    setFilter(next);
  }, []);
  const states = sums.states.map(([state, count]) => say('stateCount', { state: say(`state.${state}`), count }));
  return (
    <>
      <p className="text-soft">
        {say('lead', {
          nodes: sums.nodes.toLocaleString(locale),
          alive: sums.alive.toLocaleString(locale),
          sessions: sums.sessions.toLocaleString(locale),
        })}{' '}
        {states.length === 0 ? null : say('states', { states: states.join(say('comma')) })}
      </p>
      <Filters {...{ nodes, filter }} onChoose={choose} />
      {queryOf(filter) === '' ? null : (
        <p className="faint small" role="status">
          {say('shown', { count: rows.length, all: nodes.length })}
        </p>
      )}
      {rows.length === 0 ? (
        <p className="admin-empty">{say('emptyFiltered')}</p>
      ) : (
        <div className="fleet-table">
          <SortTable
            label={say('node')}
            rows={rows}
            columns={columns}
            first={{ key: 'state', isDown: true }}
            keyOf={({ nodeId }) => nodeId}
          />
        </div>
      )}
    </>
  );
}

interface FiltersProps {
  nodes: readonly ConsoleNode[];
  filter: FleetFilter;
  onChoose(filter: FleetFilter): void;
}

function Filters({ nodes, filter, onChoose }: FiltersProps) {
  const { say } = useTexts(fleetTexts);
  const { language } = useLanguage();
  const set = (change: Partial<FleetFilter>): void => onChoose({ ...filter, ...change });
  const any = ['', say('any')] as const;
  const states = shownStates.filter((state) => state === filter.state || nodes.some((node) => stateOf(node) === state));
  return (
    <search className="console-filters">
      <Field
        label={say('search')}
        type="search"
        data-testid="search"
        value={filter.text}
        maxLength={128}
        onText={(text) => set({ text })}
      />
      <Choose
        label={say('kind')}
        value={filter.kind}
        options={[any, ...choicesOf(nodes, 'kind').map((one) => [one, one] as const)]}
        onChoose={(kind) => set({ kind })}
      />
      <Choose
        label={say('region')}
        value={filter.region}
        options={[any, ...choicesOf(nodes, 'region').map((one) => [one, placeName(one, language)] as const)]}
        onChoose={(region) => set({ region })}
      />
      <Choose
        label={say('state')}
        value={filter.state}
        options={[any, ...states.map((one) => [one as string, say(`state.${one}`)] as const)]}
        onChoose={(state) => set({ state })}
      />
      {queryOf(filter) === '' ? null : (
        <button type="button" className="button quiet" onClick={() => onChoose(noFilter)}>
          {say('clear')}
        </button>
      )}
    </search>
  );
}
