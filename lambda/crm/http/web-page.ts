/**
 * Whether a page for people came in the place of an API's answer: a proxy's, a log-in's. The type alone does not tell:
 * Express's `res.send('ok')`, Flask and PHP call the plain words of an API `text/html`, and PHP an empty body.
 * @param text undefined if the body was cut short
 */
export function isWebPage({ 'content-type': type = '' }: Readonly<Record<string, string>>, text: string | undefined) {
  const isHtml = /^\s*(text\/html|application\/xhtml\+xml)\b/i.test(type);
  if (text === undefined) return isHtml;
  return /^\s*<(!doctype\s+html|html)\b/i.test(text) || (isHtml && /^\s*</.test(text));
}
