import { KeyRound, Plus } from 'lucide-react';
import { useMemo, useSyncExternalStore } from 'react';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { useList } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { type Column, ListTable } from '../ui/table.tsx';
import '../../styles/admin-people.css';
import { timeFormat } from '../../core/time-formats.ts';
import { type ApiKey, KeysApi } from './api.ts';
import { isScope, keyScopes, scopeTexts } from './core/scopes.ts';
import { KeysDesk } from './desk.ts';
import { MadeKeyDialog, MakeKeyDialog, RevokeKeyDialog } from './dialogs.tsx';
import { keysTexts } from './text.ts';

export function KeysPage({ ports }: { ports: AdminPorts; id?: string | undefined }) {
  const { say } = useTexts(keysTexts);
  const { client, run, me } = ports;
  const api = useMemo(() => new KeysApi({ client, run }), [client, run]);
  const list = useList(['keys'], (cursor) => api.list(cursor));
  const { reload } = list;
  const desk = useMemo(() => new KeysDesk(api, reload), [api, reload]);
  const dialog = useSyncExternalStore(desk.dialog.subscribe, desk.dialog.get);
  const hasRegions = list.rows?.some(({ regions }) => regions.length > 0) ?? false;
  return (
    <>
      <PageTitle title={say('title')} lead={say('lead')}>
        <button
          type="button"
          className="button primary"
          data-testid="make-key"
          onClick={() => desk.open({ kind: 'make' })}
        >
          <Plus size={18} aria-hidden="true" />
          {say('make')}
        </button>
      </PageTitle>
      <ListTable
        label={say('title')}
        list={list}
        columns={useColumns(desk, ports.timeZone, hasRegions)}
        keyOf={({ id }) => id}
        empty={
          <>
            <KeyRound size={32} aria-hidden="true" />
            <p>{say('none')}</p>
          </>
        }
      />
      {dialog?.kind === 'make' ? <MakeKeyDialog desk={desk} ofCaller={me.scopes} /> : null}
      {dialog?.kind === 'made' ? <MadeKeyDialog apiKey={dialog.key} onClose={() => desk.close('made')} /> : null}
      {dialog?.kind === 'revoke' ? <RevokeKeyDialog desk={desk} apiKey={dialog.key} /> : null}
    </>
  );
}

function useColumns(desk: KeysDesk, timeZone: string, hasRegions: boolean): readonly Column<ApiKey>[] {
  const { say, locale } = useTexts(keysTexts);
  const format = timeFormat('date', { locale, timeZone });
  const day = (at: string): string => format(Date.parse(at));
  return [
    {
      key: 'name',
      title: say('name'),
      cell: ({ id, name, revokedAt }) => (
        <div
          className="user-cell grid gap-2px min-w-0"
          data-testid="key-row"
          data-revoked={revokedAt === undefined ? undefined : ''}
        >
          <strong>{name}</strong>
          <code className="small faint">{id}</code>
        </div>
      ),
    },
    { key: 'scopes', title: say('scopes'), cell: ({ scopes }) => <Scopes scopes={scopes} /> },
    ...(hasRegions
      ? [
          {
            key: 'regions',
            title: say('regions'),
            cell: ({ regions }: ApiKey) => (regions.length === 0 ? say('regionsAll') : regions.join(', ')),
          },
        ]
      : []),
    { key: 'made', title: say('made'), cell: ({ createdAt }) => <span className="one-line">{day(createdAt)}</span> },
    {
      key: 'state',
      title: say('state'),
      cell: ({ revokedAt }) => (
        <div className="state-cell flex flex-wrap items-baseline">
          <span className={`pill ${revokedAt === undefined ? 'good' : ''}`}>
            {say(revokedAt === undefined ? 'active' : 'revoked')}
          </span>
          {revokedAt === undefined ? null : (
            <span className="small faint">{say('revokedAt', { day: day(revokedAt) })}</span>
          )}
        </div>
      ),
    },
    { key: 'actions', title: '', cell: (key) => <RevokeButton apiKey={key} desk={desk} /> },
  ];
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const { say } = useTexts(keysTexts);
  if (keyScopes.every((scope) => scopes.includes(scope))) return <span className="pill">{say('scopesAll')}</span>;
  return (
    <div className="scope-pills flex flex-wrap gap-4px">
      {scopes.map((scope) => (
        <span key={scope} className="pill" title={isScope(scope) ? say(scopeTexts[scope]) : undefined}>
          {scope}
        </span>
      ))}
    </div>
  );
}

function RevokeButton({ apiKey, desk }: { apiKey: ApiKey; desk: KeysDesk }) {
  const { say } = useTexts(keysTexts);
  if (apiKey.revokedAt !== undefined) return null;
  return (
    <div className="admin-buttons">
      <button
        type="button"
        className="button small quiet"
        data-testid="revoke"
        aria-label={say('revokeOf', { name: apiKey.name })}
        onClick={() => desk.open({ kind: 'revoke', key: apiKey })}
      >
        {say('revoke')}
      </button>
    </div>
  );
}
