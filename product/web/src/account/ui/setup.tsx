import { type FormEvent, useCallback, useState } from 'react';
import { useAnswer } from '../../ui/use-answer.ts';
import type { SignInApi } from '../api.ts';
import { addressIn } from '../core/addresses.ts';
import type { Me, SetupTarget } from '../core/model.ts';
import { PASSWORD_CHARACTERS_MIN } from '../core/user.ts';
import { useSay } from '../text.ts';
import { CardPage } from './card-page.tsx';
import { Field, Trouble } from './fields.tsx';

interface SetupProps {
  api: SignInApi;
  code: string;
  onSignedIn(me: Me): void;
}

/** The page of a one-time link: for the first administrator, or an invited user without a password. */
export function SetupPage({ api, code, onSignedIn }: SetupProps) {
  const { say } = useSay();
  const fetchTarget = useCallback(() => api.lookAtSetup(code), [api, code]);
  const { value: target, problem } = useAnswer(fetchTarget);
  const lead = target === undefined ? '' : say(target.kind === 'firstAdmin' ? 'setup.first' : 'setup.invited');
  return (
    <CardPage title={say('title.setup')} lead={lead} branding={target?.branding}>
      {problem === undefined ? null : <Trouble title={say('setup.failed')} error={problem} />}
      {target === undefined ? (
        problem === undefined && <p className="faint">{say('common.loading')}</p>
      ) : (
        <SetupForm {...{ api, code, target, onSignedIn }} />
      )}
    </CardPage>
  );
}

function SetupForm({ api, code, target, onSignedIn }: SetupProps & { target: SetupTarget }) {
  const { say } = useSay();
  const isFirst = target.kind === 'firstAdmin';
  const [email, setEmail] = useState(target.email ?? '');
  const [name, setName] = useState(target.name ?? '');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const isShort = Array.from(password).length < PASSWORD_CHARACTERS_MIN;
  const emailError = email === '' ? 'field.missing' : addressIn(email) === undefined ? 'field.emailWrong' : undefined;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if ((isFirst && (emailError !== undefined || name.trim() === '')) || isShort || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      onSignedIn(await api.setUp({ code, password, ...(isFirst && { email: email.trim(), name: name.trim() }) }));
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)} data-testid="setup">
      <Field
        label={say('signIn.email')}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        readOnly={!isFirst}
        error={tried && isFirst && emailError !== undefined ? say(emailError) : undefined}
        onText={setEmail}
      />
      {isFirst ? (
        <Field
          label={say('setup.name')}
          name="name"
          autoComplete="name"
          maxLength={128}
          value={name}
          hint={say('setup.nameHint')}
          error={tried && name.trim() === '' ? say('field.missing') : undefined}
          onText={setName}
        />
      ) : null}
      <Field
        label={say('signIn.password')}
        type="password"
        name="password"
        autoComplete="new-password"
        maxLength={128}
        value={password}
        hint={say('setup.passwordHint', { count: PASSWORD_CHARACTERS_MIN })}
        error={tried && isShort ? say('field.passwordShort', { count: PASSWORD_CHARACTERS_MIN }) : undefined}
        onText={setPassword}
      />
      {problem === undefined ? null : <Trouble title={say('setup.failed')} error={problem} />}
      <button type="submit" className="button primary big" disabled={busy}>
        {say('setup.button')}
      </button>
    </form>
  );
}
