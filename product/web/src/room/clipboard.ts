// Copies a text that is still on its way: some browsers allow it only while the press of the button is being handled.

/** Rejects when the browser does not copy, or as the text does. */
export async function copySoon(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === 'function' && typeof navigator.clipboard?.write === 'function') {
    const blob = text.then((one) => new Blob([one], { type: 'text/plain' }));
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    return;
  }
  const known = await text;
  if (navigator.clipboard === undefined) throw new Error('this page has no clipboard');
  await navigator.clipboard.writeText(known);
}
