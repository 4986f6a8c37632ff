// `Token="T"` or `Token=T`, each right behind the one before.
const PARAMETER = /[\s,]*([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))(?=[\s,]|$)/gy

/**
 * Returns what an `Authorization` header may mean by its token: the password of `Basic`, the text behind `Bearer`, and the
 * parameter `Token` of `WATCHMAN-TOKEN`. Takes a time that is proportional to the length of the header.
 */
export function credentialsIn(authorization: string): readonly string[] {
  const [, scheme = '', rest = ''] = /^([\w-]+)\s+(.*)$/s.exec(authorization) ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return passwordIn(rest)
    case 'bearer':
      return [unquote(rest)]
    case 'watchman-token':
      return tokensIn(rest)
    default:
      return []
  }
}

/** The password, in UTF-8 as browsers send it. */
function passwordIn(base64: string): readonly string[] {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const [, password] = /^[^:]*:(.*)$/s.exec(new TextDecoder().decode(bytes)) ?? []
    return password === undefined ? [] : [password]
  } catch {
    return [] // not Base64
  }
}

/** The values of the parameters called `Token`; where that is the first one, also the whole rest, as a token may contain anything. */
function tokensIn(rest: string): readonly string[] {
  const [, whole] = /^token=(.*)$/is.exec(rest) ?? []
  const parameters = [...rest.matchAll(PARAMETER)]
  const length = parameters.reduce((sum, [match]) => sum + match.length, 0)
  // Other text is no parameter, such as a second header that was joined to this one: a proxy may have checked that.
  const own = length < rest.length ? [] : parameters.filter(([, name]) => name?.toLowerCase() === 'token')
  return [
    ...(whole === undefined ? [] : [unquote(whole)]),
    ...own.map(([, , quoted, plain = '']) => quoted ?? plain),
  ]
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
}
