import { Copy } from 'lucide-react';
import type { ShowLinkKind } from '../core/query.ts';
import { useTranslate } from './language.tsx';

const texts = { viewer: 'show.copyViewer', cohost: 'show.copyCohost' } as const;

/** Buttons that copy the links of a show. */
export function ShowLinks({ links, onCopy }: { links: readonly ShowLinkKind[]; onCopy(kind: ShowLinkKind): void }) {
  const t = useTranslate();
  return (
    <div className="flex flex-wrap justify-center gap-2">
      {links.map((kind) => (
        <button
          key={kind}
          type="button"
          className={kind === 'viewer' ? 'button primary' : 'button'}
          data-testid={`copy-${kind}-link`}
          onClick={() => onCopy(kind)}
        >
          <Copy size={18} aria-hidden="true" />
          {t(texts[kind])}
        </button>
      ))}
    </div>
  );
}
