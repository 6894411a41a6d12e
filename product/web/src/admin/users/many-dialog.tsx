import { FileUp } from 'lucide-react';
import { useId, useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { useTexts } from '../text.ts';
import { type Column, RowsTable } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import { AdminTrouble, useReasons } from '../ui/trouble.tsx';
import type { UsersApi } from './api.ts';
import { type Answers, counts, openRows, outcomeOf, worstFirst } from './core/results.ts';
import { type ReadRow, ROWS_MAX, readUsers, type TableProblem } from './core/user-rows.ts';
import { newUsers } from './make-links.ts';
import { NewLinks } from './new-links.tsx';
import { sendRows } from './send-rows.ts';
import { type UsersKey, usersTexts } from './text.ts';

/** Maximum file size; five thousand rows need less. */
const FILE_MB_MAX = 1;
/** Maximum number of rows shown; more would slow the page. */
const SHOWN_ROWS_MAX = 200;
const example = 'name,email,role\nAnn Lee,ann@example.org,host\nBo Chen,bo@example.org,member';

interface ManyProps {
  api: UsersApi;
  mails: boolean;
  onChanged(): void;
  onClose(): void;
}

/** Shows the table to paste, then the parsed rows, then the result of each row. */
export function ManyDialog({ api, mails, onChanged, onClose }: ManyProps) {
  const { say } = useTexts(usersTexts);
  const [text, setText] = useState('');
  const [rows, setRows] = useState<readonly ReadRow[]>();
  /** Links are shown only once, so the dialog asks before it closes. */
  const [closing, setClosing] = useState<'' | 'asks' | 'asked'>('');
  const close = (): void => {
    if (closing === 'asks') setClosing('asked');
    else onClose();
  };
  return (
    <Dialog title={say('manyTitle')} onClose={close} className="wide">
      {rows === undefined ? (
        <TableStep text={text} onText={setText} onRows={setRows} onClose={onClose} />
      ) : (
        <RowsStep
          {...{ api, mails, rows, onChanged }}
          isAsking={closing === 'asked'}
          onLinks={() => setClosing('asks')}
          onClose={close}
          onBack={() => setRows(undefined)}
        />
      )}
    </Dialog>
  );
}

interface TableStepProps {
  text: string;
  onText(text: string): void;
  onRows(rows: readonly ReadRow[]): void;
  onClose(): void;
}

const problemTexts: Readonly<Record<TableProblem, UsersKey>> = {
  empty: 'tableEmpty',
  tooMany: 'tableTooMany',
  noEmails: 'tableNoEmails',
};

function TableStep({ text, onText, onRows, onClose }: TableStepProps) {
  const { say } = useTexts(usersTexts);
  const { say: sayShared } = useTexts(sharedTexts);
  const [problem, setProblem] = useState('');
  const id = useId();
  const check = (): void => {
    const read = readUsers(text);
    if (read.problem === undefined) onRows(read.rows);
    else setProblem(say(problemTexts[read.problem], { count: ROWS_MAX }));
  };
  return (
    <div className="dialog-fields">
      <p className="faint">{say('manyLead')}</p>
      <FileButton
        onText={(read) => {
          setProblem('');
          onText(read);
        }}
        onProblem={setProblem}
      />
      <div className="field">
        <label className="field-label" htmlFor={id}>
          {say('manyLabel')}
        </label>
        <textarea
          id={id}
          className="input area table-text"
          rows={7}
          value={text}
          placeholder={example}
          spellCheck={false}
          aria-invalid={problem !== ''}
          aria-describedby={`${id}-help`}
          onChange={(event) => {
            setProblem('');
            onText(event.target.value);
          }}
        />
        <span id={`${id}-help`} className="field-error" role="alert">
          {problem}
        </span>
      </div>
      <div className="dialog-buttons">
        <button type="button" className="button quiet" onClick={onClose}>
          {sayShared('cancel')}
        </button>
        <button type="button" className="button primary" data-testid="check" onClick={check}>
          {say('manyCheck')}
        </button>
      </div>
    </div>
  );
}

function FileButton({ onText, onProblem }: { onText(text: string): void; onProblem(problem: string): void }) {
  const { say } = useTexts(usersTexts);
  const read = async (file: File): Promise<void> => {
    if (file.size > FILE_MB_MAX * 1_000_000) return onProblem(say('fileLarge', { count: FILE_MB_MAX }));
    try {
      onText(new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer()));
    } catch (error) {
      console.info('The file is no text:', error);
      onProblem(say('fileFailed'));
    }
  };
  return (
    <label className="button quiet file-button justify-self-start pointer">
      <FileUp size={18} aria-hidden="true" />
      {say('manyFile')}
      <input
        type="file"
        className="visually-hidden"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = ''; // so that the same file can be chosen again
          if (file !== undefined) void read(file);
        }}
      />
    </label>
  );
}

