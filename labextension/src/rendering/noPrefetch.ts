/** Keeps the browser from looking up the hosts of links before anybody follows them. */

/**
 * A link in an answer or an output may carry data in its host name, and looking the name up would send
 * it away. Browsers that look ahead stop for the whole page once a page has said so.
 */
export function stopLookingAhead(page: Document): void {
  const meta = page.createElement('meta');
  meta.httpEquiv = 'x-dns-prefetch-control';
  meta.content = 'off';
  page.head.append(meta);
}
