// Field for the labels and values by which silences and receivers match alarms.
import { Plus, X } from 'lucide-react';
import { useId } from 'react';
import { useTexts } from '../../admin/text.ts';
import type { AlarmMatcher } from '../types.ts';
import { LABEL_MAX, MATCHERS_MAX } from './core/order.ts';
import { alarmTexts } from './text.ts';

interface MatchersProps {
  matchers: readonly AlarmMatcher[];
  /** Matchers that can be added with one press. */
  offered?: readonly AlarmMatcher[];
  hint?: string | undefined;
  error?: string | undefined;
  onChange(matchers: readonly AlarmMatcher[]): void;
}

export function MatchersField({ matchers, offered = [], hint, error, onChange }: MatchersProps) {
  const { say } = useTexts(alarmTexts);
  const id = useId();
  const set = (at: number, change: Partial<AlarmMatcher>): void =>
    onChange(matchers.map((one, index) => (index === at ? { ...one, ...change } : one)));
  const addable = offered.filter(({ name }) => !matchers.some((one) => one.name === name));
  const isFull = matchers.length >= MATCHERS_MAX;
  return (
    <fieldset className="field alarm-matchers m-0 p-0 border-0" aria-describedby={`${id}-help`}>
      <legend className="field-label">{say('matchers')}</legend>
      {matchers.map(({ name, value }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name while they are written
        <div key={at} className="alarm-matcher grid gap-2 items-center">
          <input
            className="input"
            aria-label={say('matcherName')}
            placeholder={say('matcherName')}
            maxLength={LABEL_MAX}
            spellCheck={false}
            list={`${id}-names`}
            value={name}
            aria-invalid={error !== undefined && name.trim() === ''}
            onChange={({ target }) => set(at, { name: target.value })}
          />
          <input
            className="input"
            aria-label={`${say('matcherValue')}: ${name}`}
            placeholder={say('matcherValue')}
            maxLength={LABEL_MAX}
            spellCheck={false}
            value={value}
            aria-invalid={error !== undefined && value.trim() === ''}
            onChange={({ target }) => set(at, { value: target.value })}
          />
          <button
            type="button"
            className="icon-button bare"
            aria-label={say('matcherRemove', { name })}
            onClick={() => onChange(matchers.filter((_, index) => index !== at))}
          >
            <X size={18} aria-hidden="true" />
          </button>
        </div>
      ))}
      <datalist id={`${id}-names`}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div className="alarm-offered in-row flex-wrap gap-6px" hidden={isFull}>
        {addable.length === 0 ? null : <span className="faint small">{say('also')}</span>}
        {addable.map((one) => (
          <button
            key={one.name}
            type="button"
            className="button small quiet"
            onClick={() => onChange([...matchers, one])}
          >
            <Plus size={14} aria-hidden="true" />
            {one.name} = {one.value}
          </button>
        ))}
        <button
          type="button"
          className="button small quiet"
          onClick={() => onChange([...matchers, { name: '', value: '' }])}
        >
          <Plus size={14} aria-hidden="true" />
          {say('matcherAdd')}
        </button>
      </div>
      <span id={`${id}-help`} className={error === undefined ? 'field-hint' : 'field-error'}>
        {error ?? hint ?? ''}
      </span>
    </fieldset>
  );
}

/** Labels in the API's rules. */
const names = ['rule', 'subject', 'node', 'host', 'site', 'region', 'kind', 'otherSite', 'otherRegion'];
