/** Returns the URL at which the server sends a file as an attachment. */
export function attachmentUrl(url: string): string {
  const address = new URL(url);
  address.searchParams.set('download', '1');
  return address.href;
}
