import { useId } from 'react';
import { CopyButton } from '../../account/ui/small-dialogs.tsx';

interface OneTimeProps {
  label: string;
  value: string;
  copy: string;
  isBlock?: boolean;
  isPrimary?: boolean;
}

/** Maximum number of rows shown; a longer text scrolls. */
const ROWS_SHOWN_MAX = 8;

export function OneTime({ label, value, copy, isBlock, isPrimary }: OneTimeProps) {
  const id = useId();
  return (
    <div className="field one-time" data-testid="one-time">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {isBlock ? (
        <textarea
          id={id}
          className="input area"
          readOnly
          rows={Math.min(value.split('\n').length, ROWS_SHOWN_MAX)}
          value={value}
          onFocus={(event) => event.target.select()}
        />
      ) : (
        <input id={id} className="input" readOnly value={value} onFocus={(event) => event.target.select()} />
      )}
      <CopyButton text={value} label={copy} {...(isPrimary && { primary: true })} />
    </div>
  );
}
