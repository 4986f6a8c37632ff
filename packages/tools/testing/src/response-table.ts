/** What is sent: a status, the headers that differ between responses, and the body. */
export interface ExpectedResponse {
  readonly status: number
  /** Names in lower case. Beside these there are those that every response has. */
  readonly headers: Readonly<Record<string, string>>
  /** The body of GET; HEAD gets the same without it. */
  readonly body: string
}

/** How the option `tokens` is set. */
export type TokensSetting = 'absent' | 'false' | 'undefined' | 'empty' | 'set'

/** What a request to a protected view gets: the view, or one of the refusals. */
export type Access = 'allowed' | 'sign in' | 'forbidden' | 'closed'

/** Whether requests with some credentials see the protected views. */
export interface AccessRow {
  readonly tokens: TokensSetting
  /** What is sent, in words. */
  readonly credentials: string
  /** The query that is sent. @default '' */
  readonly query?: string | undefined
  /** The `Authorization` headers that are sent. @default [] */
  readonly authorization?: readonly string[] | undefined
  /** For a browser, which accepts `text/html`. */
  readonly browser: Access
  /** For every other client. */
  readonly machine: Access
}

/** The states of a watchman. */
export type WatchmanState = 'ok' | 'degraded' | 'failing' | 'pending' | 'held' | 'closed'

/** A view that answers below the mount: `/open` and `/protected` belong to a plugin. */
export type ViewPath = '/' | '/bare' | '/ping' | '/open' | '/protected'

/** What a view answers in a state, to a request that may see it. */
export interface StateRow extends ExpectedResponse {
  readonly state: WatchmanState
  readonly view: ViewPath
}

/** What other requests get, while everything is ok and no token is needed. */
export interface RequestRow extends ExpectedResponse {
  readonly method: string
  /** The path below the mount, and the query. */
  readonly target: string
}

/** Everything that an endpoint answers. */
export interface ResponseTable {
  /** The tokens where the option is set. */
  readonly tokens: readonly string[]
  /** The views that need no token. */
  readonly openViews: readonly ViewPath[]
  /** The headers of every response. */
  readonly common: ExpectedResponse['headers']
  readonly access: readonly AccessRow[]
  readonly refusals: Readonly<Record<Exclude<Access, 'allowed'>, ExpectedResponse>>
  readonly states: readonly StateRow[]
  readonly requests: readonly RequestRow[]
}

const JSON_TYPE = { 'content-type': 'application/json' }
const TEXT_TYPE = { 'content-type': 'text/plain' }
const ERROR = { ...JSON_TYPE, allow: 'GET, HEAD' }

const OK = '{"email":{"ok":true}}'
const FAILING = '{"email":{"ok":false,"error":"connection refused"}}'

/** The header of a browser for a user name and a password. */
function basic(user: string, password: string): string {
  return `Basic ${btoa(`${user}:${password}`)}`
}

function status(state: string): ExpectedResponse['headers'] {
  return { 'x-watchman-status': state }
}

/**
 * Everything that the endpoint answers, by the state of the watchman, the view and the token: whatever the adapter, and whatever
 * the checks. The states are those of a check `email`; the view `/protected` of the plugin shows the state of the report, and `/open`
 * shows `open`.
 */
