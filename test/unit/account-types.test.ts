// The pages of signed-in users import nothing of the api (.dependency-cruiser.cjs): what they believe of its answers is
// held to its OpenAPI file here, by the compiler.
import type { components } from '@meridian/api-client';
import { expectTypeOf, it } from 'vitest';
import type * as page from '../../web/src/account/core/model.ts';
import type { Colleague } from '../../web/src/account/core/people.ts';

type Api = components['schemas'];

it('what the pages read is what the api answers', () => {
  expectTypeOf<Api['Me']>().toExtend<page.Me>();
  expectTypeOf<Api['MyOccurrencePage']>().toExtend<page.Page<page.MyOccurrence>>();
  expectTypeOf<Api['Meeting']>().toExtend<page.Meeting>();
  expectTypeOf<Api['ConflictList']>().toExtend<page.Page<page.Conflict>>();
  expectTypeOf<Api['ColleagueList']>().toExtend<page.Page<Colleague>>();
  expectTypeOf<Api['SignInWays']>().toExtend<page.SignInWays>();
});
