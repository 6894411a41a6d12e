import type { ReactNode } from 'react';
import { TroubleNote } from '../../account/ui/fields.tsx';
import { useWords } from './use-words.ts';

interface TroubleProps {
  title: string;
  error: unknown;
  /** Text that replaces the code's own. */
  text?: string | undefined;
  children?: ReactNode;
}

export function Trouble({ text, ...props }: TroubleProps) {
  const { reasonOf } = useWords();
  return <TroubleNote {...props} reasonOf={(code) => text ?? reasonOf(code)} />;
}
