/** How a router compares paths. */
export interface RouterOptions {
  /** Whether `/Watchman` is another path than `/watchman`. */
  readonly caseSensitive: boolean
  /** Whether `//watchman` is the same path as `/watchman`. */
  readonly ignoreDuplicateSlashes: boolean
}

/** The host of a target in absolute form, its path, and the rest. */
const TARGET = /^(https?:\/\/[^/?#]*)?([^?#]*)(.*)$/is

/**
 * Makes the function that escapes the percent signs of a malformed path below `route`, which may have parameters, so that it can be
 * decoded: `/acme/watchman/%25` of `/acme/watchman/%` below `/:tenant/watchman`. It returns other targets as they are.
 */
export function escapeMalformedPath(
  route: string,
  { caseSensitive, ignoreDuplicateSlashes }: RouterOptions,
): (target: string) => string {
  const partsOf = (path: string) => {
    const read = ignoreDuplicateSlashes ? path.replaceAll(/\/{2,}/g, '/') : path
    return (caseSensitive ? read : read.toLowerCase()).split('/')
  }
  const parts = partsOf(route.replace(/\/$/, ''))

  return (target) => {
    const [, authority = '', path = '', rest = ''] = TARGET.exec(target) ?? []
    if (isDecodable(path)) return target
    const decodable = path
      .split('/')
      .map((part) => (isDecodable(part) ? part : part.replaceAll('%', '%25')))
      .join('/')
    const given = partsOf(decodeURI(decodable))
    const isBelow = parts.every((part, index) =>
      part.includes(':') ? given[index] !== undefined : given[index] === part,
    )
    return isBelow ? authority + decodable + rest : target
  }
}

function isDecodable(path: string): boolean {
  try {
    decodeURI(path)
    return true
  } catch {
    return false
  }
}
