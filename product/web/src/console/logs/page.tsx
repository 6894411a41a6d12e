import { Search } from 'lucide-react';
import { type FormEvent, useEffect, useMemo, useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { useTexts } from '../../admin/text.ts';
import { PageTitle } from '../../admin/ui/shell.tsx';
import { Loading } from '../../admin/ui/table.tsx';
import { AdminTrouble } from '../../admin/ui/trouble.tsx';
import { ConsoleApi } from '../api.ts';
import { consolePath } from '../core/route.ts';
import type { PageProps } from '../ports.ts';
import { frameTexts } from '../text.ts';
import { RoomLink, useRoomTitles } from '../ui/room-title.tsx';
import { filledFields, filterOf, type LogFilter, localTime, logsQuery, timeOfLocal } from './core/search.ts';
import { Lines } from './lines.tsx';
import { NodeStates } from './node-states.tsx';
import { logsTexts } from './text.ts';
import { useSearch } from './use-search.ts';
import '../../styles/console-pages.css';
import '../../styles/console-logs.css';

const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;

export function LogsPage({ ports }: PageProps<'logs'>) {
  const frame = useTexts(frameTexts);
  const { say } = useTexts(logsTexts);
  const { timeZone } = ports;
  const api = useMemo(() => new ConsoleApi(ports), [ports]);
  const { found, problem, isBusy, search } = useSearch(api);
  const [filter, setFilter] = useState(() => filterOf(location.search));
  useEffect(() => {
    const initialFilter = filterOf(location.search);
    if (Object.keys(filledFields(initialFilter)).length > 0) search(initialFilter);
  }, [search]);
  const startSearch = (next: LogFilter): void => {
    setFilter(next);
    // Reload and the back button show the same search. In stories the URL must stay that of the story.
    if (location.pathname.startsWith('/console'))
      history.replaceState(null, '', consolePath({ page: 'logs' }) + logsQuery(next));
    search(next);
  };
  return (
    <>
      <PageTitle title={frame.say('logs')} lead={say('lead')} />
      <LogForm first={filter} onLook={startSearch} {...{ timeZone }} />
      <div role="status" className="logs-status" data-testid="logs-status">
        {isBusy ? say('busy') : ''}
      </div>
      <SearchedRoom api={api} room={filter.room} />
      {problem === undefined ? null : <AdminTrouble title={say('failed')} error={problem} />}
      {found === undefined ? (
        isBusy ? (
          <Loading />
        ) : problem === undefined ? (
          <p className="admin-empty">{say('start')}</p>
        ) : null
      ) : (
        <>
          <NodeStates nodes={found.nodes} {...{ timeZone }} />
          <Lines {...{ found, timeZone }} />
          {found.older === undefined ? null : (
            <button
              type="button"
              className="button quiet admin-more"
              disabled={isBusy}
              onClick={() => search(filter, found)}
            >
              {say('older')}
            </button>
          )}
        </>
      )}
    </>
  );
}

/** Link to the room of the search, with its title, if it is a booked meeting's. */
function SearchedRoom({ api, room: key }: { api: ConsoleApi; room: string }) {
  const { say } = useTexts(logsTexts);
  const [tenant = '', room = ''] = key.split('/');
  const titleOf = useRoomTitles(api, room === '' ? [] : [{ tenant, room }]);
  if (titleOf({ tenant, room }) === '') return null;
  return (
    <div className="logs-room" data-testid="logs-room">
      <span className="faint small">{say('room')}</span>
      <RoomLink {...{ tenant, room, titleOf }} />
    </div>
  );
}

interface FormProps {
  first: LogFilter;
  timeZone: string;
  onLook(filter: LogFilter): void;
}

function LogForm({ first, timeZone, onLook }: FormProps) {
  const { say } = useTexts(logsTexts);
  const [filter, setFilter] = useState(first);
  const set = (change: Partial<LogFilter>): void => setFilter((before) => ({ ...before, ...change }));
  const plain = { spellCheck: false, autoComplete: 'off' } as const;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onLook(filter);
  };
  const time = (name: 'from' | 'to') => (
    <Field
      label={say(name)}
      type="datetime-local"
      step={1}
      defaultValue={localTime(first[name], timeZone)}
      onText={(local) => set({ [name]: timeOfLocal(local, timeZone) })}
    />
  );
  return (
    <search>
      <form className="console-filters logs-form" onSubmit={submit}>
        <Field
          label={say('words')}
          placeholder={say('wordsHint')}
          maxLength={1000}
          {...plain}
          value={filter.words}
          onText={(words) => set({ words })}
        />
        <Field
          label={say('room')}
          placeholder={say('roomHint')}
          maxLength={193}
          {...plain}
          value={filter.room}
          onText={(room) => set({ room })}
        />
        <Field
          label={say('session')}
          placeholder="PA_…"
          maxLength={64}
          {...plain}
          value={filter.session}
          onText={(session) => set({ session })}
        />
        <Field
          label={say('decision')}
          placeholder="DE_…"
          maxLength={64}
          {...plain}
          value={filter.decision}
          onText={(decision) => set({ decision })}
        />
        <Field
          label={say('nodes')}
          placeholder={say('nodesHint')}
          maxLength={1040}
          {...plain}
          value={filter.nodes}
          onText={(nodes) => set({ nodes })}
        />
        <Choose
          label={say('level')}
          value={filter.level}
          options={[['', say('anyLevel')], ...levels.map((level) => [level as string, level] as const)]}
          onChoose={(level) => set({ level })}
        />
        {time('from')}
        {time('to')}
        <button type="submit" className="button" data-testid="look">
          <Search size={16} aria-hidden="true" />
          {say('look')}
        </button>
      </form>
    </search>
  );
}