export const responseTable: ResponseTable = {
  tokens: ['T', 'U'],
  openViews: ['/bare', '/ping', '/open'],
  common: {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  },
  access: [
    { tokens: 'absent', credentials: 'none', browser: 'allowed', machine: 'allowed' },
    {
      tokens: 'absent',
      credentials: 'any token',
      query: 'watchman-token=x',
      browser: 'allowed',
      machine: 'allowed',
    },
    { tokens: 'false', credentials: 'none', browser: 'allowed', machine: 'allowed' },
    { tokens: 'undefined', credentials: 'none', browser: 'closed', machine: 'closed' },
    {
      tokens: 'undefined',
      credentials: 'an empty token',
      query: 'watchman-token=',
      authorization: ['Bearer '],
      browser: 'closed',
      machine: 'closed',
    },
    {
      tokens: 'undefined',
      credentials: 'the token `undefined`',
      query: 'watchman-token=undefined',
      browser: 'closed',
      machine: 'closed',
    },
    { tokens: 'empty', credentials: 'none', browser: 'closed', machine: 'closed' },
    {
      tokens: 'empty',
      credentials: 'an empty password',
      authorization: [basic('', '')],
      browser: 'closed',
      machine: 'closed',
    },
    { tokens: 'set', credentials: 'none', browser: 'sign in', machine: 'forbidden' },
    {
      tokens: 'set',
      credentials: 'a token in the query',
      query: 'watchman-token=T',
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: 'a wrong token in the query',
      query: 'watchman-token=x',
      browser: 'sign in',
      machine: 'forbidden',
    },
    {
      tokens: 'set',
      credentials: 'an empty token in the query',
      query: 'watchman-token=',
      browser: 'sign in',
      machine: 'forbidden',
    },
    {
      tokens: 'set',
      credentials: 'several tokens in the query, one of them right',
      query: 'watchman-token=x&watchman-token=U&watchman-token=y',
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: '`WATCHMAN-TOKEN Token="T"`',
      authorization: ['WATCHMAN-TOKEN Token="T"'],
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: '`WATCHMAN-TOKEN Token=T`',
      authorization: ['WATCHMAN-TOKEN Token=T'],
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: '`WATCHMAN-TOKEN Foo="bar" Token="T"`: with other parameters',
      authorization: ['WATCHMAN-TOKEN Foo="bar" Token="T"'],
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: '`WATCHMAN-TOKEN Token="x"`: a wrong token',
      authorization: ['WATCHMAN-TOKEN Token="x"'],
      browser: 'sign in',
      machine: 'forbidden',
    },
    {
      tokens: 'set',
      credentials: '`Bearer T`',
      authorization: ['Bearer T'],
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: '`Bearer x`: a wrong token',
      authorization: ['Bearer x'],
      browser: 'sign in',
      machine: 'forbidden',
    },
    {
      tokens: 'set',
      credentials: '`Basic`, any user, a token as the password',
      authorization: [basic('me', 'T')],
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: '`Basic`, a wrong password',
      authorization: [basic('T', 'x')],
      browser: 'sign in',
      machine: 'forbidden',
    },
    {
      tokens: 'set',
      credentials: 'a wrong token in the query, and `Bearer T`',
      query: 'watchman-token=x',
      authorization: ['Bearer T'],
      browser: 'allowed',
      machine: 'allowed',
    },
    {
      tokens: 'set',
      credentials: 'two `Authorization` headers, one of them right',
      authorization: ['Bearer T', 'Bearer x'],
      browser: 'sign in',
      machine: 'forbidden',
    },
  ],
  refusals: {
    'sign in': {
      status: 401,
      headers: { ...ERROR, 'www-authenticate': 'Basic realm="watchman"' },
      body: '{"error":401,"message":"Sign in with any user name, and a token as the password"}',
    },
    forbidden: { status: 403, headers: ERROR, body: '{"error":403,"message":"Forbidden"}' },
    closed: {
      status: 403,
      headers: ERROR,
      body: '{"error":403,"message":"No token is configured: set the option tokens, or tokens: false to open the endpoint to everyone"}',
    },
  },
  states: [
    { state: 'ok', view: '/', status: 200, headers: { ...JSON_TYPE, ...status('ok') }, body: OK },
    { state: 'ok', view: '/bare', status: 200, headers: status('ok'), body: '' },
    { state: 'ok', view: '/ping', status: 200, headers: TEXT_TYPE, body: 'pong' },
    { state: 'ok', view: '/open', status: 200, headers: TEXT_TYPE, body: 'open' },
    { state: 'ok', view: '/protected', status: 200, headers: TEXT_TYPE, body: 'ok' },

    {
      state: 'degraded',
      view: '/',
      status: 200,
      headers: { ...JSON_TYPE, ...status('degraded') },
      body: FAILING,
    },
    { state: 'degraded', view: '/bare', status: 200, headers: status('degraded'), body: '' },
    { state: 'degraded', view: '/ping', status: 200, headers: TEXT_TYPE, body: 'pong' },
    { state: 'degraded', view: '/open', status: 200, headers: TEXT_TYPE, body: 'open' },
    { state: 'degraded', view: '/protected', status: 200, headers: TEXT_TYPE, body: 'degraded' },

    {
      state: 'failing',
      view: '/',
      status: 500,
      headers: { ...JSON_TYPE, ...status('failing'), 'x-watchman-failing': 'email' },
      body: FAILING,
    },
    { state: 'failing', view: '/bare', status: 500, headers: status('failing'), body: '' },
    { state: 'failing', view: '/ping', status: 200, headers: TEXT_TYPE, body: 'pong' },
    { state: 'failing', view: '/open', status: 200, headers: TEXT_TYPE, body: 'open' },
    {
      state: 'failing',
      view: '/protected',
      status: 200,
      headers: { ...TEXT_TYPE, 'x-watchman-failing': 'email' },
      body: 'failing',
    },

    {
      state: 'pending',
      view: '/',
      status: 503,
      headers: { ...JSON_TYPE, ...status('pending') },
      body: '{"email":{"ok":false,"error":"no result yet"}}',
    },
    { state: 'pending', view: '/bare', status: 503, headers: status('pending'), body: '' },
    { state: 'pending', view: '/ping', status: 200, headers: TEXT_TYPE, body: 'pong' },
    { state: 'pending', view: '/open', status: 200, headers: TEXT_TYPE, body: 'open' },
    { state: 'pending', view: '/protected', status: 200, headers: TEXT_TYPE, body: 'pending' },

    {
      state: 'held',
      view: '/',
      status: 503,
      headers: { ...JSON_TYPE, ...status('ok'), 'x-watchman-held': 'draining' },
      body: OK,
    },
    {
      state: 'held',
      view: '/bare',
      status: 503,
      headers: { ...status('ok'), 'x-watchman-held': 'true' },
      body: '',
    },
    { state: 'held', view: '/ping', status: 200, headers: TEXT_TYPE, body: 'pong' },
    { state: 'held', view: '/open', status: 200, headers: TEXT_TYPE, body: 'open' },
    { state: 'held', view: '/protected', status: 200, headers: TEXT_TYPE, body: 'ok' },

    {
      state: 'closed',
      view: '/',
      status: 503,
      headers: JSON_TYPE,
      body: '{"error":503,"message":"Closed"}',
    },
    { state: 'closed', view: '/bare', status: 503, headers: {}, body: '' },
    { state: 'closed', view: '/ping', status: 200, headers: TEXT_TYPE, body: 'pong' },
    { state: 'closed', view: '/open', status: 200, headers: TEXT_TYPE, body: 'open' },
    { state: 'closed', view: '/protected', status: 200, headers: TEXT_TYPE, body: 'failing' },
  ],
  requests: [
    {
      method: 'GET',
      target: '/?check=email&check=emial',
      status: 200,
      headers: { ...JSON_TYPE, ...status('ok'), 'x-watchman-unknown': 'emial' },
      body: OK,
    },
    { method: 'GET', target: '/bare?check=email&check=emial', status: 200, headers: status('ok'), body: '' },
    {
      method: 'GET',
      target: '/?check=emial',
      status: 404,
      headers: { ...JSON_TYPE, 'x-watchman-unknown': 'emial' },
      body: '{"error":404,"message":"No checks found"}',
    },
    { method: 'GET', target: '/bare?check=emial', status: 404, headers: {}, body: '' },
    {
      method: 'GET',
      target: '/unknown',
      status: 404,
      headers: ERROR,
      body: '{"error":404,"message":"Not found"}',
    },
    {
      method: 'POST',
      target: '/',
      status: 405,
      headers: ERROR,
      body: '{"error":405,"message":"Method not allowed"}',
    },
    {
      method: 'POST',
      target: '/ping',
      status: 405,
      headers: ERROR,
      body: '{"error":405,"message":"Method not allowed"}',
    },
  ],
}
