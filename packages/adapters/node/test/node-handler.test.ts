import { once } from 'node:events'
import { createServer, request as requestHttp, ServerResponse } from 'node:http'
import { createWatchman, defineCheck, type ViewFunction, WatchmanError } from '@watchman/core'
import { askServer, untyped } from '@watchman/test-helpers'
import { listen, type MountedServer } from '@watchman/testing'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { nodeHandler } from '../src/index.ts'
import { ownView } from './own-view.ts'

const servers: MountedServer[] = []
afterEach(() => Promise.all(servers.splice(0).map(({ close }) => close())))

async function serve(listener: Parameters<typeof createServer>[1], path?: string): Promise<string> {
  const server = await listen(createServer(listener), path)
  servers.push(server)
  return server.url
}

const INTERNAL_ERROR = '{"error":500,"message":"Internal error"}'

describe('a prefix', () => {
  test('is the only option', () => {
    const misspelled: object = { prefx: '/watchman' }
    expect(() => nodeHandler(createWatchman(), misspelled)).toThrow(
      new WatchmanError('INVALID_OPTION', 'nodeHandler has no option "prefx": its options are prefix'),
    )
  })

  test.each([undefined, '/', '/a', '/a/', '/a/b.c-d/%20'])('%s is accepted', (prefix) => {
    expect(nodeHandler(createWatchman(), { prefix })).toBeTypeOf('function')
  })

  test.each(['', 'a', 'http://a/b', '/a?b', '/a#b', '/a/../b', '/größe', '/a b'])(
    '%s is refused',
    (prefix) => {
      expect(() => nodeHandler(createWatchman(), { prefix })).toThrow(
        new WatchmanError(
          'INVALID_OPTION',
          `option prefix of nodeHandler must be a path as URLs contain it, such as '/watchman', not ${prefix === '' ? 'an empty string' : 'a string'}`,
        ),
      )
    },
  )

  test('without a next, other paths are a JSON 404, also for a single view', async () => {
    for (const endpoint of [createWatchman(), createWatchman().ping]) {
      const url = await serve(nodeHandler(endpoint, { prefix: '/watchman/' }))
      expect(await askServer(`${url}/watchman/ping`)).toMatchObject({ status: 200, text: 'pong' })
      for (const path of [
        '/',
        '/ping',
        '/watchmanx',
        '/Watchman/ping',
        '/x/watchman/ping',
        '/watchman/../ping',
      ]) {
        const { status, text, headers } = await askServer(url + path)
        expect([path, status, text]).toEqual([path, 404, '{"error":404,"message":"Not found"}'])
        expect(headers.get('cache-control')).toBe('no-store')
      }
    }
  })

  test('passes on what next throws', () => {
    const handler = nodeHandler(createWatchman(), { prefix: '/watchman' })
    const throws = () => {
      throw new Error('own')
    }
    expect(() => handler(untyped({ url: '/' }), untyped({}), throws)).toThrow('own')
  })
})

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [{}, 'an Object'],
  ['watchman', 'a string'],
  [{ fetch: () => {} }, 'an Object'],
  [() => new Response('own'), 'a function'],
])('%s is refused as an endpoint', (endpoint, type) => {
  const handler: (endpoint: never) => unknown = nodeHandler
  expect(() => Reflect.apply(handler, undefined, [endpoint])).toThrow(
    new WatchmanError(
      'INVALID_OPTION',
      `nodeHandler expects a watchman or one of its functions such as watchman.bare, not ${type}`,
    ),
  )
})

