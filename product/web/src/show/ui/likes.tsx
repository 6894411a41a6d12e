import { Heart } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { countText } from '../core/model.ts';
import { useShowWords } from '../text.ts';

/** Maximum number of flying hearts; more would cover the controls around the button. */
const HEARTS_MAX = 12;
/** Maximum number of new hearts for likes that arrive together. */
const AT_ONCE = 3;

/** Shows a button with the number of likes; hearts fly for new likes. */
export function Likes({ likes, onLike }: { likes: number; onLike(): void }) {
  const { say, locale } = useShowWords();
  const [hearts, setHearts] = useState<readonly number[]>([]);
  const next = useRef(0);
  const before = useRef<number>(undefined);
  useEffect(() => {
    const newLikes = likes - (before.current ?? likes);
    before.current = likes;
    if (newLikes <= 0 || document.hidden) return;
    const added = Array.from({ length: Math.min(newLikes, AT_ONCE) }, () => next.current++);
    setHearts((known) => [...known, ...added].slice(-HEARTS_MAX));
  }, [likes]);
  const removeHeart = (id: number): void => setHearts((known) => known.filter((one) => one !== id));
  return (
    <button type="button" className="button small show-like relative tabular" data-testid="like" onClick={onLike}>
      <Heart size={18} aria-hidden="true" />
      <span className="visually-hidden">{say('like.give')}</span>
      <span data-testid="likes">{countText(likes, locale)}</span>
      <span className="show-hearts absolute pointer-none" aria-hidden="true">
        {hearts.map((id) => (
          <span key={id} data-lane={id % 4} onAnimationEnd={() => removeHeart(id)}>
            <Heart size={18} fill="currentColor" />
          </span>
        ))}
      </span>
    </button>
  );
}
