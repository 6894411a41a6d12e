import { useState } from 'react';
import { Check, Choose, Field } from '../../account/ui/fields.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useTexts } from '../text.ts';
import { AskDialog } from '../ui/ask-dialog.tsx';
import { OneTime } from '../ui/one-time.tsx';
import type { ApiKey, NewApiKey } from './api.ts';
import { envLines, type KeyForm, keyErrors, liveKitLines, regionsIn } from './core/form.ts';
import {
  canOutlive,
  type KeyScope,
  keyScopes,
  type Purpose,
  purposeOf,
  purposes,
  scopesFor,
  scopeTexts,
} from './core/scopes.ts';
import type { KeysDesk } from './desk.ts';
import { type KeysKey, keysTexts } from './text.ts';

const purposeTexts: Readonly<Record<Purpose, KeysKey>> = {
  system: 'purposeSystem',
  tokens: 'purposeTokens',
  all: 'purposeAll',
  own: 'purposeOwn',
};

export function MakeKeyDialog({ desk, ofCaller }: { desk: KeysDesk; ofCaller: readonly string[] }) {
  const { say } = useTexts(keysTexts);
  const [form, setForm] = useState<KeyForm>(() => ({ name: '', scopes: scopesFor('system', ofCaller), regions: '' }));
  const [tried, setTried] = useState(false);
  const errors = keyErrors(form);
  const error = (key: KeysKey | undefined) => (!tried || key === undefined ? undefined : say(key));
  const { name, scopes, regions } = form;
  return (
    <AskDialog
      title={say('makeTitle')}
      button={say('makeButton')}
      failed={say('makeFailed')}
      reasons={{ CONFLICT: say('tooMany') }}
      className="wide"
      isReady={() => {
        setTried(true);
        return Object.keys(errors).length === 0;
      }}
      act={() => desk.make({ name: name.trim(), scopes, regions: regionsIn(regions) })}
      onClose={() => desk.close('make')}
    >
      <Field
        label={say('name')}
        value={name}
        hint={say('nameHint')}
        error={error(errors.name)}
        autoComplete="off"
        onText={(text) => setForm({ ...form, name: text })}
      />
      <Choose<Purpose>
        label={say('purpose')}
        value={purposeOf(scopes, ofCaller)}
        options={purposes.map((purpose) => [purpose, say(purposeTexts[purpose])] as const)}
        onChoose={(purpose) => {
          if (purpose !== 'own') setForm({ ...form, scopes: scopesFor(purpose, ofCaller) });
        }}
      />
      <ScopeChecks
        chosen={scopes}
        ofCaller={ofCaller}
        error={error(errors.scopes)}
        onChosen={(chosen) => setForm({ ...form, scopes: chosen })}
      />
      <Field
        label={say('regionsLabel')}
        value={regions}
        hint={say('regionsHint')}
        error={error(errors.regions)}
        autoComplete="off"
        onText={(text) => setForm({ ...form, regions: text })}
      />
    </AskDialog>
  );
}

interface ScopeChecksProps {
  chosen: readonly KeyScope[];
  ofCaller: readonly string[];
  error: string | undefined;
  onChosen(chosen: readonly KeyScope[]): void;
}

function ScopeChecks({ chosen, ofCaller, error, onChosen }: ScopeChecksProps) {
  const { say } = useTexts(keysTexts);
  return (
    <fieldset className="scope-checks grid min-w-0 m-0 p-0 border-0">
      <legend className="field-label">{say('scopesLegend')}</legend>
      {keyScopes
        .filter((scope) => ofCaller.includes(scope))
        .map((scope) => (
          <Check
            key={scope}
            label={say(scopeTexts[scope])}
            hint={scope}
            on={chosen.includes(scope)}
            onChange={(on) => onChosen(keyScopes.filter((one) => (one === scope ? on : chosen.includes(one))))}
          />
        ))}
      {error === undefined ? null : (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** The new key with its secret, shown only now: a press outside does not close the dialog yet. */
export function MadeKeyDialog({ apiKey, onClose }: { apiKey: NewApiKey; onClose(): void }) {
  const { say } = useTexts(keysTexts);
  const [isAsking, setAsking] = useState(false);
  return (
    <Dialog
      title={say('madeTitle', { name: apiKey.name })}
      onClose={() => (isAsking ? onClose() : setAsking(true))}
      className="wide"
    >
      <div className="dialog-fields" data-testid="made-key">
        <p>{say('madeText')}</p>
        <OneTime label={say('id')} value={apiKey.id} copy={say('idCopy')} />
        <OneTime label={say('secret')} value={apiKey.secret} copy={say('secretCopy')} />
        <OneTime label={say('env')} value={envLines(apiKey, location.origin)} copy={say('envCopy')} isBlock isPrimary />
        {apiKey.scopes.includes('rooms:join') ? (
          <OneTime
            label={say('liveKit')}
            value={liveKitLines(apiKey, location.origin)}
            copy={say('liveKitCopy')}
            isBlock
          />
        ) : null}
        <p className="conflict" role="status">
          {isAsking ? say('closeAsk') : ''}
        </p>
        <div className="dialog-buttons">
          <button type="button" className="button primary" data-testid="copied" onClick={onClose}>
            {say('done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

export function RevokeKeyDialog({ desk, apiKey }: { desk: KeysDesk; apiKey: ApiKey }) {
  const { say } = useTexts(keysTexts);
  const [isLeaked, setLeaked] = useState(false);
  return (
    <AskDialog
      title={say('revokeTitle', { name: apiKey.name })}
      button={say('revoke')}
      isDangerous
      failed={say('revokeFailed')}
      reasons={{ NOT_PERMITTED: say('revokeNotPermitted') }}
      act={() => desk.revoke({ isLeaked })}
      onClose={() => desk.close('revoke')}
    >
      <p>{say('revokeText')}</p>
      {canOutlive(apiKey.scopes) ? (
        <Check label={say('revokeLeaked')} hint={say('revokeLeakedHint')} on={isLeaked} onChange={setLeaked} />
      ) : null}
      <p className="faint">{say('revokeAdvice')}</p>
    </AskDialog>
  );
}
