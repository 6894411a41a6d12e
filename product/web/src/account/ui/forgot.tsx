import { MailCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { SignInApi } from '../api.ts';
import { addressIn } from '../core/addresses.ts';
import { signInPath } from '../core/route.ts';
import { useSay } from '../text.ts';
import { CardPage } from './card-page.tsx';
import { Field, Trouble } from './fields.tsx';
import { useWays } from './use-ways.ts';

/** Requests a link to set a new password; without mail it refers to the administrator. */
export function ForgotPage({ api }: { api: SignInApi }) {
  const { say } = useSay();
  const ways = useWays(api);
  const [asked, setAsked] = useState('');
  const lead = ways === undefined ? '' : say(ways.mail ? 'forgot.lead' : 'forgot.noMail');
  return (
    <CardPage title={say('title.forgot')} lead={asked === '' ? lead : ''} branding={ways?.branding}>
      {ways === undefined ? <p className="faint">{say('common.loading')}</p> : null}
      {asked === '' ? null : (
        <div className="notice good" role="status" tabIndex={-1} ref={focused} data-testid="asked">
          <MailCheck size={20} aria-hidden="true" />
          <strong>{say('forgot.asked')}</strong>
          <p>{say('forgot.askedText', { email: asked })}</p>
        </div>
      )}
      {ways?.mail && asked === '' ? <ForgotForm api={api} onAsked={setAsked} /> : null}
      <a className="back" href={signInPath('/meetings')}>
        {say('forgot.back')}
      </a>
    </CardPage>
  );
}

/** Moves the focus to the message, since the form has disappeared with its focus. */
const focused = (node: HTMLElement | null): void => node?.focus();

function ForgotForm({ api, onAsked }: { api: SignInApi; onAsked(email: string): void }) {
  const { say, language } = useSay();
  const [email, setEmail] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const emailError = email === '' ? 'field.missing' : addressIn(email) === undefined ? 'field.emailWrong' : undefined;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    const address = addressIn(email);
    if (address === undefined || busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await api.askForPassword(address, language);
      onAsked(address);
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <form className="stack" noValidate onSubmit={(event) => void submit(event)} data-testid="forgot">
      {problem === undefined ? null : <Trouble title={say('forgot.failed')} error={problem} />}
      <Field
        label={say('signIn.email')}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        error={tried && emailError !== undefined ? say(emailError) : undefined}
        onText={setEmail}
      />
      <button type="submit" className="button primary big" disabled={busy}>
        {say('forgot.button')}
      </button>
    </form>
  );
}
