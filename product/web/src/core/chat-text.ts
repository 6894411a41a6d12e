// Addresses in what people write, so that they can be opened. Pure.

export type ChatPart = { readonly text: string; readonly href?: string };

const ADDRESS = /https?:\/\/[^\s<>"'`，。；！？、（）【】《》]+/giu;
/** Ends of sentences, which stand after an address more often than in it. */
const AFTER = /[.,;:!?)\]}]+$/u;

/** The text in parts; those with `href` are addresses by http and https, nothing else. */
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
