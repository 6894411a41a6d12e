import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

/** What lasts stands at the top until it is over. */
export function Banner(props: { tone: 'info' | 'warning'; icon: ReactNode; spinning?: boolean; children: ReactNode }) {
  return (
    <div className="banner" role="status" data-tone={props.tone}>
      {props.icon}
      <div className="banner-text">{props.children}</div>
      {props.spinning ? <LoaderCircle size={18} className="spinner" aria-hidden="true" /> : null}
    </div>
  );
}
