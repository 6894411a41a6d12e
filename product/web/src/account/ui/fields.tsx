import { MeridianApiError } from '@meridian/api-client';
import { CircleAlert } from 'lucide-react';
import { type InputHTMLAttributes, type ReactNode, useId } from 'react';
import { codeOf } from '../api.ts';
import { accountReason } from '../core/messages/texts.ts';
import { useSay } from '../text.ts';

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange'> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  onText(text: string): void;
}

export function Field({ label, hint, error, onText, className, ...input }: FieldProps) {
  const id = useId();
  const help = error ?? hint;
  return (
    <div className={`field ${className ?? ''}`}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        {...input}
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        onChange={(event) => onText(event.target.value)}
      />
      {help === undefined ? null : (
        <span id={`${id}-help`} className={error === undefined ? 'field-hint' : 'field-error'}>
          {help}
        </span>
      )}
    </div>
  );
}

interface ChooseProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [value: T, text: string])[];
  error?: string | undefined;
  className?: string;
  onChoose(value: T): void;
}

export function Choose<T extends string>({ label, value, options, error, className, onChoose }: ChooseProps<T>) {
  const id = useId();
  return (
    <div className={`field ${className ?? ''}`}>
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="select"
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : `${id}-help`}
        onChange={(event) => {
          const chosen = options.find(([one]) => one === event.target.value);
          if (chosen !== undefined) onChoose(chosen[0]);
        }}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
      {error === undefined ? null : (
        <span id={`${id}-help`} className="field-error">
          {error}
        </span>
      )}
    </div>
  );
}

export function Check(props: { label: string; hint?: string; on: boolean; onChange(on: boolean): void }) {
  const id = useId();
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={props.on}
        aria-describedby={props.hint === undefined ? undefined : `${id}-help`}
        onChange={(event) => props.onChange(event.target.checked)}
      />
      <label htmlFor={id}>{props.label}</label>
      {props.hint === undefined ? null : (
        <span id={`${id}-help`} className="field-hint">
          {props.hint}
        </span>
      )}
    </div>
  );
}

/** Why something did not work, and what can be done about it. */
export function Trouble({ title, error, children }: { title: string; error: unknown; children?: ReactNode }) {
  const { say } = useSay();
  const code = codeOf(error);
  const details = error instanceof MeridianApiError ? error.errors.map(({ detail }) => detail).join('; ') : '';
  return (
    <div className="notice bad" role="alert" data-testid="trouble" data-code={code}>
      <CircleAlert size={20} aria-hidden="true" />
      <strong>{title}</strong>
      <p>
        {say(accountReason(code))} {details}
      </p>
      {children}
    </div>
  );
}
