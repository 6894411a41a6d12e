import { CirclePlay, LoaderCircle } from 'lucide-react';
import { useState } from 'react';

interface PlayProps {
  readonly text: string;
  /** Accessible name, which says which recording it plays. */
  readonly label: string;
  readonly className?: string;
  urlOf(): Promise<string>;
  onProblem(problem: unknown): void;
}

/** Opens the page of a recording, whose address is made at the press. */
export function PlayButton({ text, label, className = '', urlOf, onProblem }: PlayProps) {
  const [isOpening, setOpening] = useState(false);
  const open = async (): Promise<void> => {
    onProblem(undefined);
    setOpening(true);
    try {
      location.assign(await urlOf());
    } catch (error) {
      onProblem(error);
    }
    setOpening(false);
  };
  return (
    <button
      type="button"
      className={`button small ${className}`}
      disabled={isOpening}
      data-testid="play"
      aria-label={label}
      onClick={() => void open()}
    >
      {isOpening ? (
        <LoaderCircle size={16} className="spinner" aria-hidden="true" />
      ) : (
        <CirclePlay size={16} aria-hidden="true" />
      )}
      {text}
    </button>
  );
}
