import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

/** A lasting state, shown at the top until it ends. */
export function Banner(props: { tone: 'info' | 'warning'; icon: ReactNode; spinning?: boolean; children: ReactNode }) {
  return (
    <div className="banner in-row gap-3 bg-raised shadow text-s" role="status" data-tone={props.tone}>
      {props.icon}
      <div className="banner-text in-row flex-wrap">{props.children}</div>
      {props.spinning ? <LoaderCircle size={18} className="spinner" aria-hidden="true" /> : null}
    </div>
  );
}
