import { deepEqual, equal, match } from 'node:assert/strict'
import { createWatchman, defineCheck, type View } from '@watchman/core'
import { afterHost, ask } from './ask.ts'
import type { Case } from './case.ts'
import { serve } from './serve.ts'
import type { AdapterSubject } from './subject.ts'
import { open, talk } from './talk.ts'
import { until } from './until.ts'
import { well } from './watchmen.ts'

const CLOSE = 'Connection: close\r\n'

/** A request as it goes over the wire. */
function wire(line: string, ...headers: readonly string[]): string {
  return [`${line} HTTP/1.1\r\n`, 'Host: status.test\r\n', ...headers, '\r\n'].join('')
}

/** Connections: kept, cut, and misused. */
export function connectionCases(subject: AdapterSubject): readonly Case[] {
  const { mount } = subject
  /** After whatever was sent, the next client is answered. */
  const survives = (text: (target: string) => string, check: (received: string) => void = () => {}) =>
    serve(mount(well()), async ({ url }) => {
      check(await talk(url, text(afterHost(url))))
      deepEqual((await ask(`${url}/ping`)).text, 'pong')
    })

  return [
    {
      name: 'several requests on one connection are answered in their order',
      run: () =>
        survives(
          (target) =>
            [
              wire(`GET ${target}/ping`),
              wire(`HEAD ${target}/ping`),
              wire(`POST ${target}/`, 'Content-Length: 3\r\n').concat('x=1'),
              wire(`GET ${target}/unknown`),
              wire(`GET ${target}/bare`, CLOSE),
            ].join(''),
          (received) =>
            deepEqual(received.match(/(?<=HTTP\/1\.1 )\d+/g), ['200', '200', '405', '404', '200']),
        ),
    },
    {
      name: 'the absolute form of a target is answered',
      run: () =>
        survives(
          (target) => wire(`GET http://other.example${target}/ping`, CLOSE),
          (received) => match(received, /^HTTP\/1\.1 200 [\s\S]*pong/),
        ),
    },
    ...[
      ['a host that is none', 'Host: user@[:::]/x?y#z \\\r\n'],
      ['an empty host', 'Host:\r\n'],
      ['a port that is none', 'Host: status.test:99999\r\n'],
    ].map(([name, host = '']) => ({
      name: `a request with ${name} is answered or refused, never left open`,
      run: () =>
        survives(
          (target) => `GET ${target}/ping HTTP/1.1\r\n${host}${CLOSE}\r\n`,
          (received) => match(received, /^HTTP\/1\.1 (?:200 [\s\S]*pong|400 )/),
        ),
    })),
    ...[
      ['OPTIONS *', () => wire('OPTIONS *', CLOSE)],
      ['a target without a slash', () => wire('GET ping', CLOSE)],
      ['NUL in the target', (target: string) => wire(`GET ${target}/pi\0ng`, CLOSE)],
      ['a space in the target', (target: string) => wire(`GET ${target}/pi ng`, CLOSE)],
      [
        'bytes beyond ASCII in the target',
        (target: string) => wire(`GET ${target}/gr\u00f6\u00dfe\u00ff`, CLOSE),
      ],
      ['a backslash in the target', (target: string) => wire(`GET ${target}/x\\..\\ping`, CLOSE)],
      ['a huge target', (target: string) => wire(`GET ${target}/${'a'.repeat(100_000)}`, CLOSE)],
      [
        'huge headers',
        (target: string) => wire(`GET ${target}/ping`, `X-Own: ${'a'.repeat(100_000)}\r\n`, CLOSE),
      ],
      ['HTTP/1.0 without a host', (target: string) => `GET ${target}/ping HTTP/1.0\r\n\r\n`],
      ['no HTTP', () => 'hello\r\n\r\n'],
    ].map(([name, text]) => ({
      name: `after ${name} the server goes on`,
      run: () => survives((target) => (typeof text === 'function' ? text(target) : '')),
    })),
    {
      name: 'headers of several kilobytes are read',
      run: () =>
        serve(mount(well({ tokens: 'T' })), async ({ url }) => {
          const large = ['X-Large', 'a'.repeat(7000), 'Authorization', 'Bearer T']
          equal((await ask(`${url}/`, { headers: large })).status, 200)
        }),
    },
    {
      name: 'requests that arrive together get their own answers',
      run: () =>
        serve(mount(well()), async ({ url }) => {
          const numbers = Array.from({ length: 30 }, (_, index) => index)
          const answers = await Promise.all(numbers.map((number) => ask(`${url}/?check=echo&x=${number}`)))
          deepEqual(
            answers.map(({ text }) => JSON.parse(text).echo.search),
            numbers.map((number) => `?check=echo&x=${number}`),
          )
        }),
    },
    {
      name: 'a client that goes away while a check runs aborts the signal of its request, and the server goes on',
      run: async () => {
        const signals: AbortSignal[] = []
        const slow = defineCheck('slow', ({ signal }) => {
          signals.push(signal)
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ slow: true })))
        })
        await serve(mount(createWatchman({ checks: [slow] })), async ({ url }) => {
          const socket = open(url, wire(`GET ${afterHost(url)}/`))
          await until(() => signals.length > 0, 'the check is asked')
          socket.destroy()
          await until(() => signals[0]?.aborted === true, 'the signal of the request aborts')
          equal((await ask(`${url}/ping`)).text, 'pong')
        })
      },
    },
    {
      name: 'a view that streams is sent as it comes, and told when the client goes away',
      run: async () => {
        const cancelled: string[] = []
        const events: View = {
          path: 'events',
          render: () => {
            const start = (controller: ReadableStreamDefaultController) =>
              controller.enqueue(new TextEncoder().encode('data: first\n\n'))
            const body = new ReadableStream({ start, cancel: () => void cancelled.push('cancelled') })
            return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
          },
        }
        await serve(mount(createWatchman({ views: [events] })), async ({ url }) => {
          const socket = open(url, wire(`GET ${afterHost(url)}/events`))
          const received: string[] = []
          socket.setEncoding('utf8').on('data', (text: string) => received.push(text))
          await until(() => received.join('').includes('data: first'), 'the first event arrives')
          match(received.join(''), /content-type: text\/event-stream/i)
          socket.destroy()
          await until(() => cancelled.length > 0, 'the stream is cancelled')
          equal((await ask(`${url}/ping`)).text, 'pong')
        })
      },
    },
    {
      name: 'a view whose stream breaks ends its connection, and the server goes on',
      run: async () => {
        const pull = async (controller: ReadableStreamDefaultController) => {
          await new Promise((resolve) => setTimeout(resolve, 20))
          controller.error(new Error('broken'))
        }
        const start = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(9))
        const source = { start, pull }
        const view: View = { path: 'broken', render: () => new Response(new ReadableStream(source)) }
        await serve(mount(createWatchman({ views: [view] })), async ({ url }) => {
          await talk(url, wire(`GET ${afterHost(url)}/broken`, CLOSE))
          equal((await ask(`${url}/ping`)).text, 'pong')
        })
      },
    },
    {
      name: 'a large answer arrives whole',
      run: async () => {
        const text = 'größer '.repeat(200_000)
        const view: View = { path: 'large', render: () => new Response(text) }
        await serve(mount(createWatchman({ views: [view] })), async ({ url }) => {
          equal((await ask(`${url}/large`)).text === text, true)
        })
      },
    },
  ]
}
