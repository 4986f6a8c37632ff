import type { AdapterRequest, Handle, TextResponse } from '../adapter/types.ts'
import type { Log } from '../report/log.ts'
import { redactText } from '../report/redact-text.ts'
import { bindGroup, type RequestGroup } from '../run/group.ts'
import type { Runner } from '../run/runner.ts'
import { withTimeout } from '../run/with-timeout.ts'
import type { ViewContext } from '../types/plugin.ts'
import type { Report } from '../types/report.ts'
import type { WatchmanOptions } from '../types/watchman.ts'
import { type Authorize, TOKEN_NAME } from './authorize.ts'
import { createTextRenderer, pong } from './built-in-views.ts'
import { encodeFailing, encodeUnknown } from './encode-names.ts'
import { textResponse } from './error-responses.ts'
import { isResponse } from './is-response.ts'
import { readSelection } from './read-query.ts'
import type { FoundView, PluginView, TextView } from './views.ts'

const NOT_FOUND = textResponse(404)
const NOT_ALLOWED = textResponse(405)
const FAILED = textResponse(500)

/** What an endpoint is made of. */
export interface EndpointParts {
  readonly runner: Runner
  readonly authorize: Authorize | undefined
  readonly log: Log
  readonly findView: (path: string) => FoundView | undefined
  /** What every answer carries. */
  readonly headers: TextResponse['headers']
  readonly options: Pick<WatchmanOptions, 'failingStatus' | 'degradedStatus' | 'deadline' | 'tokenName'>
}

/** How much longer than the slowest target a view may take, in milliseconds. */
const VIEW_GRACE = 1000

/** Answers requests by their path, or all of them by one view. */
export interface EndpointHandles {
  readonly byPath: Handle
  readonly byView: (view: TextView) => Handle
}

export function createEndpoint({
  runner,
  authorize,
  log,
  findView,
  headers,
  options,
}: EndpointParts): EndpointHandles {
  const { deadline = runner.longestTimeout, tokenName = TOKEN_NAME } = options
  const viewTimeout = deadline + VIEW_GRACE
  const render = createTextRenderer(options, headers)
  const ping = pong(headers)

  /** The group that the query selects, and the header that lists unknown names. */
  function select(search: string): { readonly group: RequestGroup; readonly unknown?: string } {
    const selection = readSelection(search)
    if (!selection) return { group: runner.all }
    const { group, unknown } = runner.select(selection)
    if (unknown.length === 0) return { group }
    log.unknownNames(unknown)
    return { group, unknown: encodeUnknown(unknown.map(redactText)) }
  }

  async function answerText({ kind }: TextView, request: AdapterRequest): Promise<TextResponse> {
    if (kind === 'ping') return ping
    const { group, unknown } = select(request.search)
    const call = () => (kind === 'bare' ? { ...request, joins: true } : request)
    const report: Report = group.fresh() ?? (await group.report(call()))
    const response = render(report)[kind]
    if (unknown === undefined || kind === 'bare') return response
    return { ...response, headers: { ...response.headers, 'x-watchman-unknown': unknown } }
  }

  async function answerPlugin(view: PluginView, below: string, sent: AdapterRequest): Promise<Response> {
    const request = sent.request()
    const { group, unknown } = select(sent.search)
    const { report, snapshot } = bindGroup(group, sent)
    let shown: Report | undefined
    let decision: Promise<boolean> | undefined
    const decide = async () => !view.isOpen || !authorize || (await authorize(sent)) === true
    const context: ViewContext = {
      request,
      url: withoutToken(request.url, tokenName),
      below,
      selected: {
        async report() {
          shown = await report()
          return shown
        },
        snapshot() {
          shown = snapshot()
          return shown
        },
      },
      authorized: () => {
        decision ??= decide()
        return decision
      },
    }
    const message = () => `no response after ${viewTimeout} ms`
    const outcome = await withTimeout(() => view.render(context), viewTimeout, message).result
    if (!outcome.ok) throw outcome.error
    const all: Record<string, string> = { ...headers }
    if (!view.isOpen) {
      const failing = shown && encodeFailing(shown.results) // not one more snapshot: of many targets it takes a while
      if (failing) all['x-watchman-failing'] = failing
      if (unknown !== undefined) all['x-watchman-unknown'] = unknown
    }
    return complete(outcome.value, sent.method === 'HEAD', all)
  }

  /** Calls user code: `authorize` and the views of plugins. Its failures are logged, and answered with 500. */
  async function answerGuarded(
    { view, below }: FoundView,
    request: AdapterRequest,
  ): Promise<TextResponse | Response> {
    const subject = `view "${view.path}"`
    try {
      const allowed = view.isOpen || !authorize || (await authorize(request))
      if (isResponse(allowed)) return complete(allowed, request.method === 'HEAD', headers)
      if (allowed !== true) return allowed
      const response = await (view.kind === 'plugin'
        ? answerPlugin(view, below, request)
        : answerText(view, request))
      log.state(subject, 'ok')
      return response
    } catch (error) {
      log.state(subject, 'failing', error)
      return FAILED
    }
  }

  async function answer(
    found: FoundView | undefined,
    request: AdapterRequest,
  ): Promise<TextResponse | Response> {
    const { method } = request
    if (!found) return NOT_FOUND
    if (method !== 'GET' && method !== 'HEAD') return NOT_ALLOWED
    return answerGuarded(found, withOneRequest(request))
  }

  return {
    byPath: (request) => answer(findView(request.path), request),
    byView: (view) => (request) => answer({ view, below: '' }, request),
  }
}

/** Makes the `Request` when it is needed, and once. */
function withOneRequest(sent: AdapterRequest): AdapterRequest {
  let made: Request | undefined
  return {
    method: sent.method,
    path: sent.path,
    search: sent.search,
    raw: sent.raw,
    header: (name) => sent.header(name),
    request: () => {
      made ??= sent.request()
      return made
    },
  }
}

function withoutToken(href: string, tokenName: string): URL {
  const url = new URL(href)
  if (url.searchParams.has(tokenName)) url.searchParams.delete(tokenName)
  return url
}

/** Adds the headers that a response of user code lacks. */
function complete(given: Response, isHead: boolean, headers: TextResponse['headers']): Response {
  if (!isResponse(given) || given.status === 0) throw new Error('did not return a Response that can be sent')
  const response = new Response(isHead ? null : given.body, given) // the headers of a redirect cannot be changed
  if (isHead) given.body?.cancel().catch(() => {}) // nobody reads what a view may still be writing
  for (const [name, value] of Object.entries(headers)) {
    if (!response.headers.has(name)) response.headers.set(name, value)
  }
  return response
}
