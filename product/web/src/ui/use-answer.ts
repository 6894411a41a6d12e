import { useEffect, useState } from 'react';

export interface Answer<T> {
  readonly value?: T;
  readonly problem?: unknown;
}

/** Calls the function once, and again when another is given; undefined: no call. Late answers are ignored. */
export function useAnswer<T>(request: (() => Promise<T>) | undefined): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({});
  useEffect(() => {
    let isGone = false;
    request?.().then(
      (value) => isGone || setAnswer({ value }),
      (problem: unknown) => {
        console.info('An answer is not shown:', problem);
        if (!isGone) setAnswer((last) => ({ ...last, problem }));
      },
    );
    return () => {
      isGone = true;
    };
  }, [request]);
  return answer;
}
