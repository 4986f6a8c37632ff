import { splitTarget } from '@watchman/core/adapter'

/** What is left of a target below a route, which may have parameters: `/ping` of `/acme/watchman/ping`. As it was sent. */
export function pathBelowRoute(target: string, route: string): string {
  const { path } = splitTarget(target)
  const depth = route.split('/').filter((part) => part !== '').length
  return `/${path
    .split('/')
    .slice(depth + 1)
    .join('/')}`
}
