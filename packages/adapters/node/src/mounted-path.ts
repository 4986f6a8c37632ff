import { splitTarget } from '@watchman/core/adapter'

/** What Express passes to a handler that `app.use` has mounted. */
export interface MountedRequest {
  /** The target without the mount. */
  readonly url: string
  /** The target that the client requested. */
  readonly originalUrl: string
}

/**
 * The path below a mount of Express, which has removed the mount from `url`. Undefined where a slash of the mount was doubled.
 * Express 4 removes both with each mount: it would turn `/watchman//ping` into `/ping`, and `/api//watchman/ping` would pass by
 * middleware of `/api/watchman/ping`.
 */
export function mountedPath({ url, originalUrl }: MountedRequest): string | undefined {
  const { path } = splitTarget(url)
  const sent = splitTarget(originalUrl).path
  if (!sent.endsWith(path)) return path // Express adds a slash to an empty path, and middleware may replace the whole
  const mount = sent.slice(0, sent.length - path.length)
  return mount.endsWith('/') || mount.includes('//') ? undefined : path
}
