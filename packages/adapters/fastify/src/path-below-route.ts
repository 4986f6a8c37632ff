import { pathOf } from '@watchman/node/adapter'

/** What is left of a target below a route, which may have parameters: `/ping` of `/acme/watchman/ping`. */
export function pathBelowRoute(target: string, route: string): string {
  const [authority = ''] = /^https?:\/\/[^/?#]*/i.exec(target) ?? []
  const [path = ''] = target.slice(authority.length).split(/[?#]/)
  const depth = route.split('/').filter((part) => part !== '').length
  return pathOf(
    `/${path
      .split('/')
      .slice(depth + 1)
      .join('/')}`,
  )
}
