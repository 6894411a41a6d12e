import { CircleCheck } from 'lucide-react';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { timeFormat } from '../../core/time-formats.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { type AccountApi, codeOf } from '../api.ts';
import { browserOf } from '../core/browser.ts';
import type { Me, UserSession } from '../core/model.ts';
import { PASSWORD_CHARACTERS_MIN } from '../core/user.ts';
import { useSay } from '../text.ts';
import { Field, Trouble } from './fields.tsx';
import { MadeLinks } from './made-links.tsx';

interface SecurityProps {
  me: Me;
  api: AccountApi;
  timeZone: string;
  onClose(): void;
}

export function SecurityDialog({ me, api, timeZone, onClose }: SecurityProps) {
  const { say } = useSay();
  const [sessions, setSessions] = useState<readonly UserSession[]>();
  const [problem, setProblem] = useState<unknown>();
  const load = useCallback((): void => {
    api.sessions().then(setSessions, setProblem);
  }, [api]);
  useEffect(load, [load]);
  const [ended, setEnded] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const end = async ({ id, browser }: UserSession): Promise<void> => {
    setProblem(undefined);
    try {
      await api.endSession(id);
    } catch (error) {
      if (codeOf(error) !== 'NOT_FOUND') return setProblem(error); // it had already ended
    }
    setEnded(say('security.ended', { name: browserOf(browser) || say('security.unknownBrowser') }));
    heading.current?.focus(); // the button disappears with its row
    load();
  };
  return (
    <Dialog title={say('account.security')} onClose={onClose} className="details">
      <div className="dialog-fields" data-testid="security">
        {me.hasPassword ? (
          <PasswordForm {...{ me, api }} onChanged={load} />
        ) : (
          <p className="faint">{say('security.noPassword')}</p>
        )}
        <section className="sessions">
          <h3 ref={heading} tabIndex={-1}>
            {say('security.sessions')}
          </h3>
          <p className="visually-hidden" role="status">
            {ended}
          </p>
          {problem === undefined ? null : <Trouble title={say('details.failed')} error={problem} />}
          {sessions === undefined && problem === undefined ? <p className="faint">{say('common.loading')}</p> : null}
          <ul>
            {sessions?.map((session) => (
              <SessionRow key={session.id} {...{ session, timeZone, end }} />
            ))}
          </ul>
        </section>
        <MadeLinks {...{ me, api, timeZone }} />
      </div>
    </Dialog>
  );
}

interface RowProps {
  session: UserSession;
  timeZone: string;
  end(session: UserSession): Promise<void>;
}

function SessionRow({ session, timeZone, end }: RowProps) {
  const { browser, address, usedAt, current } = session;
  const { say, locale } = useSay();
  const [busy, setBusy] = useState(false);
  const name = browserOf(browser) || say('security.unknownBrowser');
  const format = timeFormat('dateTime', { locale, timeZone });
  const time = format(Date.parse(usedAt));
  return (
    <li data-testid="session">
      <span className="session-what grid min-w-0">
        <strong>{name}</strong>
        <span className="faint small">{say('security.used', { time, address })}</span>
      </span>
      {current ? (
        <span className="tag accent flex-none">{say('security.current')}</span>
      ) : (
        <button
          type="button"
          className="button small quiet"
          disabled={busy}
          aria-label={say('security.endOf', { name, time })}
          onClick={() => {
            setBusy(true);
            void end(session).finally(() => setBusy(false));
          }}
        >
          {say('security.end')}
        </button>
      )}
    </li>
  );
}

function PasswordForm({ me, api, onChanged }: Pick<SecurityProps, 'me' | 'api'> & { onChanged(): void }) {
  const { say } = useSay();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [isDone, setIsDone] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const isShort = Array.from(password).length < PASSWORD_CHARACTERS_MIN;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    setIsDone(false);
    if (current === '' || isShort || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await api.changePassword(current, password);
      setCurrent('');
      setPassword('');
      setTried(false);
      setIsDone(true);
      onChanged();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)} data-testid="change-password">
      {/* Tells password managers whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={me.email} readOnly />
      <Field
        label={say('security.currentPassword')}
        type="password"
        name="current"
        autoComplete="current-password"
        maxLength={128}
        value={current}
        error={tried && current === '' ? say('field.missing') : undefined}
        onText={setCurrent}
      />
      <Field
        label={say('security.password')}
        type="password"
        name="password"
        autoComplete="new-password"
        maxLength={128}
        value={password}
        hint={say('setup.passwordHint', { count: PASSWORD_CHARACTERS_MIN })}
        error={tried && isShort ? say('field.passwordShort', { count: PASSWORD_CHARACTERS_MIN }) : undefined}
        onText={setPassword}
      />
      {problem === undefined ? null : <Trouble title={say('security.failed')} error={problem} />}
      <button type="submit" className="button primary" disabled={busy}>
        {say('security.button')}
      </button>
      <div role="status">
        {isDone ? (
          <p className="notice good">
            <CircleCheck size={20} aria-hidden="true" />
            {say('security.changed')}
          </p>
        ) : null}
      </div>
    </form>
  );
}
