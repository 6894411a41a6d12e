export type ChatPart = { readonly text: string; readonly href?: string };

const ADDRESS = /https?:\/\/[^\s<>"'`，。；！？、（）【】《》]+/giu;
/** Punctuation that ends a sentence: more often after a URL than part of it. */
const AFTER = /[.,;:!?)\]}]+$/u;

/** Splits text into parts; a part with `href` is an http or https URL. */
export function chatParts(text: string): readonly ChatPart[] {
  const parts: ChatPart[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(AFTER, '');
    if (!URL.canParse(address)) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    parts.push({ text: address, href: address });
    from = found.index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
