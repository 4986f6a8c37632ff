import { authorization, TOKEN_NAME } from './authorization.ts'
import type { Answer, Awaitable, Framed, View, Watchman, WatchmanOptions } from './contract.ts'
import { toCheck } from './define-check.ts'
import { kindOf } from './kind-of.ts'
import { createLog } from './log.ts'
import { presenter } from './presenter.ts'
import { namesOf, pathOf } from './query.ts'
import { redactor } from './redact.ts'
import { problem, type Report } from './report.ts'
import { anyRequest, CLOSED, createRunner } from './runner.ts'
import { ensureNamed, ensureUnique, isFunction, OPTIONS, toTokens, validate } from './validate.ts'
import { version } from './version.ts'
import { answersWith, BUILT_IN, type TextView } from './views.ts'

/** What every answer carries: it is not stored, not guessed at, and its URL, which may hold a token, stays here. */
const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
}

const refuse = (report: Report) => answersWith({ ...HEADERS, Allow: 'GET, HEAD' })(report).json
const UNAVAILABLE = refuse(CLOSED)
const NOT_FOUND = refuse(problem(404, 'Not found'))
const NOT_ALLOWED = refuse(problem(405, 'Method not allowed'))
const FORBIDDEN = refuse(problem(403, 'Forbidden'))
const FAILED = refuse(problem(500, 'Internal error'))

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
  const headers = { ...HEADERS, ...(exposeVersion && { 'X-Watchman-Version': version }) }
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
  const pong = { status: 200, headers: { ...headers, 'Content-Type': 'text/plain' }, body: 'pong' }
  const all = [...BUILT_IN, ...views]
  const paths = all.map(({ path }) => trim(path))
  ensureUnique(paths, 'views')
  const runner = createRunner(named, options, presenter(options, redact), log, (report) => {
    for (const view of views) {
      if (view.observe) void attempt(`observer "${view.path}"`, () => view.observe?.(report))
    }
  })

  async function answer(
    view: View | TextView | undefined,
    request: Request,
    { raw, respond = toResponse }: Framed,
  ): Promise<Response> {
    if (runner.closed()) return respond(UNAVAILABLE)
    if (!view) return respond(NOT_FOUND)
    if (!/^(GET|HEAD)$/.test(request.method)) return respond(NOT_ALLOWED)
    const allowed = view.protected === false || !isAllowed || (await isAllowed(request))
    if (isResponse(allowed)) return complete(allowed)
    if (allowed !== true) return respond(FORBIDDEN)
    if ('text' in view) {
      return respond(view.text === 'pong' ? pong : answers(await runner.run({ request, raw }))[view.text])
    }
    const call = { request, raw, answers: new Map() }
    return complete(
      await view.render({
        request,
        headers,
        tokenName,
        report: () => runner.run(call),
        known: () => runner.known(call),
      }),
    )
  }

  /** Adds the headers that a response of somebody else's lacks. */
  function complete(given: Response): Response {
    if (!given.status) throw new Error('answered with Response.error()')
    const response = new Response(given.body, given) // the headers of a redirect cannot be changed
    for (const [name, value] of Object.entries(headers)) {
      if (!response.headers.has(name)) response.headers.set(name, value)
    }
    return response
  }

  /** Does what is others' to write; logs how that went. */
  async function attempt<Value>(subject: string, act: () => Awaitable<Value>): Promise<Value | undefined> {
    try {
      const value = await act()
      log.state(subject, 'ok', undefined)
      return value
    } catch (error) {
      log.state(subject, 'failing', error)
      return undefined
    }
  }

  /** Answers in any case. */
  async function serve(path: string, request: Request, framed: Framed = {}): Promise<Response> {
    const view = all[paths.indexOf(trim(path))]
    const response = await attempt(`view "${view?.path}"`, () => answer(view, request, framed))
    const answered = response ?? toResponse(FAILED)
    if (request.method !== 'HEAD') return answered
    answered.body?.cancel().catch(() => {}) // nobody reads what a view may still be writing
    return new Response(null, answered)
  }

  return {
    fetch: (request) => serve(pathOf(request.url), request),
    handle: (request, mounted) => serve(mounted.path, request, mounted),
    status: (request, framed) => serve('', request, framed),
    bare: (request, framed) => serve('bare', request, framed),
    ping: (request, framed) => serve('ping', request, framed),
    run: (request = anyRequest()) => runner.run({ request }),
    start: runner.start,
    close: async () => runner.close(),
  }
}

function toResponse(answer: Answer): Response {
  return new Response(answer.body, answer)
}

/** Without one slash at the start and one at the end: `/ping/` is `ping`, but `//ping` is not. */
function trim(path: string): string {
  return path.replace(/^\/|\/$/g, '')
}

function isResponse(value: unknown): value is Response {
  return kindOf(value) === 'Response'
}
