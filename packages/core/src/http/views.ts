import type { ViewFunction } from '../types/plugin.ts'

/** What answers at a path. */
export type View = TextView | PluginView

/** A built-in view. */
export interface TextView {
  readonly kind: 'json' | 'bare' | 'ping'
  readonly path: string
  readonly isOpen: boolean
}

/** A view of a plugin. */
export interface PluginView {
  readonly kind: 'plugin'
  /** Its path, without the `/*` of a view that answers below it too. */
  readonly path: string
  readonly isOpen: boolean
  readonly answersBelow: boolean
  readonly render: ViewFunction
}

export const STATUS_VIEW: TextView = { kind: 'json', path: '', isOpen: false }
export const BARE_VIEW: TextView = { kind: 'bare', path: 'bare', isOpen: true }
export const PING_VIEW: TextView = { kind: 'ping', path: 'ping', isOpen: true }

/** A view, and the path below it. */
export interface FoundView {
  readonly view: View
  readonly below: string
}

/** A path of unreserved characters, whose parts are neither empty nor dots. */
const SAFE_PATH = /^(?!\.{1,2}(?:\/|$))[\w.~-]+(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*$/

/** Whether a path means the same to every proxy and router. */
export function isSafePath(path: string): boolean {
  return SAFE_PATH.test(path)
}

/** Makes the function that finds the view of a path, which is compared as it was sent. */
export function createViewFinder(views: readonly View[]): (path: string) => FoundView | undefined {
  const found = new Map(views.map((view) => [view.path, { view, below: '' }]))
  const prefixes = views
    .filter((view) => view.kind === 'plugin' && view.answersBelow)
    .sort((a, b) => b.path.length - a.path.length) // the longest that fits answers

  return (sent) => {
    const path = trimSlashes(sent)
    const exact = found.get(path)
    if (exact || prefixes.length === 0 || !isSafePath(path)) return exact
    const view = prefixes.find((one) => path.startsWith(`${one.path}/`))
    return view && { view, below: path.slice(view.path.length + 1) }
  }
}

/** Without one slash at the start and one at the end: `/ping/` is `ping`, but `//ping` and `//` are not known. */
function trimSlashes(sent: string): string {
  const path = sent.startsWith('/') ? sent.slice(1) : sent
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
