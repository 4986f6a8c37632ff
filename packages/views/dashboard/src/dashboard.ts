import type { View } from '@watchman/core'
import { scriptHash, styleHash } from './assets.ts'
import { createHistory } from './history.ts'
import { type DashboardOptions, validate } from './options.ts'
import { page } from './page.ts'
import { groupsOf } from './rows.ts'
import { within } from './within.ts'

/** Nothing but the page's own style and script, pictures within the page, and updates from where it came from. */
const POLICY = [
  "default-src 'none'",
  `style-src '${styleHash}'`,
  `script-src '${scriptHash}'`,
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Milliseconds that a reader waits for checks that hang: then the page shows what is known. */
const PATIENCE = 1000

/** Seconds between reloads without JavaScript, at least: a reload closes the stack trace that somebody reads. */
const RELOAD = 30

/**
 * Makes the view `dashboard`: a page for people, protected as the JSON is. It answers 200 whenever it could be made,
 * however the checks are.
 *
 * @throws WatchmanError `INVALID_OPTION` for options that cannot work.
 * @example
 * createWatchman({ checks, views: [dashboard({ title: 'Shop' })] })
 */
export function dashboard(options: DashboardOptions = {}): View {
  const { title = 'Watchman', refresh = 5000, history: limit = 30 } = validate(options)
  const history = createHistory(limit)
  const reload = Math.max(RELOAD, Math.round(refresh / 1000))
  return {
    path: 'dashboard',
    observe: history.add,
    async render({ request, tokenName, report, known }) {
      const told = (await within(report(), PATIENCE)) ?? known()
      history.add(told)
      const json = jsonOf(request.url, tokenName)
      const context = { title, refresh, reload, tokenName, json, limit, now: Date.now() }
      return new Response(page(told, groupsOf(told, history), context), {
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY },
      })
    },
  }
}

/** Where the JSON of the same checks is, seen from the page. Without the token: a link would spread it. */
function jsonOf(url: string, tokenName: string): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.delete(tokenName)
  return `${pathname.endsWith('/') ? '../' : './'}${searchParams.size > 0 ? `?${searchParams}` : ''}`
}