describe('a view that', () => {
  const responses: readonly (readonly [name: string, view: ViewFunction])[] = [
    ['rejects', () => Promise.reject(new Error('secret'))],
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['answers nothing', async () => untyped(undefined)],
    ['answers an error', async () => Response.error()],
    ['sets a header that cannot be sent', async () => new Response('x', { headers: { 'x-own': '\x01' } })],
    [
      'has a body that breaks at once',
      async () => new Response(new ReadableStream({ start: (c) => c.error(new Error('secret')) })),
    ],
    [
      'has a body that was read',
      async () => {
        const response = new Response('x')
        await response.text()
        return response
      },
    ],
  ]

  test.each(responses)('%s is a JSON 500', async (_name, view) => {
    const { status, text, headers } = await askServer(`${await serve(nodeHandler(ownView(view)))}/own`)
    expect([status, text, headers.get('cache-control')]).toEqual([500, INTERNAL_ERROR, 'no-store'])
  })

  test('sets connection headers has them ignored', async () => {
    const headers = {
      Connection: 'upgrade',
      'Content-Length': '999',
      'Transfer-Encoding': 'gzip',
      'X-Own': 'yes',
    }
    const url = await serve(nodeHandler(ownView(() => new Response('text', { headers }))))
    const answer = await askServer(`${url}/own`)
    expect([answer.status, answer.text, answer.headers.get('x-own')]).toEqual([200, 'text', 'yes'])
    expect(answer.headers.get('content-length')).toBe('4')
  })

  test('streams is not read for HEAD', async () => {
    const cancelled: unknown[] = []
    const body = () => new ReadableStream({ cancel: (reason) => void cancelled.push(reason) })
    const url = await serve(nodeHandler(ownView(() => new Response(body()))))
    expect(await askServer(`${url}/own`, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(cancelled).toEqual([undefined])
  })
})

describe('a text answer', () => {
  test.each(['/', '/ping', '/bare', '/nowhere'])('at %s has a content-length, for HEAD too', async (path) => {
    const handler = nodeHandler(createWatchman({ checks: [defineCheck('own', () => ({ ü: 'ö' }))] }))
    const url = await serve(handler)
    const { text, headers } = await askServer(url + path)
    expect(headers.get('content-length')).toBe(`${Buffer.byteLength(text)}`)
    expect(headers.get('transfer-encoding')).toBeNull()
    const head = await askServer(url + path, { method: 'HEAD' })
    expect([head.text, head.headers.get('content-length')]).toEqual(['', headers.get('content-length')])
  })

  test('has no body for HEAD where the server refuses one', async () => {
    const strict = createServer({ rejectNonStandardBodyWrites: true }, nodeHandler(createWatchman()))
    const server = await listen(strict)
    servers.push(server)
    expect((await askServer(`${server.url}/ping`, { method: 'HEAD' })).status).toBe(200)
  })
})

describe('middleware in front', () => {
  test('keeps its headers and cookies', async () => {
    const authorize = () =>
      new Response('no', { status: 401, headers: { 'Set-Cookie': 'b=2', 'X-Own': 'ours' } })
    const handler = nodeHandler(createWatchman({ authorize }))
    const url = await serve((incoming, outgoing) => {
      outgoing.setHeader('Set-Cookie', 'a=1')
      outgoing.setHeader('X-Own', 'theirs')
      outgoing.setHeader('X-Front', 'yes')
      handler(incoming, outgoing)
    })
    const { headers } = await askServer(url)
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect([headers.get('x-own'), headers.get('x-front')]).toEqual(['ours', 'yes'])
  })

  test('may answer while a check runs', async () => {
    const handler = nodeHandler(createWatchman({ checks: [slow] }))
    const url = await serve((incoming, outgoing) => {
      handler(incoming, outgoing)
      outgoing.writeHead(503).write('bu')
      setTimeout(() => outgoing.end('sy'), 100)
    })
    expect(await askServer(url)).toMatchObject({ status: 503, text: 'busy' })
  })

  test('that throws when the answer is sent ends the connection, not the process', async () => {
    const handler = nodeHandler(createWatchman())
    const url = await serve((incoming, outgoing) => {
      outgoing.setHeader = () => {
        throw new Error('not now')
      }
      handler(incoming, outgoing)
    })
    await expect(fetch(`${url}/ping`)).rejects.toThrow('fetch failed')
  })

  test('that replaces a method of the response sees what it would see of any answer', async () => {
    const handler = nodeHandler(createWatchman())
    const seen: unknown[] = []
    const patches = {
      writeHead: (outgoing: ServerResponse) => {
        const { writeHead } = outgoing
        outgoing.writeHead = (status: number) => {
          seen.push(['writeHead', status, outgoing.getHeader('cache-control')])
          return writeHead.call(outgoing, status)
        }
      },
      setHeader: (outgoing: ServerResponse) => {
        const { setHeader } = outgoing
        outgoing.setHeader = (name: string, value: string) => {
          seen.push(['setHeader', name, value])
          return setHeader.call(outgoing, name, value)
        }
      },
      end: (outgoing: ServerResponse) => {
        const { end } = outgoing
        outgoing.end = (...parameters: readonly unknown[]) => {
          outgoing.setHeader('X-Late', 'yes')
          return Reflect.apply(end, outgoing, parameters)
        }
      },
    }
    const url = await serve((incoming, outgoing) => {
      const [patch] = Object.entries(patches).filter(([name]) => incoming.headers['x-patch'] === name)
      patch?.[1](outgoing)
      handler(incoming, outgoing)
    })
    const patched = (name: string) => fetch(`${url}/ping`, { headers: { 'X-Patch': name } })
    expect(await (await patched('writeHead')).text()).toBe('pong')
    expect(await (await patched('setHeader')).text()).toBe('pong')
    expect((await patched('end')).headers.get('x-late')).toBe('yes')
    expect(seen).toContainEqual(['writeHead', 200, 'no-store'])
    expect(seen).toContainEqual(['setHeader', 'cache-control', 'no-store'])
  })

  test('that makes the request unreadable gets a JSON 500', async () => {
    const handler = nodeHandler(createWatchman())
    const url = await serve((incoming, outgoing) => {
      const { method } = incoming
      const configurable = true // Node itself reads it afterwards
      const get = () => {
        throw new Error('not now')
      }
      Object.defineProperty(incoming, 'method', { configurable, get })
      handler(incoming, outgoing)
      Object.defineProperty(incoming, 'method', { configurable, value: method })
    })
    for (const method of ['GET', 'HEAD']) {
      const { status, text } = await askServer(`${url}/ping`, { method })
      expect([status, text]).toEqual([500, method === 'GET' ? INTERNAL_ERROR : ''])
    }
  })

  async function slow() {
    await new Promise((resolve) => setTimeout(resolve, 20))
    return { slow: true }
  }
})

test('a library that replaces a method of every response sees what it would see of any answer', async () => {
  const setHeader = vi.spyOn(ServerResponse.prototype, 'setHeader')
  onTestFinished(() => setHeader.mockRestore())
  const url = await serve(nodeHandler(createWatchman()))
  expect((await askServer(`${url}/ping`)).text).toBe('pong')
  expect(setHeader.mock.calls).toContainEqual(['cache-control', 'no-store'])
})

test('an answer that is available at once has a length, any other is sent in chunks', async () => {
  const whole = await askServer(`${await serve(nodeHandler(ownView(() => new Response('größe'))))}/own`)
  expect([whole.text, whole.headers.get('content-length')]).toEqual(['größe', '7'])
  const body = () =>
    new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode('first '))
        await new Promise((resolve) => setTimeout(resolve, 20))
        controller.enqueue(new TextEncoder().encode('second'))
        controller.close()
      },
    })
  const parts = await askServer(`${await serve(nodeHandler(ownView(() => new Response(body()))))}/own`)
  expect([parts.text, parts.headers.get('content-length')]).toEqual(['first second', null])
})

