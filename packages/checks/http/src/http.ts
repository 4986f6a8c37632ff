import type { Agent } from 'node:http'
import type { Awaitable, Probe } from '@watchman/core'
import {
  aFunction,
  aName,
  assertOption,
  describeType,
  hasMembers,
  integerFrom,
  isFunction,
  isName,
  isRecord,
  oneOf,
  type Rules,
  typeTag,
  validate,
} from '@watchman/core/driver'
import { createAgentQueue } from './agent-queue.ts'
import { assertArgument } from './assert-argument.ts'
import type { HttpResponse, Route } from './exchange.ts'
import { type FinalResponse, followRedirects } from './follow-redirects.ts'
import { secretsOf, toHeaders } from './request-headers.ts'
import { untilAborted } from './until-aborted.ts'

/** Options of `http`. */
export interface HttpOptions {
  /** The method. @default 'GET' */
  readonly method?: string | undefined
  /**
   * Headers of the request. A redirect to another origin gets only `Accept`, `Accept-Language` and `User-Agent` of them.
   * @default { 'User-Agent': 'watchman' }
   */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The expected status, or several. A redirect that is expected is not followed. @default any from 200 to 299 */
  readonly status?: number | readonly number[] | undefined
  /** What the first MiB of the body must contain, read as UTF-8. @default anything */
  readonly body?: string | RegExp | undefined
  /**
   * Checks a response with the right status and body. As with a probe, the target fails if the function throws or returns
   * `false` or `{ ok: false }`, and `{ ok, details }` adds details. @default none
   */
  readonly verify?: ((response: HttpResponse) => Awaitable<unknown>) | undefined
  /** How many redirects are followed; the next one counts as the response. @default 10 */
  readonly maxRedirects?: number | undefined
  /** The path of the Unix domain socket that the origin of the URL listens on. @default none: TCP */
  readonly socketPath?: string | undefined
  /**
   * The agent of `node:http` or `node:https` for the origin of the URL, with a proxy or a client certificate, or the one that the
   * application uses; or a function that returns the agent for each URL. @default none: each run opens a connection and closes it
   */
  readonly agent?: Agent | ((url: URL) => Agent | undefined) | undefined
  /**
   * The state while no socket of the agent is free: `'degraded'` keeps the HTTP status 200, because a busy agent is not
   * broken; `'failing'` fails the report. @default 'degraded'
   */
  readonly busy?: 'degraded' | 'failing' | undefined
}

const RULES: Rules<HttpOptions> = {
  method: {
    expected: 'an HTTP method in upper case',
    matches: (value) => typeof value === 'string' && /^[A-Z]+$/.test(value),
  },
  headers: { expected: 'an object of names and values', matches: isRecord },
  status: { expected: 'a status from 200 to 599, or 101, or an array of such', matches: isStatus },
  body: {
    expected: 'a non-empty string or a regular expression',
    matches: (value) => isName(value) || typeTag(value) === 'RegExp',
  },
  verify: aFunction,
  maxRedirects: integerFrom(0),
  socketPath: aName,
  agent: {
    expected: 'an Agent of node:http or node:https, or a function that returns one',
    matches: (value) => isAgent(value) || isFunction(value),
  },
  busy: oneOf('degraded', 'failing'),
}

/**
 * Requests `url` and checks the status, and the body where `body` or `verify` is set.
 *
 * @throws WatchmanError `INVALID_OPTION` for a URL that is not `http:` or `https:`, or that contains a password, and for
 * options that cannot work.
 * @example
 * services({ payments: httpProbe('https://payments.example/health', { body: /"status":"UP"/ }) })
 */
export function httpProbe(url: string | URL, options: HttpOptions = {}): Probe {
  const address = toAddress(url)
  const valid = validate('httpProbe', options, RULES)
  const { method = 'GET', body, verify, maxRedirects = 10, busy = 'degraded' } = valid
  const headers = { accept: '*/*', 'user-agent': 'watchman', ...toHeaders(valid.headers ?? {}) }
  const statuses = valid.status === undefined ? undefined : [valid.status].flat()
  const max = statuses?.some((status) => status >= 300 && status < 400) ? 0 : maxRedirects
  const queue = createAgentQueue(busy)
  const routeTo = (next: URL) => toRoute(next, address.origin, valid)

  async function probe(signal: AbortSignal): Promise<unknown> {
    const response = await followRedirects({ url: address, method, headers }, routeTo, max, queue, signal)
    const isExpected = statuses ? statuses.includes(response.status) : isSuccess(response.status)
    const answered = describeAnswer(response, address)
    if (!isExpected) throw new Error(`${answered}, not ${statuses?.join(' or ') ?? 'from 200 to 299'}`)
    const { status, headers: received, body: text } = response
    if (body !== undefined && !(typeof body === 'string' ? text.includes(body) : text.search(body) !== -1)) {
      throw new Error(`${answered}, but its body does not contain ${body}`)
    }
    const result = await untilAborted(verify?.({ status, headers: received, body: text }), signal)
    if (result === false) throw new Error(`${answered}, but verify returned false`)
    return result
  }
  return Object.assign(probe, { secrets: () => secretsOf(address, headers) })
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function describeAnswer({ status, url, redirects }: FinalResponse, address: URL): string {
  const server = url.origin === address.origin ? '' : `${url.origin} `
  const after = redirects === 0 ? '' : ` after ${redirects} ${redirects === 1 ? 'redirect' : 'redirects'}`
  return `${server}answered ${status}${after}`
}

function toAddress(url: string | URL): URL {
  assertArgument('httpProbe', url, {
    expected: 'a URL that starts with http: or https: (a Unix domain socket is the option socketPath)',
    matches: isHttpUrl,
  })
  const address = new URL(url)
  const { username, password } = address
  // A URL is shown in more places than headers are.
  assertOption(
    !username && !password,
    'httpProbe(…) expects a URL without user and password: use the option headers',
  )
  return address
}

function isHttpUrl(value: unknown): boolean {
  if (typeof value !== 'string' && typeTag(value) !== 'URL') return false
  const { protocol } = URL.canParse(`${value}`) ? new URL(`${value}`) : { protocol: '' }
  return protocol === 'http:' || protocol === 'https:'
}

/** Returns how `url` is reached. An agent may have a client certificate, which another origin must not get. */
function toRoute(url: URL, origin: string, { agent, socketPath }: HttpOptions): Route {
  const isOwn = url.origin === origin
  return {
    agent: isFunction(agent) ? toAgent(agent(url)) : isOwn ? agent : undefined,
    socketPath: isOwn ? socketPath : undefined,
  }
}

function toAgent(agent: unknown): Agent | undefined {
  if (agent === undefined || isAgent(agent)) return agent
  throw new Error(`option agent of httpProbe must return an Agent or undefined, not ${describeType(agent)}`)
}

function isStatus(value: unknown): boolean {
  const isOne = (status: unknown) => status === 101 || integerFrom(200, 599).matches(status)
  return Array.isArray(value) ? value.length > 0 && value.every(isOne) : isOne(value)
}

function isAgent(value: unknown): value is Agent {
  return hasMembers(value, { addRequest: 'function', sockets: 'object', requests: 'object' })
}
