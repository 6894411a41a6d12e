// Copies a text that is still being fetched. Some browsers allow copying only if it starts while they handle a click.

/** Copies `text` once it resolves. Rejects when the browser refuses to copy, or when `text` rejects. */
export async function copyWhenReady(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === 'function' && typeof navigator.clipboard?.write === 'function') {
    const blob = text.then((one) => new Blob([one], { type: 'text/plain' }));
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    return;
  }
  const copiedText = await text;
  if (navigator.clipboard === undefined) throw new Error('this page has no clipboard');
  await navigator.clipboard.writeText(copiedText);
}
