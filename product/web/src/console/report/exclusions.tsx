// Maintenance excluded from the cloud's report, with a form to declare it.
import { CalendarPlus, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { Choose, Field } from '../../account/ui/fields.tsx';
import { Part } from '../../admin/traffic/parts.tsx';
import { AskDialog } from '../../admin/ui/ask-dialog.tsx';
import type { ConsoleApi } from '../api.ts';
import type { SlaReport, SlaTakenOut } from '../types.ts';
import { hourOf } from './core/figures.ts';
import type { ReportKey } from './text.ts';
import { Windows } from './windows.tsx';
import type { ReportWords } from './words.ts';

/** Length limit of a reason, as in product/api/src/sla. */
const REASON_CHARACTERS_MAX = 256;

interface ExclusionsProps {
  words: ReportWords;
  api: ConsoleApi;
  report: SlaReport;
  onChanged(): void;
}

export function Exclusions({ words, api, report, onChanged }: ExclusionsProps) {
  const { say } = words;
  const [isNew, setNew] = useState(false);
  const [withdrawn, setDropping] = useState<SlaTakenOut>();
  const add = (
    <button type="button" className="button small" data-testid="add-exclusion" onClick={() => setNew(true)}>
      <CalendarPlus size={16} aria-hidden="true" />
      {say('add')}
    </button>
  );
  return (
    <Part title={say('out')} tools={add}>
      <Windows
        {...{ words, report }}
        extraColumns={[
          { key: 'by', title: say('by'), cell: ({ by }) => by },
          {
            key: 'actions',
            title: '',
            cell: (one) => <WithdrawButton {...{ words }} reason={one.reason} onDrop={() => setDropping(one)} />,
          },
        ]}
      />
      {isNew ? <NewExclusion {...{ words, api, report }} onDone={onChanged} onClose={() => setNew(false)} /> : null}
      {withdrawn === undefined ? null : (
        <AskDialog
          title={say('dropTitle')}
          button={say('drop')}
          failed={say('notDropped')}
          act={async () => {
            await api.delete(`/sla/exclusions/${encodeURIComponent(withdrawn.id)}`);
            onChanged();
          }}
          onClose={() => setDropping(undefined)}
        >
          <p>
            <strong>{withdrawn.reason}</strong>
          </p>
          <p className="admin-question">{say('dropText')}</p>
        </AskDialog>
      )}
    </Part>
  );
}

function WithdrawButton({ words, reason, onDrop }: { words: ReportWords; reason: string; onDrop(): void }) {
  return (
    <div className="admin-buttons">
      <button
        type="button"
        className="button small quiet"
        aria-label={words.say('dropOf', { reason })}
        onClick={onDrop}
      >
        <Undo2 size={16} aria-hidden="true" />
        {words.say('drop')}
      </button>
    </div>
  );
}

function NewExclusion(o: Omit<ExclusionsProps, 'onChanged'> & { onDone(): void; onClose(): void }) {
  const { words, api, report, onDone, onClose } = o;
  const { say } = words;
  const [region, setRegion] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const [fromAt, toAt] = [hourOf(from), hourOf(to)];
  const errors: Readonly<Record<'from' | 'to' | 'reason', ReportKey | undefined>> = {
    from: fromAt === undefined ? 'hourWrong' : undefined,
    to: toAt === undefined || (fromAt !== undefined && toAt <= fromAt) ? 'toWrong' : undefined,
    reason: reason.trim() === '' ? 'reasonWrong' : undefined,
  };
  const error = (field: keyof typeof errors): string | undefined => {
    const key = isTried ? errors[field] : undefined;
    return key && say(key);
  };
  const regions = report.rows.filter(({ key }) => key !== '').map(({ key }) => [key, words.place(key)] as const);
  const hour = { type: 'datetime-local', step: 3600 };
  return (
    <AskDialog
      title={say('addTitle')}
      button={say('add')}
      failed={say('notAdded')}
      isReady={() => {
        setTried(true);
        return Object.values(errors).every((key) => key === undefined);
      }}
      act={async () => {
        await api.post('/sla/exclusions', { region, from: fromAt, to: toAt, reason: reason.trim() });
        onDone();
      }}
      onClose={onClose}
    >
      <p className="admin-question">{say('addLead')}</p>
      <Choose
        label={say('region')}
        value={region}
        options={[['', say('allRegions')], ...regions]}
        onChoose={setRegion}
      />
      <Field {...hour} label={say('from')} value={from} error={error('from')} onText={setFrom} data-testid="from" />
      <Field {...hour} label={say('to')} value={to} error={error('to')} onText={setTo} data-testid="to" />
      <Field
        label={say('reason')}
        maxLength={REASON_CHARACTERS_MAX}
        value={reason}
        error={error('reason')}
        onText={setReason}
        data-testid="reason"
      />
    </AskDialog>
  );
}