interface RowsStepProps extends ManyProps {
  rows: readonly ReadRow[];
  /** Asks whether to close although links are shown. */
  isAsking: boolean;
  onLinks(): void;
  onBack(): void;
}

function RowsStep({ api, mails, rows, onChanged, onClose, ...o }: RowsStepProps) {
  const { say } = useTexts(usersTexts);
  const { say: sayShared } = useTexts(sharedTexts);
  const [answers, setAnswers] = useState<Answers>(new Map());
  const [state, setState] = useState<'read' | 'sending' | 'sent'>('read');
  const [problem, setProblem] = useState<unknown>();
  const open = openRows(rows, answers).length;
  const send = async (): Promise<void> => {
    setState('sending');
    setProblem(undefined);
    try {
      await sendRows(api, rows, answers, setAnswers);
    } catch (error) {
      setProblem(error);
    }
    setState('sent');
    onChanged();
  };
  const found = counts(rows, answers);
  const isDone = state === 'sent' && open === 0;
  return (
    <div className="dialog-fields">
      <p role="status" data-testid="counts">
        {state === 'sending' ? say('manySending') : say(state === 'read' ? 'manyRead' : 'manyDone', found)}
      </p>
      {problem === undefined ? null : (
        <AdminTrouble title={say('manyFailed')} error={problem}>
          <p>{say('manyRest')}</p>
        </AdminTrouble>
      )}
      {isDone ? <NewLinks api={api} mails={mails} users={newUsers(rows, answers)} onLinks={o.onLinks} /> : null}
      <RowTable rows={rows} answers={answers} isSent={state === 'sent'} />
      <div className="dialog-buttons sticky">
        <p className="conflict closing" role="status">
          {o.isAsking ? say('linksClosing') : ''}
        </p>
        {state === 'read' ? (
          <button type="button" className="button quiet" onClick={o.onBack}>
            {say('manyBack')}
          </button>
        ) : (
          <button type="button" className={`button ${isDone ? 'primary' : 'quiet'}`} onClick={onClose}>
            {sayShared('close')}
          </button>
        )}
        {isDone || found.good === 0 ? null : (
          <button
            type="button"
            className="button primary"
            data-testid="send"
            disabled={state === 'sending'}
            onClick={() => void send()}
          >
            {say(open === 1 ? 'manySendOne' : 'manySend', { count: open })}
          </button>
        )}
      </div>
    </div>
  );
}

function RowTable({ rows, answers, isSent }: { rows: readonly ReadRow[]; answers: Answers; isSent: boolean }) {
  const { say } = useTexts(usersTexts);
  const reasonOf = useReasons({ ALREADY_EXISTS: say('taken') });
  const result = (row: ReadRow) => {
    const { tone, text } = outcomeOf(row, answers, isSent);
    return <span className={`outcome ${tone}`}>{'key' in text ? say(text.key) : reasonOf(text.code)}</span>;
  };
  const columns: readonly Column<ReadRow>[] = [
    {
      key: 'user',
      title: say('user'),
      cell: ({ name, email }) => (
        <div className="user-cell grid gap-2px min-w-0">
          <span>{name === '' ? email : name}</span>
          {name === '' ? null : <span className="small faint">{email}</span>}
        </div>
      ),
    },
    { key: 'line', title: say('line'), cell: ({ line }) => line },
    { key: 'result', title: say('result'), cell: result },
  ];
  const shown = worstFirst(rows, answers).slice(0, SHOWN_ROWS_MAX);
  return (
    <>
      <RowsTable label={say('manyTitle')} rows={shown} columns={columns} keyOf={({ line }) => String(line)} />
      {shown.length < rows.length ? <p className="field-hint">{say('manyFirst', { count: SHOWN_ROWS_MAX })}</p> : null}
    </>
  );
}
