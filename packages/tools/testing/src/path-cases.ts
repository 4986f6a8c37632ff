import { equal } from 'node:assert/strict'
import { createWatchman, type Watchman } from '@watchman/core'
import type { AdapterSubject } from './adapter-subject.ts'
import { assertSameResponse } from './assert-same-response.ts'
import type { Case } from './case.ts'
import { failing, healthy } from './fixtures.ts'
import { targetOf } from './http-request.ts'
import { pathSpellings } from './path-spellings.ts'
import { sendRaw } from './raw-socket.ts'
import { serve } from './serve.ts'

/** Targets below the mount. */
const TARGETS = [
  ...['', '/', '?', '/?', '?x=1', '/?x=1&y=%20+&z', '/?%', '/?a=b?c/d'],
  ...['/?check=databases', '/?check=databases.replica', '?check=echo&check=x', '/?check=x%2Fy&check=echo'],
  ...['/?skip=databases', '/?skip=databases.default', '/?skip=echo&skip=databases'],
  ...['/?check=unknown', '/?check=a%2Fb', "/?x='a'&y=%C3%BC"],
  ...['/bare', '/bare/', '/bare?check=databases', '/bare?check=unknown', '/bare?check=echo&check=unknown'],
  ...['/ping', '/ping/', '/ping?x=1', '/ping/?x'],
  ...['/dashboard', '/dashboard/', '/dashboard?x=1', '/deep/view', '/deep/view/', '/deep', '/deep/'],
  ...['/tree', '/tree/', '/tree/a', '/tree/a/', '/tree/a/b.c?x=1', '/treehouse'],
  ...['/unknown', '/unknown/', '/unknown?check=echo', '/ping/ping', '/PING', '/Bare'],
  ...['/favicon.ico', '/robots.txt'],
]

/** Targets that are `/ping` once normalized or decoded, but not as they are sent. */
const NOT_PING = [
  ...['//ping', '/ping//', '/p%69ng', '/%70ing', '/%70i%6e%67', '/ping%2F', '/%2Fping'],
  ...['/./ping', '/ping/.', '/x/../ping', '/x/%2e%2e/ping'],
]

/** The same with backslashes, which are no part of a valid target. Servers that parse URLs may refuse them. */
const BACKSLASHES = ['/x\\..\\ping', '/\\ping']

/** Other targets that frameworks normalize, decode or fail on. */
const UNUSUAL = [
  ...['//', '///', '/.', '//evil.example/ping', '/%2570ing', '/%62%61re?check=unknown', '/deep%2Fview'],
  ...['/ping%3Fx', '/ping/../bare', '/tree//', '/tree/a//b', '/tree/%61', '/tree/a/../b', '/tree/..%2Fping'],
  ...['/%', '/%zz', '/%00', '/ping%00', '/%E0%A4%A', '/%C0%AF'],
  ...['/ping;x=1', '/ping,', '/ping:', '/:ping', '/*', '/(.*)'],
  ...['/__proto__', '/constructor', '/hasOwnProperty'],
  ...['/http://evil.example/ping', '/@evil.example', '/ping@evil.example', '/"<script>', '/{}|^`'],
]

/** The kinds of spellings; which targets they are depends on the mount. */
const SPELLINGS = Object.keys(pathSpellings('/watchman', 'ping'))

/** Every path of the endpoint gets the status, headers and bytes of the watchman itself. */
export function pathCases(subject: AdapterSubject): readonly Case[] {
  const both = (targets: readonly string[], check: (status: number) => void = () => {}) =>
    targets.flatMap((target) =>
      ['GET', 'HEAD'].map((method) => ({
        name: `${method} ${target || 'the mount'} gets the response of the watchman`,
        async run() {
          const create = () => healthy({ exposeVersion: true })
          const { status } = await assertSameResponse(subject, create, target, { method })
          check(status)
        },
      })),
    )
  const same = (name: string, create: () => Watchman, target: string): Case => ({
    name,
    run: async () => void (await assertSameResponse(subject, create, target)),
  })

  return [
    ...both(TARGETS),
    ...(subject.parsesUrls ? both(NOT_PING) : both([...NOT_PING, ...BACKSLASHES], assertNotFound)),
    ...both(UNUSUAL),
    ...['', '/', '/bare', '/ping', '/?check=databases', '/?skip=caches'].map((target) =>
      same(
        `GET ${target || 'the mount'} gets the response of the watchman while a check fails`,
        () => failing({ failingStatus: 503 }),
        target,
      ),
    ),
    ...['/', '/bare', '/ping', '/dashboard'].flatMap((target) => [
      same(`GET ${target} gets the response of the watchman while readiness is held`, held, target),
      same(`GET ${target} gets the response of the watchman once it is closed`, closed, target),
    ]),
    ...['/', '/bare', '/ping'].map((target) =>
      same(`GET ${target} gets the response of the watchman without checks`, () => createWatchman(), target),
    ),
    ...SPELLINGS.map((kind) => spellingCase(subject, kind)),
    same('a long path is a 404 of the watchman', healthy, `/${'a'.repeat(6000)}`),
    same('a long query is read', healthy, `/?x=${'a'.repeat(6000)}&check=echo`),
  ]
}

/** No target of a kind reaches a view, whether the watchman or the framework refuses it. */
function spellingCase(
  { mount, parsesUrls = false, ignoresCase = false }: AdapterSubject,
  kind: string,
): Case {
  const run = () =>
    serve(mount(healthy()), async ({ url }) => {
      const path = targetOf(url)
      const plain = `${path}/ping`
      const isExcused = (target: string) =>
        (parsesUrls && isParsedAs(target, plain)) || (ignoresCase && isMountInCapitals(target, plain))
      for (const target of pathSpellings(path, 'ping')[kind] ?? []) {
        const received = await sendRaw(
          url,
          `GET ${target} HTTP/1.1\r\nHost: status.test\r\nConnection: close\r\n\r\n`,
        )
        equal(
          received.includes('pong') && !isExcused(target),
          false,
          `${target} reached the view at ${plain}`,
        )
      }
    })
  return { name: `no other spelling of the path of a view reaches it by ${kind}`, run }
}

/** Whether a target differs from the path of a view only by the case of the mount. */
function isMountInCapitals(target: string, plain: string): boolean {
  return target.toLowerCase() === plain.toLowerCase() && target.endsWith('/ping')
}

/**
 * Whether a URL parser, and a router that decodes what it returns, make `path` of a target. The server of Bun takes a host that is not
 * valid up to the next slash, and the handler does not see it.
 */
function isParsedAs(target: string, path: string): boolean {
  const base = 'http://status.test'
  const [, host] = /^https?:\/\/([^/]*)\//.exec(target) ?? []
  const isInvalid = host !== undefined && !/^[\w.-]+$/.test(host)
  if ('Bun' in globalThis && isInvalid) return target.endsWith(path)
  if (!URL.canParse(target, base)) return false
  const { pathname } = new URL(target.startsWith('/') ? `${base}${target}` : target)
  return pathname.replaceAll(/%[46][1-9a-f]|%[57][0-9a]/gi, decodeURIComponent).replace(/\/$/, '') === path
}

function assertNotFound(status: number): void {
  equal(status, 404, 'the path did not reach the watchman as it was sent')
}

function held(): Watchman {
  const watchman = healthy()
  watchman.holdReadiness('draining: größer 🙂')
  return watchman
}

function closed(): Watchman {
  const watchman = healthy()
  void watchman.close()
  return watchman
}
