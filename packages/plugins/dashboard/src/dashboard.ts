import type { Group, Plugin, Report } from '@watchman/core'
import { validate } from '@watchman/core/driver'
import { scriptHash, styleHash } from './assets.ts'
import { createHistory } from './history.ts'
import { type DashboardOptions, OPTIONS } from './options.ts'
import { page } from './page.ts'
import { groupsOf } from './rows.ts'

/** Allows the page's own style and script, icons in `data:` URLs, and updates from its own origin; nothing else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src '${styleHash}'`,
  `script-src '${scriptHash}'`,
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Milliseconds that a page waits for its report. */
const MAX_WAIT = 1000

/** Minimum number of seconds between reloads without JavaScript: a reload closes the stack trace that somebody reads. */
const MIN_RELOAD = 30

/**
 * Makes the plugin that adds the view `dashboard`: a page for people, protected like the JSON. It answers 200 whatever the
 * state of the checks.
 *
 * @throws WatchmanError `INVALID_OPTION` for options that cannot work.
 * @example
 * createWatchman({ checks, plugins: [dashboard({ title: 'Shop' })] })
 */
export function dashboard(options: DashboardOptions = {}): Plugin {
  const { title = 'Watchman', refresh = 5000, history: limit = 30 } = validate('dashboard', options, OPTIONS)
  const reload = Math.max(MIN_RELOAD, Math.round(refresh / 1000))
  return {
    name: 'dashboard',
    setup(host) {
      const history = createHistory(limit)
      host.onResult(history.add)
      host.view('dashboard', async ({ request, url, selected }) => {
        const report = await reportInTime(selected)
        const tokenName = tokenNameIn(request, url)
        const context = { title, refresh, reload, tokenName, json: jsonLink(url), limit, now: Date.now() }
        return new Response(page(report, groupsOf(report, history), context), {
          headers: {
            'Content-Type': 'text/html; charset=utf-8',
            'Content-Security-Policy': CONTENT_SECURITY_POLICY,
          },
        })
      })
    },
  }
}

/** Returns the report, or the latest results where a check takes too long. */
async function reportInTime({ report, snapshot }: Group): Promise<Report> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, MAX_WAIT)
  })
  try {
    return await Promise.race([report(), late.then(snapshot)])
  } finally {
    clearTimeout(timer)
  }
}

/** The query parameter that carries the token of a request: the one that `url` lacks. Empty where there is none. */
function tokenNameIn(request: Request, url: URL): string {
  const names = [...new URL(request.url).searchParams.keys()]
  return names.find((name) => !url.searchParams.has(name)) ?? ''
}

/** Links to the JSON of the same checks, relative to the page. A link with the token would spread it. */
function jsonLink({ pathname, search }: URL): string {
  return `${pathname.endsWith('/') ? '../' : './'}${search}`
}
