import { CircleAlert, CircleCheck, Download, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { timeFormat } from '../../core/time-formats.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { useList } from '../ui/queries.ts';
import { type Column, ListTable } from '../ui/table.tsx';
import { AdminTrouble } from '../ui/trouble.tsx';
import { actNameOf, actNames, actTexts } from './act-texts.ts';
import { downloads, type SettingsApi } from './api.ts';
import { type AuditEntry, type Checked, statusText, targetsOf } from './core/audit.ts';
import { type SettingsKey, settingsTexts } from './text.ts';

export function AuditCard({ api, ports }: { api: SettingsApi; ports: AdminPorts }) {
  const { say, locale } = useTexts(settingsTexts);
  const acts = useTexts(actTexts);
  const byText = actNames
    .map((name) => ({ name, text: acts.say(name) }))
    .sort((a, b) => a.text.localeCompare(b.text, locale));
  const [operation, setOperation] = useState('');
  const { checked, problem, check } = useCheck(api);
  const list = useList(['audit', operation], (cursor) => api.audit(operation, cursor));
  return (
    <>
      <div className="audit-tools flex flex-wrap gap-3">
        <select
          className="select"
          aria-label={say('actFilter')}
          value={operation}
          onChange={(event) => setOperation(event.target.value)}
        >
          <option value="">{say('actAll')}</option>
          {byText.map(({ name, text }) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
        <a className="button quiet" href={downloads.auditCsv(operation)} download="audit.csv">
          <Download size={18} aria-hidden="true" />
          {say('auditCsv')}
        </a>
        <button
          type="button"
          className="button quiet"
          data-testid="check-audit"
          disabled={checked === 'busy'}
          onClick={check}
        >
          <ShieldCheck size={18} aria-hidden="true" />
          {say(checked === 'busy' ? 'auditChecking' : 'auditCheck')}
        </button>
      </div>
      <div role="status" className="audit-result">
        {checked === undefined || checked === 'busy' ? null : <CheckResult checked={checked} />}
      </div>
      {problem === undefined ? null : <AdminTrouble title={say('auditCheckFailed')} error={problem} />}
      <ListTable
        label={say('audit')}
        list={list}
        columns={useColumns(ports)}
        keyOf={({ seq }) => String(seq)}
        empty={say('auditNone')}
      />
    </>
  );
}

function useCheck(api: SettingsApi) {
  const [checked, setChecked] = useState<Checked | 'busy'>();
  const [problem, setProblem] = useState<unknown>();
  const check = (): void => {
    setChecked('busy');
    setProblem(undefined);
    api.checkAudit().then(setChecked, (error: unknown) => {
      setProblem(error);
      setChecked(undefined);
    });
  };
  return { checked, problem, check };
}

function CheckResult({ checked }: { checked: Checked }) {
  const { say } = useTexts(settingsTexts);
  if (!checked.isWhole)
    return (
      <div className="notice bad" data-testid="audit-broken">
        <CircleAlert size={20} aria-hidden="true" />
        <p>{say('auditBroken', { seq: checked.brokenSeq })}</p>
      </div>
    );
  const { firstSeq, lastSeq, lastHash } = checked;
  return (
    <div className="notice booked" data-testid="audit-whole">
      <CircleCheck size={20} aria-hidden="true" />
      <p>{lastSeq < firstSeq ? say('auditEmpty') : say('auditWhole', { first: firstSeq, last: lastSeq })}</p>
      {lastHash === '' ? null : <p className="small faint">{say('auditWholeHash', { hash: lastHash })}</p>}
    </div>
  );
}

const kindTexts: Readonly<Record<string, SettingsKey>> = {
  user: 'byUser',
  key: 'byKey',
  operator: 'byOperator',
  participant: 'byParticipant',
  visitor: 'byVisitor',
};

function useColumns({ me, timeZone }: AdminPorts): readonly Column<AuditEntry>[] {
  const { say, locale } = useTexts(settingsTexts);
  const acts = useTexts(actTexts);
  const time = timeFormat('exactDateTime', { locale, timeZone });
  return [
    {
      key: 'act',
      title: say('act'),
      cell: (entry) => {
        const known = actNameOf(entry.operation);
        return (
          <div className="user-cell grid gap-2px min-w-0">
            <strong title={entry.operation}>{known === undefined ? entry.operation : acts.say(known)}</strong>
            <code className="small faint">{targetsOf(entry)}</code>
          </div>
        );
      },
    },
    { key: 'when', title: say('when'), cell: ({ at }) => time(Date.parse(at)) },
    {
      key: 'from',
      title: say('from'),
      cell: ({ by }) => {
        if (by.kind === 'user' && by.id === me.id) return say('byYou');
        const kind = kindTexts[by.kind];
        return (
          <>
            {kind === undefined ? by.kind : say(kind)} <code className="small faint">{by.id}</code>
          </>
        );
      },
    },
    { key: 'address', title: say('address'), cell: ({ address }) => <code className="small">{address}</code> },
    {
      key: 'result',
      title: say('result'),
      cell: ({ status }) => (
        <span className={`pill ${status < 400 ? '' : 'bad'}`}>{say(statusText(status), { status })}</span>
      ),
    },
  ];
}
