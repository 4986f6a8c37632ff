import { splitTarget } from '@watchman/core/adapter'

/**
 * The path below a mount of Express, which has removed the mount from `url`. Express 4 removes a second slash with it, which would
 * turn `//ping` into `/ping`.
 */
export function mountedPath(url: string, originalUrl: string): string {
  return splitTarget(originalUrl.endsWith(`/${url}`) ? `/${url}` : url).path
}
