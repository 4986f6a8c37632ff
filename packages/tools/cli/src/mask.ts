// A URL, up to a space or quote. What stands before its last @ goes: a password may itself hold an @ or a slash.
const URLS = /:\/\/[^\s"'<>]+/g

/** Cuts the userinfo out of the URLs in a text. */
export function mask(text: string): string {
  return text.replace(URLS, (url) => url.replace(/^:.*@/, '://***@'))
}
