import { FilePlus, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { Field } from '../../account/ui/fields.tsx';
import { IconButton } from '../../ui/parts.tsx';
import type { LibraryApi } from '../api.ts';
import type { Item } from '../core/model.ts';
import { isLanguage, languageOfName, vttOf } from '../core/transcript.ts';
import { Trouble } from './trouble.tsx';
import { useWords } from './use-words.ts';

interface TranscriptsProps {
  item: Item;
  api: LibraryApi;
  mayChange: boolean;
  onChanged(): void;
}

export function TranscriptsCard({ item, api, mayChange, onChanged }: TranscriptsProps) {
  const { say, locale } = useWords();
  const names = new Intl.DisplayNames(locale, { type: 'language' });
  const [problem, setProblem] = useState<unknown>();
  const act = async (call: () => Promise<void>): Promise<boolean> => {
    setProblem(undefined);
    try {
      await call();
      onChanged();
      return true;
    } catch (error) {
      setProblem(error);
      return false;
    }
  };
  return (
    <section className="library-card grid gap-3" aria-label={say('transcripts')}>
      <h2>{say('transcripts')}</h2>
      {item.transcripts.length === 0 ? <p className="small faint">{say('transcripts.none')}</p> : null}
      <ul className="library-transcripts">
        {item.transcripts.map((language) => (
          <li key={language}>
            <span>
              {names.of(language)} <span className="faint small">{language}</span>
            </span>
            {mayChange ? (
              <IconButton
                className="bare"
                label={say('transcripts.remove', { language: names.of(language) ?? language })}
                tipEnd
                onClick={() => void act(() => api.removeTranscript(item.id, language))}
              >
                <Trash2 size={17} />
              </IconButton>
            ) : null}
          </li>
        ))}
      </ul>
      {mayChange ? (
        <AddTranscript onAdd={(language, vtt) => act(() => api.putTranscript(item.id, language, vtt))} />
      ) : null}
      {problem === undefined ? null : <Trouble title={say('transcripts.failed')} error={problem} />}
    </section>
  );
}

function AddTranscript({ onAdd }: { onAdd(language: string, vtt: string): Promise<boolean> }) {
  const { say } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [language, setLanguage] = useState('');
  const [error, setError] = useState<'transcripts.languageWrong' | 'transcripts.unreadable'>();
  const choose = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const wanted = language === '' ? languageOfName(file.name) : language;
    if (!isLanguage(wanted)) return setError('transcripts.languageWrong');
    const vtt = await file.arrayBuffer().then(
      (buffer) => vttOf(new Uint8Array(buffer)),
      (cause: unknown) => console.info('the file cannot be read:', cause),
    );
    if (vtt === undefined) return setError('transcripts.unreadable');
    setError(undefined);
    if (await onAdd(wanted, vtt)) setLanguage('');
  };
  return (
    <div className="library-add-transcript grid gap-2">
      <Field
        label={say('transcripts.language')}
        hint={say('transcripts.languageHint')}
        error={error === undefined ? undefined : say(error)}
        value={language}
        maxLength={32}
        onText={(text) => {
          setLanguage(text.trim());
          setError(undefined);
        }}
      />
      <button type="button" className="button small" onClick={() => input.current?.click()}>
        <FilePlus size={16} aria-hidden="true" />
        {say('transcripts.add')}
      </button>
      <input
        ref={input}
        type="file"
        accept=".vtt,.srt,.ass,.ssa,text/vtt"
        hidden
        data-testid="vtt"
        onChange={(event) => {
          void choose(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
    </div>
  );
}
