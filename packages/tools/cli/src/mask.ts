// A URL, up to white space or a quote. Everything before its last @ is removed: a password may itself contain an @ or a slash.
const URLS = /:\/\/[^\s"'<>]+/g

/** Removes user names and passwords from the URLs in a text. */
export function mask(text: string): string {
  return text.replace(URLS, (url) => url.replace(/^:.*@/, '://***@'))
}
