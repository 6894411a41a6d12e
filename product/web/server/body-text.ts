/** Reads a response body as text. Rejects above `bytesMax`. */
export async function textOf(body: AsyncIterable<Uint8Array> | null, bytesMax = 65_536): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const piece of body ?? []) {
    bytes += piece.byteLength;
    if (bytes > bytesMax) throw new Error('it answers too much');
    text += decoder.decode(piece, { stream: true });
  }
  return text;
}
