import { deepEqual, equal, match } from 'node:assert/strict'
import { createWatchman, defineCheck } from '@watchman/core'
import type { AdapterSubject } from './adapter-subject.ts'
import type { Case } from './case.ts'
import { healthy, viewPlugin } from './fixtures.ts'
import { httpRequest, targetOf } from './http-request.ts'
import { openSocket, sendRaw } from './raw-socket.ts'
import { serve } from './serve.ts'
import { waitFor } from './wait-for.ts'

const CLOSE = 'Connection: close\r\n'

/** A request as it is sent. */
function rawRequest(line: string, ...headers: readonly string[]): string {
  return [`${line} HTTP/1.1\r\n`, 'Host: status.test\r\n', ...headers, '\r\n'].join('')
}

/** Connections that are reused, broken or misused. */
export function connectionCases(subject: AdapterSubject): readonly Case[] {
  const { mount } = subject
  /** Sends `text`, and asserts that the next client is answered. */
  const survives = (text: (mount: string) => string, check: (received: string) => void = () => {}) =>
    serve(mount(healthy()), async ({ url }) => {
      check(await sendRaw(url, text(targetOf(url))))
      deepEqual((await httpRequest(`${url}/ping`)).text, 'pong')
    })

  return [
    {
      name: 'several requests on one connection are answered in their order',
      run: () =>
        survives(
          (target) =>
            [
              rawRequest(`GET ${target}/ping`),
              rawRequest(`HEAD ${target}/ping`),
              rawRequest(`POST ${target}/`, 'Content-Length: 3\r\n').concat('x=1'),
              rawRequest(`GET ${target}/unknown`),
              rawRequest(`GET ${target}/bare`, CLOSE),
            ].join(''),
          (received) =>
            deepEqual(received.match(/(?<=HTTP\/1\.1 )\d+/g), ['200', '200', '405', '404', '200']),
        ),
    },
    {
      name: 'a target in absolute form is answered',
      run: () =>
        survives(
          (target) => rawRequest(`GET http://other.example${target}/ping`, CLOSE),
          (received) => match(received, /^HTTP\/1\.1 200 [\s\S]*pong/),
        ),
    },
    ...[
      ['an invalid host', 'Host: user@[:::]/x?y#z \\\r\n'],
      ['an empty host', 'Host:\r\n'],
      ['an invalid port', 'Host: status.test:99999\r\n'],
    ].map(([name, host = '']) => ({
      name: `a request with ${name} is answered or refused, never left open`,
      run: () =>
        survives(
          (target) => `GET ${target}/ping HTTP/1.1\r\n${host}${CLOSE}\r\n`,
          (received) => match(received, /^HTTP\/1\.1 (?:200 [\s\S]*pong|400 )/),
        ),
    })),
    ...[
      ['OPTIONS *', () => rawRequest('OPTIONS *', CLOSE)],
      ['a target without a slash', () => rawRequest('GET ping', CLOSE)],
      ['NUL in the target', (target: string) => rawRequest(`GET ${target}/pi\0ng`, CLOSE)],
      ['a space in the target', (target: string) => rawRequest(`GET ${target}/pi ng`, CLOSE)],
      [
        'bytes beyond ASCII in the target',
        (target: string) => rawRequest(`GET ${target}/gr\u00f6\u00dfe\u00ff`, CLOSE),
      ],
      ['a backslash in the target', (target: string) => rawRequest(`GET ${target}/x\\..\\ping`, CLOSE)],
      ['a huge target', (target: string) => rawRequest(`GET ${target}/${'a'.repeat(100_000)}`, CLOSE)],
      [
        'huge headers',
        (target: string) => rawRequest(`GET ${target}/ping`, `X-Own: ${'a'.repeat(100_000)}\r\n`, CLOSE),
      ],
      ['HTTP/1.0 without a host', (target: string) => `GET ${target}/ping HTTP/1.0\r\n\r\n`],
      ['text that is not HTTP', () => 'hello\r\n\r\n'],
    ].map(([name, text]) => ({
      name: `after ${name} the server still answers`,
      run: () => survives((target) => (typeof text === 'function' ? text(target) : '')),
    })),
    {
      name: 'headers of several kilobytes are read',
      run: () =>
        serve(mount(healthy({ tokens: 'T' })), async ({ url }) => {
          const large = ['X-Large', 'a'.repeat(7000), 'Authorization', 'Bearer T']
          equal((await httpRequest(`${url}/`, { headers: large })).status, 200)
        }),
    },
    {
      name: 'concurrent requests get their own responses',
      run: () =>
        serve(mount(healthy()), async ({ url }) => {
          const numbers = Array.from({ length: 30 }, (_, index) => index)
          const responses = await Promise.all(
            numbers.map((number) => httpRequest(`${url}/?check=echo&x=${number}`)),
          )
          deepEqual(
            responses.map(({ text }) => JSON.parse(text).echo.search),
            numbers.map((number) => `?check=echo&x=${number}`),
          )
        }),
    },
    {
      name: 'a client that disconnects while a check runs aborts the signal of its request',
      async run() {
        const signals: AbortSignal[] = []
        const slow = defineCheck('slow', ({ signal }) => {
          signals.push(signal)
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ slow: true })))
        })
        await serve(mount(createWatchman({ checks: [slow] })), async ({ url }) => {
          const socket = openSocket(url, rawRequest(`GET ${targetOf(url)}/`))
          await waitFor(() => signals.length > 0, 'the check runs')
          socket.destroy()
          await waitFor(() => signals[0]?.aborted === true, 'the signal of the request aborts')
          equal((await httpRequest(`${url}/ping`)).text, 'pong')
        })
      },
    },
    {
      name: 'a stream is sent while it is written, and cancelled when the client disconnects',
      async run() {
        let isCancelled = false
        const events = viewPlugin('events', () => {
          const body = new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode('data: first\n\n')),
            cancel: () => {
              isCancelled = true
            },
          })
          return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
        })
        await serve(mount(createWatchman({ plugins: [events] })), async ({ url }) => {
          const socket = openSocket(url, rawRequest(`GET ${targetOf(url)}/events`))
          const received: string[] = []
          socket.setEncoding('utf8').on('data', (text: string) => received.push(text))
          await waitFor(() => received.join('').includes('data: first'), 'the first event arrives')
          match(received.join(''), /content-type: text\/event-stream/i)
          socket.destroy()
          await waitFor(() => isCancelled, 'the stream is cancelled')
          equal((await httpRequest(`${url}/ping`)).text, 'pong')
        })
      },
    },
    {
      name: 'a stream that fails ends its connection, and the server still answers',
      async run() {
        const broken = viewPlugin('broken', () => {
          const body = new ReadableStream({
            start: (controller) => controller.enqueue(new Uint8Array(9)),
            async pull(controller) {
              await new Promise((resolve) => setTimeout(resolve, 20))
              controller.error(new Error('broken'))
            },
          })
          return new Response(body)
        })
        await serve(mount(createWatchman({ plugins: [broken] })), async ({ url }) => {
          await sendRaw(url, rawRequest(`GET ${targetOf(url)}/broken`, CLOSE))
          equal((await httpRequest(`${url}/ping`)).text, 'pong')
        })
      },
    },
    {
      name: 'a large response arrives complete',
      async run() {
        const text = 'größer '.repeat(200_000)
        const large = viewPlugin('large', () => new Response(text))
        await serve(mount(createWatchman({ plugins: [large] })), async ({ url }) => {
          equal((await httpRequest(`${url}/large`)).text === text, true)
        })
      },
    },
  ]
}
