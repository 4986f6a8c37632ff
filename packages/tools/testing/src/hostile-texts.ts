import type { HttpResponse } from './http-request.ts'

/** Texts that escape from text, attributes, scripts, comments and lines, and some that are only unusual. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<watchman-hostile onfocus=alert(1)>',
  '"><watchman-hostile>',
  "'><watchman-hostile>",
  '" onwatchman="1',
  "' onwatchman='1",
  ' onwatchman=1 ',
  '</script><watchman-hostile>',
  '</style></title></textarea><watchman-hostile>',
  '--><watchman-hostile>',
  ']]><watchman-hostile>',
  '&lt;watchman-hostile&gt;',
  'javascript:watchman',
  '\u0000\u0007\u001b[31m',
  '\u202egnirts\u2028\u2029\ufeff',
  '\ud800',
  'größer 🙂',
  '../../etc/passwd',
  'line\r\nX-Watchman-Hostile: 1\r\n\r\n',
  '$& $1 {{x}} %s %n',
  '__proto__',
]

/** The part of a hostile text that became a header, or markup in an HTML, SVG or XML document; undefined if none did. */
export function findInjection({ headers, text }: HttpResponse): string | undefined {
  if (headers.has('x-watchman-hostile')) return 'a header'
  if (!/html|xml/.test(headers.get('content-type') ?? '')) return undefined
  const element = text.match(/.{0,40}<watchman-hostile.{0,40}/s)
  if (element) return element[0]
  for (const [tag] of text.matchAll(/<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*>/gi)) {
    if (/[\s/"']onwatchman/i.test(tag.replace(/"[^"]*"|'[^']*'/g, '""'))) return tag
    if (/\s(?:href|src|action)\s*=\s*["']?\s*javascript:/i.test(tag)) return tag
  }
  return undefined
}
