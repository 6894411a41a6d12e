import { Pencil, Plus, Send, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { LoadTrouble, Outcome, Part, State } from '../../admin/traffic/parts.tsx';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import { OneTime } from '../../admin/ui/one-time.tsx';
import { useApiQuery } from '../../admin/ui/queries.ts';
import { RowMenu } from '../../admin/ui/row-menu.tsx';
import { type Column, Loading, RowsTable } from '../../admin/ui/table.tsx';
import { AdminTrouble } from '../../admin/ui/trouble.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { ConsoleApi } from '../api.ts';
import type { AlarmAttempt, AlarmMatcher, AlarmReceiver } from '../types.ts';
import { ReceiverDialog } from './receiver-dialog.tsx';
import { settingsTexts } from './settings-text.ts';
import { alarmTexts } from './text.ts';
import '../../styles/admin-people.css';

const pathOf = ({ id }: Pick<AlarmReceiver, 'id'>): string => `/alarm-receivers/${encodeURIComponent(id)}`;

type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'change' | 'remove'; readonly receiver: AlarmReceiver }
  | { readonly kind: 'secret'; readonly name: string; readonly secret: string };

export function Receivers({ api }: { api: ConsoleApi }) {
  const { say } = useTexts(settingsTexts);
  const { value, problem, reload } = useApiQuery(['alarm receivers'], () =>
    api.get<{ receivers: readonly AlarmReceiver[] }>('/alarm-receivers'),
  );
  const [open, setOpen] = useState<Open>();
  const { test, outcome } = useTest(api);
  const columns = useColumns({
    onTest: test,
    onChange: (receiver) => setOpen({ kind: 'change', receiver }),
    onRemove: (receiver) => setOpen({ kind: 'remove', receiver }),
  });
  const add = (
    <button type="button" className="button small" data-testid="add-receiver" onClick={() => setOpen({ kind: 'new' })}>
      <Plus size={16} aria-hidden="true" />
      {say('add')}
    </button>
  );
  const close = (): void => setOpen(undefined);
  return (
    <Part title={say('receivers')} tools={add}>
      <p className="faint">{say('receiversLead')}</p>
      {outcome}
      {problem === undefined ? null : <LoadTrouble problem={problem} onRetry={reload} />}
      {value === undefined ? (
        problem === undefined ? (
          <Loading />
        ) : null
      ) : value.receivers.length === 0 ? (
        <p className="admin-empty alarm-none">{say('receiversNone')}</p>
      ) : (
        <div className="alarm-table">
          <RowsTable label={say('receivers')} rows={value.receivers} columns={columns} keyOf={({ id }) => id} />
        </div>
      )}
      {open?.kind === 'new' || open?.kind === 'change' ? (
        <ReceiverDialog
          api={api}
          {...(open.kind === 'change' && { receiver: open.receiver })}
          onSaved={({ name, secret }) => {
            reload();
            setOpen(secret === undefined ? undefined : { kind: 'secret', name, secret });
          }}
          onClose={close}
        />
      ) : null}
      {open?.kind === 'remove' ? (
        <AskDialog
          title={say('removeTitle', { name: open.receiver.name })}
          button={say('remove')}
          isDangerous
          failed={say('notRemoved')}
          act={async () => {
            await api.delete(pathOf(open.receiver));
            reload();
          }}
          onClose={close}
        >
          <p className="admin-question">{say('removeText')}</p>
        </AskDialog>
      ) : null}
      {open?.kind === 'secret' ? <SecretDialog {...open} onClose={close} /> : null}
    </Part>
  );
}

