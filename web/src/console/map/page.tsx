// The world: sites, the links between them, and the people.
import { useTexts } from '../../admin/text.ts';
import type { PageProps } from '../pages.ts';
import { frameTexts } from '../text.ts';

export function MapPage(_: PageProps<'map'>) {
  const { say } = useTexts(frameTexts);
  return <h1>{say('map')}</h1>;
}
