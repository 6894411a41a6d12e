import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';

/** Pause in typing after which the search starts. */
const TYPING_MS = 250;
const SEARCH_CHARACTERS_MAX = 100;

/** Reports what was typed, without spaces around it. `onQuery` must be the same function at every render. */
export function SearchField({ label, onQuery }: { label: string; onQuery(query: string): void }) {
  const [text, setText] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => onQuery(text.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, onQuery]);
  return (
    <div className="search">
      <Search size={18} aria-hidden="true" />
      <input
        className="input"
        type="search"
        data-testid="search"
        maxLength={SEARCH_CHARACTERS_MAX}
        value={text}
        placeholder={label}
        aria-label={label}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