/** Shows a new secret once; the API never returns it again. */
function SecretDialog({ name, secret, onClose }: { name: string; secret: string; onClose(): void }) {
  const { say } = useTexts(settingsTexts);
  return (
    <Dialog title={say('secretTitle', { name })} onClose={onClose}>
      <div className="dialog-fields">
        <p>{say('secretLead')}</p>
        <OneTime label={say('secret')} value={secret} copy={say('secretCopy')} />
        <div className="dialog-buttons">
          <button type="button" className="button primary" onClick={onClose}>
            {say('done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

type Test =
  | { readonly name: string; readonly state: 'running' }
  | { readonly name: string; readonly state: 'answered'; readonly attempt: AlarmAttempt }
  | { readonly name: string; readonly state: 'failed'; readonly problem: unknown };

function useTest(api: ConsoleApi): { test(receiver: AlarmReceiver): void; outcome: ReactNode } {
  const { say } = useTexts(settingsTexts);
  const [lastTest, setLastTest] = useState<Test>();
  const test = (receiver: AlarmReceiver): void => {
    const { name } = receiver;
    if (lastTest?.state === 'running') return;
    setLastTest({ name, state: 'running' });
    api.post<AlarmAttempt>(`${pathOf(receiver)}/test`, {}).then(
      (attempt) => setLastTest({ name, state: 'answered', attempt }),
      (problem: unknown) => setLastTest({ name, state: 'failed', problem }),
    );
  };
  if (lastTest === undefined) return { test, outcome: null };
  const { name } = lastTest;
  if (lastTest.state === 'running') return { test, outcome: <Outcome tone="quiet" title={say('testing', { name })} /> };
  if (lastTest.state === 'failed')
    return { test, outcome: <AdminTrouble title={say('testFailed')} error={lastTest.problem} /> };
  const { delivered, status, error = '', tookMs } = lastTest.attempt;
  if (delivered) return { test, outcome: <Outcome tone="good" title={say('tested', { name, ms: tookMs })} /> };
  const failureText = [status === 0 ? '' : say('testStatus', { status }), error].filter(Boolean).join(' · ');
  return {
    test,
    outcome: (
      <Outcome tone="bad" title={say('testRefused', { name })}>
        {failureText}
      </Outcome>
    ),
  };
}

interface Acts {
  onTest(receiver: AlarmReceiver): void;
  onChange(receiver: AlarmReceiver): void;
  onRemove(receiver: AlarmReceiver): void;
}

function useColumns({ onTest, onChange, onRemove }: Acts): readonly Column<AlarmReceiver>[] {
  const { say } = useTexts(settingsTexts);
  const alarm = useTexts(alarmTexts);
  return [
    {
      key: 'name',
      title: say('name'),
      cell: ({ name, kind }) => (
        <div className="admin-two">
          <strong>{name}</strong>
          <span className="faint small">{say(`kind.${kind}`)}</span>
        </div>
      ),
    },
    { key: 'goes', title: say('goes'), cell: ({ url, to }) => [url, to?.join(', ')].filter(Boolean).join(' · ') },
    {
      key: 'informed',
      title: say('informed'),
      cell: ({ severity, matchers, afterMinutes, repeatMinutes }) => (
        <div className="admin-two">
          <span>
            {matchers.length === 0 ? say('allAlarms') : <Matchers matchers={matchers} />},{' '}
            {say('from', { severity: alarm.say(severity) })}
          </span>
          <span className="faint small">
            {[
              afterMinutes === 0 ? say('atOnce') : say('afterMinutes', { n: afterMinutes }),
              ...(repeatMinutes === 0 ? [] : [say('everyMinutes', { n: repeatMinutes })]),
            ].join(' · ')}
          </span>
        </div>
      ),
    },
    {
      key: 'state',
      title: say('state'),
      cell: ({ enabled }) => <State tone={enabled ? 'good' : 'quiet'}>{say(enabled ? 'on' : 'off')}</State>,
    },
    {
      key: 'actions',
      title: '',
      cell: (receiver) => (
        <div className="admin-buttons">
          <RowMenu
            label={say('actions', { name: receiver.name })}
            items={[
              { key: 'test', icon: Send, text: say('test'), act: () => onTest(receiver) },
              { key: 'change', icon: Pencil, text: say('change'), act: () => onChange(receiver) },
              { key: 'remove', icon: Trash2, text: say('remove'), isDangerous: true, act: () => onRemove(receiver) },
            ]}
          />
        </div>
      ),
    },
  ];
}

export function Matchers({ matchers }: { matchers: readonly AlarmMatcher[] }) {
  return <code className="anywhere text-s">{matchersText(matchers)}</code>;
}

export const matchersText = (matchers: readonly AlarmMatcher[]): string =>
  matchers.map(({ name, value }) => `${name} = ${value}`).join(', ');
