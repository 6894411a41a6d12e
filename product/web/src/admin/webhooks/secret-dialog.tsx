import { useId, useState } from 'react';
import { Dialog } from '../../ui/dialog.tsx';
import { useTexts } from '../text.ts';
import { CopyText } from '../traffic/parts.tsx';
import { snippets } from './core/snippets.ts';
import type { ShownSecret } from './secrets.ts';
import { webhookTexts } from './text.ts';

export function SecretDialog({ shown, onClose }: { shown: ShownSecret; onClose(): void }) {
  const { say } = useTexts(webhookTexts);
  const [language, setLanguage] = useState<string>(snippets[0].language);
  const id = useId();
  const code = snippets.find((one) => one.language === language)?.code ?? '';
  return (
    <Dialog title={say('secretTitle')} className="wide" onClose={onClose}>
      <div className="dialog-fields">
        <p>{say('secretLead')}</p>
        {shown.isRotated ? <p className="faint">{say('rotated')}</p> : null}
        <div className="field">
          <label className="field-label" htmlFor={id}>
            {say('secret')}
          </label>
          <input
            id={id}
            className="input mono"
            readOnly
            value={shown.secret}
            data-testid="secret"
            onFocus={(event) => event.target.select()}
          />
          <div>
            <CopyText text={shown.secret} label={say('copySecret')} />
          </div>
        </div>
        <div className="field">
          <div className="in-row flex-wrap justify-between gap-2">
            <span className="field-label">{say('snippet')}</span>
            <div className="language-switch inline-flex flex-none rounded-full bg-surface">
              {snippets.map((one) => (
                <button
                  key={one.language}
                  type="button"
                  aria-pressed={one.language === language}
                  onClick={() => setLanguage(one.language)}
                >
                  {one.language}
                </button>
              ))}
            </div>
          </div>
          <div className="admin-code bordered rounded-m">
            <pre>{code}</pre>
          </div>
          <div>
            <CopyText text={code} label={say('copySnippet')} />
          </div>
        </div>
        <div className="dialog-buttons">
          <button type="button" className="button primary" onClick={onClose}>
            {say('done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
