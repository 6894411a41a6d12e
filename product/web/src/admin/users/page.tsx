import { Ban, CircleCheck, KeyRound, ListPlus, Pencil, Trash2, Unlink, UserPlus } from 'lucide-react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { SearchField } from '../../account/ui/search-field.tsx';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { Outcome } from '../traffic/parts.tsx';
import { useList } from '../ui/queries.ts';
import { type MenuItem, RowMenu } from '../ui/row-menu.tsx';
import { PageTitle } from '../ui/shell.tsx';
import { type Column, ListTable } from '../ui/table.tsx';
import '../../styles/admin-people.css';
import { timeFormat } from '../../core/time-formats.ts';
import { type User, UsersApi } from './api.ts';
import { roleNames, roleOf } from './core/words.ts';
import { UsersDesk } from './desk.ts';
import { OpenUserDialog } from './dialogs.tsx';
import { usersTexts } from './text.ts';

const filters = { all: undefined, active: true, inactive: false } as const;
type Filter = keyof typeof filters;

export function UsersPage({ ports }: { ports: AdminPorts; id?: string | undefined }) {
  const { say } = useTexts(usersTexts);
  const { client, run, me } = ports;
  const api = useMemo(() => new UsersApi({ client, run }), [client, run]);
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const list = useList(['users', query, filter], (cursor) => api.list({ query, isActive: filters[filter] }, cursor), {
    isSteady: true,
  });
  const { reload } = list;
  const desk = useMemo(() => new UsersDesk(api, reload), [api, reload]);
  const linksEndedOf = useSyncExternalStore(desk.linksEndedOf.subscribe, desk.linksEndedOf.get);
  return (
    <>
      <PageTitle title={say('title')} lead={say('lead')}>
        <button type="button" className="button quiet" data-testid="many" onClick={() => desk.open({ kind: 'many' })}>
          <ListPlus size={18} aria-hidden="true" />
          {say('many')}
        </button>
        <button
          type="button"
          className="button primary"
          data-testid="invite"
          onClick={() => desk.open({ kind: 'invite' })}
        >
          <UserPlus size={18} aria-hidden="true" />
          {say('invite')}
        </button>
      </PageTitle>
      {linksEndedOf === undefined ? null : (
        <Outcome tone="good" title={say('linksEnded', { name: linksEndedOf.name })} />
      )}
      <Filters filter={filter} onFilter={setFilter} onQuery={setQuery} />
      <p className="visually-hidden" role="status">
        {list.rows === undefined ? '' : say('count', { count: list.rows.length })}
      </p>
      <ListTable
        label={say('title')}
        list={list}
        columns={useColumns(desk, ports)}
        keyOf={({ id }) => id}
        empty={say(query !== '' ? 'noneFound' : filter === 'all' ? 'none' : 'noneSuch')}
      />
      <OpenUserDialog {...{ api, desk, ports }} ownId={me.id} onChanged={reload} />
    </>
  );
}

interface FiltersProps {
  filter: Filter;
  onFilter(filter: Filter): void;
  onQuery(query: string): void;
}

function Filters({ filter, onFilter, onQuery }: FiltersProps) {
  const { say } = useTexts(usersTexts);
  const options = { all: 'filterAll', active: 'filterActive', inactive: 'filterInactive' } as const;
  return (
    <div className="list-filters grid gap-3">
      <SearchField label={say('search')} onQuery={onQuery} />
      <select
        className="select"
        value={filter}
        aria-label={say('filter')}
        onChange={(event) => {
          const { value } = event.target;
          if (value === 'all' || value === 'active' || value === 'inactive') onFilter(value);
        }}
      >
        {(['all', 'active', 'inactive'] as const).map((one) => (
          <option key={one} value={one}>
            {say(options[one])}
          </option>
        ))}
      </select>
    </div>
  );
}

function useColumns(desk: UsersDesk, { me, timeZone }: AdminPorts): readonly Column<User>[] {
  const { say, locale } = useTexts(usersTexts);
  const day = timeFormat('date', { locale, timeZone });
  return [
    { key: 'user', title: say('user'), cell: (user) => <Person user={user} isOwn={user.id === me.id} /> },
    { key: 'role', title: say('role'), cell: ({ role }) => say(roleNames[roleOf(role)]) },
    { key: 'state', title: say('state'), cell: (user) => <State user={user} /> },
    { key: 'since', title: say('since'), cell: ({ createdAt }) => day(Date.parse(createdAt)) },
    { key: 'actions', title: '', cell: (user) => <RowActions user={user} desk={desk} /> },
  ];
}

function Person({ user, isOwn }: { user: User; isOwn: boolean }) {
  const { say } = useTexts(usersTexts);
  return (
    <div className="user-cell grid gap-2px min-w-0" data-testid="user-row">
      <span>
        <strong>{user.name}</strong>
        {isOwn ? <span className="pill accent">{say('you')}</span> : null}
      </span>
      <span className="small faint">{user.email}</span>
    </div>
  );
}

function State({ user }: { user: User }) {
  const { say } = useTexts(usersTexts);
  return (
    <div className="state-cell flex flex-wrap items-baseline">
      <span className={`pill ${user.active ? 'good' : ''}`}>{say(user.active ? 'active' : 'inactive')}</span>
      {user.active && !user.hasPassword ? <span className="small faint">{say('noPassword')}</span> : null}
    </div>
  );
}

function RowActions({ user, desk }: { user: User; desk: UsersDesk }) {
  const { say } = useTexts(usersTexts);
  const open = (kind: 'edit' | 'link' | 'deactivate' | 'activate' | 'endLinks' | 'delete') => () =>
    desk.open({ kind, user });
  const items: readonly MenuItem[] = [
    { key: 'edit', icon: Pencil, text: say('edit'), act: open('edit') },
    ...(user.active
      ? [
          { key: 'link', icon: KeyRound, text: say('link'), act: open('link') },
          { key: 'deactivate', icon: Ban, text: say('deactivate'), act: open('deactivate') },
        ]
      : [{ key: 'activate', icon: CircleCheck, text: say('activate'), act: open('activate') }]),
    { key: 'endLinks', icon: Unlink, text: say('endLinks'), act: open('endLinks') },
    { key: 'delete', icon: Trash2, text: say('remove'), isDangerous: true, act: open('delete') },
  ];
  return (
    <div className="admin-buttons">
      <RowMenu label={say('actionsOf', { name: user.name })} items={items} />
    </div>
  );
}
