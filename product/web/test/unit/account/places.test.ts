import { expect, it } from 'vitest';
import { placeNames, placesFor } from '../../../src/account/core/places.ts';

const namesFor = (...scopes: string[]) => placesFor(scopes).map(({ name }) => name);

it('the navigation has the places that the user may open', () => {
  expect(namesFor()).toEqual(['home', 'meetings']);
  expect(namesFor('meetings:read', 'library:read', 'reports:read')).toEqual(['home', 'meetings', 'library']);
  expect(namesFor('library:read', 'users:admin', 'operator')).toEqual(placeNames);
});