test('a stream is read no faster than the client reads', async () => {
  const pulled: number[] = []
  const pull = (controller: ReadableStreamDefaultController) => {
    pulled.push(1)
    controller.enqueue(new Uint8Array(100_000))
  }
  const url = await serve(nodeHandler(ownView(() => new Response(new ReadableStream({ pull })))))
  await new Promise<void>((resolve) => {
    const asked = requestHttp(`${url}/own`, (response) => {
      response.pause()
      setTimeout(() => {
        asked.destroy()
        resolve()
      }, 300)
    }).end()
    asked.on('error', () => {})
  })
  expect(pulled.length).toBeLessThan(300) // 30 MB: what the sockets of a system hold is less
})

test('the signal of a client that has disconnected is aborted at once, and its stream is cancelled', async () => {
  const seen: unknown[] = []
  const url = await serve((incoming, outgoing) => {
    const view: ViewFunction = async ({ request }) => {
      outgoing.destroy()
      await once(outgoing, 'close')
      seen.push(request.signal.aborted)
      return new Response(new ReadableStream({ cancel: () => void seen.push('cancelled'), pull }))
    }
    nodeHandler(ownView(view))(incoming, outgoing)
  })
  const pull = (controller: ReadableStreamDefaultController) => {
    if (controller.desiredSize === 1) controller.enqueue(new Uint8Array(1))
    return new Promise<void>((resolve) => setTimeout(resolve, 10))
  }
  await expect(fetch(`${url}/own`)).rejects.toThrow('fetch failed')
  await expect.poll(() => seen).toEqual([true, 'cancelled'])
})

test('the host of each request is its own', async () => {
  const url = await serve(nodeHandler(ownView(({ url }) => new Response(url.host))))
  const { port } = new URL(url)
  const hosts = ['a.test', 'b.test', 'a.test']
  const answers = hosts.map(
    (host) =>
      new Promise((resolve) => {
        requestHttp({ port, path: '/own', headers: { host } }, async (response) => {
          for await (const text of response.setEncoding('utf8')) resolve(text)
        }).end()
      }),
  )
  expect(await Promise.all(answers)).toEqual(hosts)
})
