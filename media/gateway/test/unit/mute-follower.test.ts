// A rendition is muted with its original, whatever happens to the requests.
import { expect, it } from 'vitest';
import { MuteFollower } from '../../src/transcoding/mute-follower.ts';

function setUp() {
  const asked: boolean[] = [];
  const answers: PromiseWithResolvers<boolean>[] = [];
  const follower = new MuteFollower((muted) => {
    asked.push(muted);
    const answer = Promise.withResolvers<boolean>();
    answers.push(answer);
    return answer.promise;
  });
  const answer = async (isDone: boolean): Promise<void> => {
    answers.shift()?.resolve(isDone);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  follower.announced(false);
  return { follower, asked, answer };
}

it('a rendition is muted by one request at a time, with the last mute of its original', async () => {
  const { follower, asked, answer } = setUp();
  follower.follow(false);
  for (const muted of [true, false, true]) follower.follow(muted);
  expect(asked).toEqual([true]);
  follower.follow(false);
  await answer(true);
  expect(asked).toEqual([true, false]);
  await answer(true);
  follower.retry();
  expect(asked).toEqual([true, false]);
});

it('a mute that failed is repeated, also when the original is back in its former state', async () => {
  const { follower, asked, answer } = setUp();
  follower.follow(true);
  await answer(false);
  expect(asked).toEqual([true]);
  follower.retry();
  expect(asked).toEqual([true, true]);
  await answer(false);
  follower.follow(false); // the service may have done the request whose answer was lost
  expect(asked).toEqual([true, true, false]);
});
