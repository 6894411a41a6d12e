// Says texts of a page in one language, without React.
import type { SayOf, Texts } from '../../../src/admin/text.ts';
import type { Language } from '../../../src/core/query.ts';

export const sayingOf =
  <K extends string>(texts: Texts<K>, language: Language): SayOf<K> =>
  (key, values = {}) =>
    texts[language][key].replaceAll(/\{(\w+)\}/g, (hole: string, name: string) => String(values[name] ?? hole));
