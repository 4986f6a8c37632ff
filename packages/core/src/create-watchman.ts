import { authorization, TOKEN_NAME } from './authorization.ts'
import { chain } from './chain.ts'
import type { Answer, Answered, Framed, View, Watchman, WatchmanOptions } from './contract.ts'
import { toCheck } from './define-check.ts'
import { kindOf } from './kind-of.ts'
import { createLog } from './log.ts'
import { presenter } from './presenter.ts'
import { namesOf, pathOf, searchOf } from './query.ts'
import { redactor } from './redact.ts'
import { problem } from './report.ts'
import { createRunner } from './runner.ts'
import { callOf } from './subject.ts'
import { ensureNamed, ensureUnique, isFunction, OPTIONS, toTokens, validate } from './validate.ts'
import { version } from './version.ts'
import { answersWith, BUILT_IN } from './views.ts'

/** What every answer carries: it is not stored, not guessed at, and its URL, which may hold a token, stays here. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

const refuse = (status: number, message: string) =>
  answersWith({ ...HEADERS, allow: 'GET, HEAD' })(problem(status, message)).json
const NOT_FOUND = refuse(404, 'Not found')
const NOT_ALLOWED = refuse(405, 'Method not allowed')
const FORBIDDEN = refuse(403, 'Forbidden')
const FAILED = refuse(500, 'Internal error')
const UNAVAILABLE = refuse(503, 'Closed')

/**
 * Makes a status endpoint of checks.
 *
 * @throws WatchmanError for options that cannot work; its `code` says which kind.
 * @example
 * const watchman = createWatchman({ checks: [databases({ default: pg(pool) })], tokens: process.env.WATCHMAN_TOKENS })
 * app.mount('/watchman', watchman.fetch)
 */
export function createWatchman(options: WatchmanOptions = {}): Watchman {
  const {
    checks = [],
    views = [],
    exposeVersion,
    tokenName = TOKEN_NAME,
  } = validate(options, OPTIONS, 'createWatchman')
  const headers = { ...HEADERS, ...(exposeVersion && { 'x-watchman-version': version }) }
  const tokens = [...toTokens(options.tokens ?? [])] // a list that is emptied later must not open the door
  const isAllowed = authorization(tokens, options)
  const redact = redactor(tokens)
  const log = createLog(options, redact)

  const named = checks.map((check, index) => {
    const { name, run, targets, ...policy } = isFunction(check)
      ? { name: check.name, run: check }
      : Object(check)
    return { ...toCheck(`checks[${index}]`, name, run, policy), targets }
  })
  ensureUnique(named.flatMap(namesOf), 'checks')
  for (const [index, view] of views.entries()) {
    const { path, render }: Partial<View> = Object(view)
    ensureNamed(`views[${index}]`, path, render, 'a view has a path and render')
  }
  const answers = answersWith(headers)
  const pong = { status: 200, headers: { 'content-type': 'text/plain', ...headers }, body: 'pong' }
  const all = [...BUILT_IN, ...views]
  const paths = all.map(({ path }) => trim(path))
  ensureUnique(paths, 'views')
  const runner = createRunner(named, options, presenter(options, redact), log, (report) => {
    for (const view of views) {
      if (view.observe)
        void attempt(
          `observer "${view.path}"`,
          async () => view.observe?.(report),
          () => {},
        )
    }
  })

  /** Does what is others' to write; logs how that went. */
  function attempt<Value, Substitute>(
    subject: string,
    act: () => Value | Promise<Value>,
    substitute: () => Substitute,
  ): Value | Substitute | Promise<Value | Substitute> {
    const succeed = (value: Value) => {
      log.state(subject, 'ok', undefined)
      return value
    }
    const fail = (error: unknown) => {
      log.state(subject, 'failing', error)
      return substitute()
    }
    try {
      const value = act()
      return value instanceof Promise ? value.then(succeed, fail) : succeed(value)
    } catch (error) {
      return fail(error)
    }
  }

  /** Adds the headers that a response of somebody else's lacks. */
  function complete(given: Response, isHead: boolean): Response {
    if (!given.status) throw new Error('answered with Response.error()')
    const response = new Response(isHead ? null : given.body, given) // the headers of a redirect cannot be changed
    if (isHead) given.body?.cancel().catch(() => {}) // nobody reads what a view may still be writing
    for (const [name, value] of Object.entries(headers)) {
      if (!response.headers.has(name)) response.headers.set(name, value)
    }
    return response
  }

  /** Answers in any case. */
  function serve<Reply>(path: string, request: Request, framed: Framed<Reply> = {}): Answered<Reply> {
    const { raw, search = searchOf(request.url) } = framed
    const { method } = request
    const isHead = method === 'HEAD'
    const view = all[paths.indexOf(trim(path))]

    const toResponse = (answer: Answer) => new Response(isHead ? null : answer.body, answer)
    const respond = (answer: Answer): Response | Reply => {
      try {
        return (framed.respond ?? toResponse)(answer)
      } catch {
        return toResponse(FAILED)
      }
    }
    if (runner.closed()) return respond(UNAVAILABLE)
    if (!view) return respond(NOT_FOUND)
    if (method !== 'GET' && !isHead) return respond(NOT_ALLOWED)

    const show = (allowed: unknown): Answered<Reply> => {
      if (allowed !== true) return isResponse(allowed) ? complete(allowed, isHead) : respond(FORBIDDEN)
      if ('render' in view) {
        const call = { request, raw, search, answers: new Map() }
        const report = async () => runner.run(call)
        const known = () => runner.known(call)
        const rendered = async () => view.render({ request, headers, tokenName, report, known })
        return rendered().then((response) => complete(response, isHead))
      }
      const { text } = view
      if (text === 'pong') return respond(pong)
      return chain(runner.run({ request, raw, search }), (report) => respond(answers(report)[text]))
    }
    const open = view.protected === false || !isAllowed
    if (open && 'text' in view) return show(true) // all of it is ours
    return attempt<Response | Reply, Response | Reply>(
      `view "${view.path}"`,
      () => chain(open || isAllowed(request, search), show),
      () => respond(FAILED),
    )
  }

  return {
    fetch: async (request) => serve<Response>(pathOf(request.url), request),
    handle: (request, mounted) => serve(mounted.path, request, mounted),
    status: (request, framed) => serve('', request, framed),
    bare: (request, framed) => serve('bare', request, framed),
    ping: (request, framed) => serve('ping', request, framed),
    run: async (request) => runner.run(callOf(request)),
    start: runner.start,
    close: async () => runner.close(),
  }
}

/** Letters, digits, hyphen, dot, underscore and tilde: encoded or not, they are the same. */
const UNRESERVED = /%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi

/** Without one slash at the start and one at the end: `/ping/` and `/%70ing` are `ping`, but `//ping` is not. */
function trim(path: string): string {
  return path.replace(UNRESERVED, decodeURIComponent).replace(/^\/|\/$/g, '')
}

function isResponse(value: unknown): value is Response {
  return kindOf(value) === 'Response'
}
