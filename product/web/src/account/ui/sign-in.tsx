import { MeridianApiError } from '@meridian/api-client';
import { LogIn } from 'lucide-react';
import { type SyntheticEvent, useState } from 'react';
import type { SignInApi } from '../api.ts';
import { addressIn } from '../core/addresses.ts';
import type { Me, SignInWays } from '../core/model.ts';
import { FORGOT_PATH } from '../core/route.ts';
import { useSay } from '../text.ts';
import { CardPage } from './card-page.tsx';
import { Field, Trouble } from './fields.tsx';
import { useWays, usualWays } from './use-ways.ts';

interface SignInProps {
  api: SignInApi;
  ways: SignInWays | undefined;
  /** Path of this site to which the page goes after sign-in, also by another provider. */
  to: string;
  /** Address of the user that has to sign in again, if known. */
  email?: string;
  problem?: string | undefined;
  onSignedIn(me: Me): void;
}

export function SignInPage(props: Omit<SignInProps, 'ways'>) {
  const { say } = useSay();
  const ways = useWays(props.api);
  return (
    <CardPage title={say('title.signIn')} lead={say('signIn.lead')} branding={ways?.branding}>
      <SignInForm {...props} ways={ways} />
    </CardPage>
  );
}

export function SignInAgainForm(props: Omit<SignInProps, 'ways'>) {
  return <SignInForm {...props} ways={useWays(props.api)} />;
}

function SignInForm({ api, ways, to, email: known = '', problem: providerProblem, onSignedIn }: SignInProps) {
  const { say } = useSay();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(() =>
    providerProblem === undefined ? undefined : new MeridianApiError(providerProblem, 'Another provider refused.'),
  );
  const { local, providers, setupAwaited } = ways ?? usualWays;
  const choices = problem instanceof MeridianApiError ? problem.choices : [];
  const submit = async (event: SyntheticEvent, tenant?: string): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const address = addressIn(email);
    if (address === undefined || password === '' || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      onSignedIn(await api.signIn(address, password, tenant));
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  /** Wraps a field's setter: typing also drops the choice of tenants, which belonged to the previous input. */
  const retyped =
    (set: (text: string) => void) =>
    (text: string): void => {
      set(text);
      if (choices.length > 0) setProblem(undefined);
    };
  const emailError = email === '' ? 'field.missing' : addressIn(email) === undefined ? 'field.emailWrong' : undefined;
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)} data-testid="sign-in">
      {problem === undefined ? null : (
        <Trouble title={say(choices.length > 0 ? 'signIn.choose' : 'signIn.failed')} error={problem} />
      )}
      {setupAwaited ? <p className="faint">{say('signIn.setupAwaited')}</p> : null}
      {local ? (
        <>
          <Field
            label={say('signIn.email')}
            type="email"
            name="email"
            autoComplete="username"
            value={email}
            error={tried && emailError !== undefined ? say(emailError) : undefined}
            onText={retyped(setEmail)}
          />
          <Field
            label={say('signIn.password')}
            type="password"
            name="password"
            autoComplete="current-password"
            value={password}
            error={tried && password === '' ? say('field.missing') : undefined}
            onText={retyped(setPassword)}
          />
          {choices.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className="button"
              disabled={busy}
              onClick={(event) => void submit(event, id)}
              data-testid="sign-in-tenant"
            >
              {name}
            </button>
          ))}
          <button type="submit" className="button primary big" disabled={busy}>
            <LogIn size={18} aria-hidden="true" />
            {say('signIn.button')}
          </button>
          <a className="back" href={FORGOT_PATH}>
            {say('signIn.forgot')}
          </a>
        </>
      ) : null}
      {providers.length === 0 ? null : (
        <>
          {local ? <p className="or">{say('signIn.or')}</p> : null}
          {providers.map(({ id, name }) => (
            <a key={id} className="button quiet" href={providerUrl(id, to)}>
              {say('signIn.by', { name })}
            </a>
          ))}
        </>
      )}
    </form>
  );
}

const providerUrl = (id: string, to: string): string =>
  `/api/v1/sign-in/oidc/${encodeURIComponent(id)}?returnTo=${encodeURIComponent(to)}`;
