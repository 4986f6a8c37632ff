import {
  createWatchman,
  defineCheck,
  defineProbeCheck,
  type Host,
  type Plugin,
  WatchmanError,
} from '@watchman/core'
import { handleOf } from '@watchman/core/adapter'
import { ask, untyped } from '@watchman/test-helpers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { adapterRequest, bodyOf } from './adapter-request.ts'
import { pluginOf, viewPlugin } from './plugins.ts'
import { failing, hanging, healthy, switchable } from './probes.ts'
import { recordLog } from './record-log.ts'
import { sleep } from './sleep.ts'
import { thrownBy } from './thrown-by.ts'
import { failOnUnhandledErrors } from './unhandled-errors.ts'

failOnUnhandledErrors()
afterEach(() => {
  vi.useRealTimers()
})

const none = () => {}
const page = () => new Response('page')

describe('createWatchman refuses', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'plugins[1] must be a plugin, not null'],
    ['undefined', undefined, 'plugins[1] must be a plugin, not undefined'],
    ['a string', 'dashboard', 'plugins[1] must be a plugin, not a string'],
    ['a factory that was not called', none, 'plugins[1] must be a plugin, not a function'],
    ['an array of plugins', [pluginOf(none)], 'plugins[1] must be a plugin, not an array'],
    ['a plugin without a name', { setup: none }, 'plugins[1] has no name'],
    ['a plugin with an empty name', { name: '', setup: none }, 'plugins[1] has no name'],
    ['a plugin with a blank name', { name: ' ', setup: none }, 'plugins[1] has no name'],
    ['a plugin whose name is a number', { name: 5, setup: none }, 'plugins[1] has no name'],
    ['a plugin without setup', { name: 'own' }, 'plugin "own" has no function setup'],
    ['a plugin whose setup is null', { name: 'own', setup: null }, 'plugin "own" has no function setup'],
    ['a plugin whose setup is an object', { name: 'own', setup: {} }, 'plugin "own" has no function setup'],
  ])('%s', (_what, plugin, message) => {
    const error = thrownBy(() => createWatchman({ plugins: [pluginOf(none, 'first'), untyped(plugin)] }))
    expect([error.code, error.message]).toEqual(['INVALID_PLUGIN', `[watchman] ${message}`])
  })

  test('two plugins with the same name', () => {
    const plugins = [pluginOf(none, 'dashboard'), pluginOf(none, 'dashboard')]
    const { code, message } = thrownBy(() => createWatchman({ plugins }))
    expect([code, message]).toEqual(['DUPLICATE_NAME', '[watchman] two plugins have the name "dashboard"'])
  })

  test('an invalid plugin before it sets up any', () => {
    const setups: string[] = []
    const first = pluginOf(() => setups.push('first'), 'first')
    expect(thrownBy(() => createWatchman({ plugins: [first, untyped(null)] })).code).toBe('INVALID_PLUGIN')
    expect(setups).toEqual([])
  })
})

describe('the setup of a plugin', () => {
  test('is called once, with a host, in the order of the plugins and with their this', () => {
    const called: string[] = []
    class OwnPlugin implements Plugin {
      constructor(readonly name: string) {}
      setup(host: Host) {
        called.push(`${this.name} ${Object.keys(host).sort().join(' ')}`)
      }
    }
    createWatchman({ plugins: [new OwnPlugin('b'), new OwnPlugin('a')] })
    const members = 'onClose onResult select view warn wrapRuns'
    expect(called).toEqual([`b ${members}`, `a ${members}`])
  })

  test('that throws is an INVALID_PLUGIN with its message and cause', () => {
    const cause = new Error('no template')
    const plugin = pluginOf(() => {
      throw cause
    }, 'dashboard')
    const error = thrownBy(() => createWatchman({ plugins: [plugin] }))
    expect([error.code, error.message, error.cause]).toEqual([
      'INVALID_PLUGIN',
      '[watchman] setup of plugin "dashboard" failed: no template',
      cause,
    ])
  })

  test.each([
    ['undefined', undefined, 'failed with undefined'],
    ['an object that cannot be read', Object.create(null), 'unreadable error'],
  ])('that throws %s is an INVALID_PLUGIN, too', (_what, thrown, message) => {
    const plugin = pluginOf(() => {
      throw thrown
    })
    const error = thrownBy(() => createWatchman({ plugins: [plugin] }))
    expect([error.code, error.message]).toEqual([
      'INVALID_PLUGIN',
      `[watchman] setup of plugin "test" failed: ${message}`,
    ])
  })

  test('that throws a WatchmanError throws this very error', () => {
    const own = new WatchmanError('UNSUPPORTED_VERSION', 'prom-client 13 is too old')
    const plugin = pluginOf(() => {
      throw own
    })
    expect(thrownBy(() => createWatchman({ plugins: [plugin] }))).toBe(own)
  })

  test.each<[string, (host: Host) => unknown]>([
    ['a promise', async () => {}],
    ['a promise that rejects', () => Promise.reject(new Error('late'))],
    ['a promise that rejects later', async () => sleep(1).then(() => Promise.reject(new Error('late')))],
    ['a thenable', () => Object.fromEntries([['then', () => {}]])],
    ['an object', () => ({ close() {} })],
    ['a function', () => () => {}],
  ])('must not return %s', async (_what, setup) => {
    const plugin: Plugin = { name: 'own', setup: untyped(setup) }
    const { code, message } = thrownBy(() => createWatchman({ plugins: [plugin] }))
    expect([code, message]).toEqual([
      'INVALID_PLUGIN',
      '[watchman] setup of plugin "own" must be synchronous and return nothing',
    ])
    await sleep(5) // a rejection must not stay unhandled
  })

  test('may be an expression whose value is not an object', () => {
    const list: string[] = []
    for (const setup of [() => list.push('x'), () => 'done', () => true, () => undefined]) {
      expect(() => createWatchman({ plugins: [{ name: 'own', setup }] })).not.toThrow()
    }
  })

  test('that fails closes the plugins before it, and its own, but not those after it', async () => {
    const closed: string[] = []
    const closing = (name: string) => pluginOf((host) => host.onClose(() => void closed.push(name)), name)
    const broken = pluginOf((host) => {
      host.onClose(() => void closed.push('broken'))
      throw new Error('no template')
    }, 'broken')
    const plugins = [closing('first'), closing('second'), broken, closing('after')]
    expect(thrownBy(() => createWatchman({ plugins })).message).toContain('no template')
    await sleep(1)
    expect(closed).toEqual(['first', 'second', 'broken'])
  })

  test('that fails is the error, also where a plugin before it cannot be closed', async () => {
    const { messages, logger } = recordLog()
    const first = pluginOf((host) => host.onClose(() => Promise.reject(new Error('socket'))), 'first')
    const broken = pluginOf(() => {
      throw new Error('no template')
    }, 'broken')
    expect(thrownBy(() => createWatchman({ plugins: [first, broken], logger })).message).toContain(
      'no template',
    )
    await sleep(5)
    expect(messages()).toEqual(['[watchman] onClose of plugin "first" failed: socket'])
  })

  test('that fails leaves nothing running in the background', async () => {
    const { probe, state } = switchable()
    const asking = pluginOf((host) => void host.select().report(), 'asking')
    const broken = pluginOf(() => {
      throw new Error('no template')
    }, 'broken')
    const checks = [defineProbeCheck('email', probe, { interval: 5 })]
    thrownBy(() => createWatchman({ checks, plugins: [asking, broken] }))
    await sleep(5)
    const { runs } = state
    await sleep(60)
    expect(state.runs).toBe(runs)
  })
})

describe('host.view', () => {
  const registering = (path: unknown, render: unknown = page, options?: unknown) =>
    pluginOf((host) => host.view(untyped(path), untyped(render), untyped(options)), 'own')
  const right = "a path of letters, digits and ._~- below the mount, such as 'dashboard' or 'readyz/*'"

  test.each<[unknown, string]>([
    ['', 'view of plugin "own" expects a path, not an empty string'],
    [' ', 'view of plugin "own" expects a path, not a string'],
    [undefined, 'view of plugin "own" expects a path, not undefined'],
    [null, 'view of plugin "own" expects a path, not null'],
    [['dashboard'], 'view of plugin "own" expects a path, not an array'],
    ...[
      '/',
      '/dashboard',
      'dashboard/',
      'a//b',
      '..',
      '.',
      '../dashboard',
      'a/../b',
      'a/./b',
      'a/..',
      'dash board',
      'größe',
      'a%20b',
      'a?b',
      'a#b',
      'a\\b',
      'a\nb',
      'dashboard\n',
      '*',
      '/*',
      'a*',
      'a/*/b',
      'a/**',
      '*/*',
      '../*',
    ].map((path): [unknown, string] => [path, `view "${path}" of plugin "own" must be ${right}`]),
  ])('refuses the path %j', (path, message) => {
    const error = thrownBy(() => createWatchman({ plugins: [registering(path)] }))
    expect([error.code, error.message]).toEqual(['INVALID_PLUGIN', `[watchman] ${message}`])
  })

  test.each(['ping', 'bare', 'ping/*', 'bare/*', 'taken', 'taken/*'])(
    'refuses %s, which is taken',
    (path) => {
      const plugins = [viewPlugin('taken', page), registering(path)]
      const { code, message } = thrownBy(() => createWatchman({ plugins }))
      expect([code, message]).toEqual([
        'DUPLICATE_NAME',
        `[watchman] view "${path}" of plugin "own" has the path of another view`,
      ])
    },
  )

  test('refuses the same path twice in one plugin, with and without /*', () => {
    const plugin = pluginOf((host) => {
      host.view('readyz', page)
      host.view('readyz/*', page)
    })
    expect(thrownBy(() => createWatchman({ plugins: [plugin] })).code).toBe('DUPLICATE_NAME')
  })

  test.each([undefined, null, 'page', {}, new Response()])(
    'refuses %s in place of the function',
    (render) => {
      const plugin = pluginOf((host) => host.view('page', untyped(render)), 'own')
      const { code, message } = thrownBy(() => createWatchman({ plugins: [plugin] }))
      expect(code).toBe('INVALID_PLUGIN')
      expect(message).toContain('[watchman] view of plugin "own" expects a function, not ')
    },
  )

  test.each<[unknown, string]>([
    [{ open: 'yes' }, 'option open of view "page" of plugin "own" must be true or false, not a string'],
    [{ open: null }, 'option open of view "page" of plugin "own" must be true or false, not null'],
    [{ protected: true }, 'view "page" of plugin "own" has no option "protected": its options are open'],
    [null, 'options of view "page" of plugin "own" must be an object, not null'],
    [true, 'options of view "page" of plugin "own" must be an object, not true'],
  ])('refuses the options %j', (options, expected) => {
    const { code, message } = thrownBy(() =>
      createWatchman({ plugins: [registering('page', page, options)] }),
    )
    expect([code, message]).toEqual(['INVALID_OPTION', `[watchman] ${expected}`])
  })

  test.each(['dashboard', 'a/b/c', 'v1.0', '_x-y~z', 'PING', '__proto__', 'constructor', '...', 'a..b'])(
    'answers at %s, with and without a slash at the end',
    async (path) => {
      const watchman = createWatchman({ plugins: [viewPlugin(path, page)] })
      for (const sent of [`/${path}`, `/${path}/`, `/${path}?x=1`]) {
        expect((await ask(watchman, sent)).text).toBe('page')
      }
      expect((await ask(watchman, `/${path}/x`)).status).toBe(404)
      expect((await ask(watchman, `/${path}//`)).status).toBe(404)
    },
  )
})

describe('the host after setup', () => {
  /** The host that a plugin has kept. */
  function keptHost(): Host {
    const hosts: Host[] = []
    createWatchman({
      checks: [defineProbeCheck('email', healthy)],
      plugins: [pluginOf((host) => hosts.push(host), 'own')],
    })
    const [host] = hosts
    if (!host) throw new Error('setup was not called')
    return host
  }

  test.each<[string, (host: Host) => void]>([
    ['view', (host) => host.view('page', page)],
    ['onResult', (host) => host.onResult(none)],
    ['wrapRuns', (host) => host.wrapRuns((run) => run())],
    ['onClose', (host) => host.onClose(none)],
  ])('refuses %s', (method, use) => {
    const host = keptHost()
    const { code, message } = thrownBy(() => use(host))
    expect([code, message]).toEqual([
      'INVALID_PLUGIN',
      `[watchman] plugin "own" called ${method} after setup: call it in setup`,
    ])
  })

  test('still selects', async () => {
    expect(
      (
        await keptHost()
          .select({ check: ['email'] })
          .report()
      ).state,
    ).toBe('ok')
  })

  test('refuses also what a failed setup has left behind', async () => {
    const hosts: Host[] = []
    const plugin = pluginOf((host) => {
      hosts.push(host)
      throw new Error('no template')
    }, 'own')
    thrownBy(() => createWatchman({ plugins: [plugin] }))
    expect(() => hosts[0]?.onResult(none)).toThrow('after setup')
  })
})

describe('onResult, wrapRuns and onClose of a host', () => {
  test.each(['onResult', 'wrapRuns', 'onClose'] as const)('%s refuses anything but a function', (method) => {
    for (const [value, actual] of [
      [undefined, 'undefined'],
      [null, 'null'],
      ['log', 'a string'],
      [{}, 'an Object'],
      [Promise.resolve(none), 'a Promise'],
    ]) {
      const plugin = pluginOf((host) => host[method](untyped(value)), 'own')
      const error = thrownBy(() => createWatchman({ plugins: [plugin] }))
      expect([error.code, error.message]).toEqual([
        'INVALID_PLUGIN',
        `[watchman] ${method} of plugin "own" expects a function, not ${actual}`,
      ])
    }
  })
})

describe('host.select', () => {
  const checks = [
    defineProbeCheck('databases', { default: healthy, orders: failing }, { aliases: ['db'] }),
    defineCheck('queue', () => ({ queue: 1 })),
  ]
  const selecting = (selection: unknown) => pluginOf((host) => host.select(untyped(selection)), 'kubernetes')

  test.each([
    [{ check: ['chaces'] }, 'chaces'],
    [{ check: ['queue', 'databases.x'] }, 'databases.x'],
    [{ skip: ['chaces'] }, 'chaces'],
    [{ check: ['queue.default'] }, 'queue.default'],
    [{ check: ['Databases'] }, 'Databases'],
    [{ check: ['databases', ' queue'] }, ' queue'],
    [{ check: ['__proto__'] }, '__proto__'],
  ])('refuses %j, and names what there is', (selection, name) => {
    const { code, message } = thrownBy(() => createWatchman({ checks, plugins: [selecting(selection)] }))
    expect([code, message]).toEqual([
      'INVALID_OPTION',
      `[watchman] plugin "kubernetes" selects "${name}", which does not exist: ` +
        'there is databases, queue, databases.default, databases.orders',
    ])
  })

  test('refuses a name where there is no check', () => {
    const { message } = thrownBy(() => createWatchman({ plugins: [selecting({ check: ['email'] })] }))
    expect(message).toBe(
      '[watchman] plugin "kubernetes" selects "email", which does not exist: there is no check',
    )
  })

  test.each<[unknown, string]>([
    [null, 'options of select of plugin "kubernetes" must be an object, not null'],
    ['queue', 'options of select of plugin "kubernetes" must be an object, not a string'],
    [['queue'], 'options of select of plugin "kubernetes" must be an object, not an array'],
    [
      { check: 'queue' },
      'option check of select of plugin "kubernetes" must be an array of non-empty strings, not a string',
    ],
    [
      { check: null },
      'option check of select of plugin "kubernetes" must be an array of non-empty strings, not null',
    ],
    [
      { skip: [5] },
      'option skip of select of plugin "kubernetes" must be an array of non-empty strings, not an array',
    ],
    [
      { checks: ['queue'] },
      'select of plugin "kubernetes" has no option "checks": its options are check, skip',
    ],
  ])('refuses %j', (selection, expected) => {
    const { code, message } = thrownBy(() => createWatchman({ checks, plugins: [selecting(selection)] }))
    expect([code, message]).toEqual(['INVALID_OPTION', `[watchman] ${expected}`])
  })

  test('refuses the same of a watchman', () => {
    const { message } = thrownBy(() => createWatchman({ checks }).select({ check: ['chaces'] }))
    expect(message).toContain(
      '[watchman] watchman selects "chaces", which does not exist: there is databases, ',
    )
  })

  test('selects all targets without a selection, else checks, aliases and targets', async () => {
    const idsOf = async (selection?: Parameters<Host['select']>[0]) => {
      const ids: string[] = []
      const plugin = pluginOf((host) => {
        const group = host.select(selection)
        host.view('ids', async () => {
          ids.push(...(await group.report()).results.map(({ id }) => id))
          return new Response()
        })
      })
      await ask(createWatchman({ checks, plugins: [plugin] }), '/ids')
      return ids
    }
    const all = ['databases.default', 'databases.orders', 'queue']
    expect(await idsOf()).toEqual(all)
    expect(await idsOf({})).toEqual(all)
    expect(await idsOf({ check: undefined, skip: undefined })).toEqual(all)
    expect(await idsOf({ skip: [] })).toEqual(all)
    expect(await idsOf({ check: ['queue', 'db'] })).toEqual(all)
    expect(await idsOf({ check: ['db.orders'] })).toEqual(['databases.orders'])
    expect(await idsOf({ skip: ['databases.orders', 'queue'] })).toEqual(['databases.default'])
    expect(await idsOf({ check: [] })).toEqual([])
  })
})

describe('onClose', () => {
  test('is called once by close(), which waits for all of them at the same time', async () => {
    vi.useFakeTimers()
    const events: string[] = []
    const closing = (name: string, delay: number) =>
      pluginOf(
        (host) =>
          host.onClose(async () => {
            events.push(`${name} starts`)
            await sleep(delay)
            events.push(`${name} ends`)
          }),
        name,
      )
    const watchman = createWatchman({ plugins: [closing('slow', 100), closing('fast', 10)] })
    const closed = Promise.all([watchman.close(), watchman.close()]).then(() => events.push('closed'))
    await vi.advanceTimersByTimeAsync(100)
    await closed
    await watchman.close()
    expect(events).toEqual(['slow starts', 'fast starts', 'fast ends', 'slow ends', 'closed'])
  })

  test('that throws or rejects is logged, and neither stops the others nor fails close()', async () => {
    const { messages, logger } = recordLog()
    const closed: string[] = []
    const plugins = [
      pluginOf((host) => {
        host.onClose(() => {
          throw new Error('first')
        })
      }, 'throwing'),
      pluginOf((host) => host.onClose(() => Promise.reject(new Error('second'))), 'rejecting'),
      pluginOf((host) => host.onClose(() => void closed.push('third')), 'closing'),
    ]
    await createWatchman({ plugins, logger }).close()
    expect(closed).toEqual(['third'])
    expect(messages().sort()).toEqual([
      '[watchman] onClose of plugin "rejecting" failed: second',
      '[watchman] onClose of plugin "throwing" failed: first',
    ])
  })

  test('that hangs holds close() up for 5 seconds at most, and is logged', async () => {
    vi.useFakeTimers()
    const { messages, logger } = recordLog()
    const events: string[] = []
    const plugin = pluginOf((host) => host.onClose(() => new Promise<never>(() => {})), 'hanging')
    const closed = createWatchman({ plugins: [plugin], logger })
      .close()
      .then(() => events.push('closed'))
    await vi.advanceTimersByTimeAsync(4990)
    expect(events).toEqual([])
    await vi.advanceTimersByTimeAsync(20)
    await closed
    expect(messages()).toEqual(['[watchman] onClose of plugin "hanging" failed: timed out after 5000 ms'])
  })

  test('is called without arguments, so that it may be a method such as client.quit', async () => {
    const calls: unknown[][] = []
    const plugin = pluginOf((host) => host.onClose((...parameters: unknown[]) => void calls.push(parameters)))
    await createWatchman({ plugins: [plugin] }).close()
    expect(calls).toEqual([[]])
  })

  test('is called after the runs were aborted', async () => {
    const events: string[] = []
    const check = defineProbeCheck('email', (signal) => {
      signal.addEventListener('abort', () => events.push('aborted'))
      return new Promise(() => {})
    })
    const plugin = pluginOf((host) => host.onClose(() => void events.push('closed')))
    const watchman = createWatchman({ checks: [check], plugins: [plugin] })
    const report = watchman.report()
    await watchman.close()
    await report
    expect(events).toEqual(['aborted', 'closed'])
  })
})

describe('the context of a view', () => {
  test('has the request, its URL and the selected targets', async () => {
    const checks = ['databases', 'email', 'caches'].map((name) => defineProbeCheck(name, healthy))
    const text = viewPlugin('text', async ({ request, url, below, selected }) => {
      const { state, results } = await selected.report()
      return new Response(
        `${request.method} ${url.pathname} "${below}" ${state} ${results.map(({ id }) => id)}`,
      )
    })
    const watchman = createWatchman({ checks, plugins: [text], tokens: 'T' })
    expect((await ask(watchman, '/text')).status).toBe(403)
    expect((await ask(watchman, '/text?watchman-token=T&skip=email')).text).toBe(
      'GET /text "" ok databases,caches',
    )
  })

  test('has nothing beside', async () => {
    const members: string[] = []
    const view = viewPlugin('page', (context) => {
      members.push(...Object.keys(context))
      return new Response()
    })
    await ask(createWatchman({ plugins: [view] }), '/page')
    expect(members.sort()).toEqual(['authorized', 'below', 'request', 'selected', 'url'])
  })

  test.each([
    [{}, '/page?watchman-token=T&x=1', '?x=1'],
    [{}, '/page?watchman-token=T', ''],
    [{}, '/page?x=1&watchman-token=a&y=2&watchman-token=b', '?x=1&y=2'],
    [{ tokens: 'T' }, '/page?watchman-token=T', ''],
    [{ tokens: 'T', tokenName: 'key' }, '/page?key=T&watchman-token=x', '?watchman-token=x'],
    [{}, '/page?a=%20b+c&d', '?a=%20b+c&d'],
  ])('has a URL without the token (%j, %s)', async (options, path, search) => {
    const view = viewPlugin('page', ({ url }) => new Response(url.href))
    expect((await ask(createWatchman({ ...options, plugins: [view] }), path)).text).toBe(
      `http://status.test/page${search}`,
    )
  })

  test('shares its report with the request: the target runs once', async () => {
    const { probe, state } = switchable()
    const view = viewPlugin('page', async ({ selected }) => {
      const reports = [await selected.report(), await selected.report(), selected.snapshot()]
      return new Response(reports.map(({ state }) => state).join())
    })
    const watchman = createWatchman({ checks: [defineProbeCheck('email', probe)], plugins: [view] })
    expect((await ask(watchman, '/page')).text).toBe('ok,ok,ok')
    expect(state.runs).toBe(1)
  })

  test('has a report that the view cannot change for others', async () => {
    const check = defineCheck('own', () => ({ own: { ok: false, list: [{ size: 1 }] } }), { ttl: 60_000 })
    const editor = viewPlugin('editor', async ({ selected }) => {
      const report = await selected.report()
      const [result = {}] = report.results
      const edits: (() => unknown)[] = [
        () => Object.assign(report, { state: 'ok', body: {} }),
        () => Object.assign(report.results, []).splice(0),
        () => Object.assign(result, { state: 'ok' }),
        () => Object.assign(report.body, { own: { ok: true } }),
        () => Object.assign({ ...untyped(report.body.own) }.list, { length: 0 }),
      ]
      for (const edit of edits) expect(edit).toThrow(TypeError)
      return new Response()
    })
    const watchman = createWatchman({ checks: [check], plugins: [editor] })
    const before = await ask(watchman)
    expect((await ask(watchman, '/editor')).status).toBe(200)
    expect(await ask(watchman)).toMatchObject({ status: 500, text: before.text })
    expect(await watchman.report()).toMatchObject({
      state: 'failing',
      body: { own: { ok: false, list: [{ size: 1 }] } },
    })
  })

  test('needs no this', async () => {
    const view = viewPlugin('page', async ({ selected: { report, snapshot }, authorized }) => {
      await report()
      return new Response(`${snapshot().state} ${await authorized()}`)
    })
    const checks = [defineProbeCheck('email', healthy)]
    expect((await ask(createWatchman({ checks, plugins: [view] }), '/page')).text).toBe('ok true')
  })
})

describe('a view that answers below its path', () => {
  const below = viewPlugin('readyz/*', (context) => new Response(`below "${context.below}"`))
  const handle = handleOf(createWatchman({ plugins: [below, viewPlugin('readyz/own', page)] }), 'test')

  test.each([
    ['/readyz', ''],
    ['/readyz/', ''],
    ['/readyz/databases', 'databases'],
    ['/readyz/databases/', 'databases'],
    ['/readyz/databases/default', 'databases/default'],
    ['/readyz/databases.default', 'databases.default'],
    ['/readyz/a/b/c/d?x=/y', 'a/b/c/d'],
    ['/readyz/v1.0_x-y~z', 'v1.0_x-y~z'],
    ['/readyz/...', '...'],
  ])('answers at %s with what is below', async (target, expected) => {
    expect(await bodyOf(await handle(adapterRequest(target)))).toBe(`below "${expected}"`)
  })

  test.each([
    '/readyz//',
    '/readyz//databases',
    '/readyz/a//b',
    '/readyz/a//',
    '/readyz/.',
    '/readyz/..',
    '/readyz/../x',
    '/readyz/a/../b',
    '/readyz/a/./b',
    '/readyz/%2e%2e',
    '/readyz/%2e%2e/x',
    '/readyz/data%62ases',
    '/readyz/a%2fb',
    '/readyz/a\\b',
    '/readyz/a;b',
    '/readyz/größe',
    '/readyz/a b',
    '/readyz/a\n',
    '/readyz2',
    '/readyz2/x',
    '/x/readyz/y',
    '//readyz/x',
  ])('answers 404 at %j', async (target) => {
    expect((await handle(adapterRequest(target))).status).toBe(404)
  })

  test('leaves a path below it to the view that is registered there', async () => {
    expect(await bodyOf(await handle(adapterRequest('/readyz/own')))).toBe('page')
    expect(await bodyOf(await handle(adapterRequest('/readyz/own/x')))).toBe('below "own/x"')
  })

  test('is protected below its path, too', async () => {
    const watchman = createWatchman({ plugins: [below], tokens: 'T' })
    expect((await ask(watchman, '/readyz/databases')).status).toBe(403)
    expect((await ask(watchman, '/readyz/databases?watchman-token=T')).status).toBe(200)
  })
})

describe('authorized() in a view', () => {
  const open = viewPlugin('open', async ({ authorized }) => new Response(`${await authorized()}`), {
    open: true,
  })
  const closed = viewPlugin('closed', async ({ authorized }) => new Response(`${await authorized()}`))
  const plugins = [open, closed]

  test('is true for everybody without tokens', async () => {
    const watchman = createWatchman({ plugins })
    expect((await ask(watchman, '/open')).text).toBe('true')
    expect((await ask(watchman, '/closed')).text).toBe('true')
  })

  test('says in an open view whether the request has a token', async () => {
    const watchman = createWatchman({ plugins, tokens: ['T', 'U'] })
    expect((await ask(watchman, '/open')).text).toBe('false')
    expect((await ask(watchman, '/open?watchman-token=x')).text).toBe('false')
    expect((await ask(watchman, '/open?watchman-token=U')).text).toBe('true')
    expect((await ask(watchman, '/open', { headers: { authorization: 'Bearer T' } })).text).toBe('true')
    expect((await ask(watchman, '/closed?watchman-token=T')).text).toBe('true')
  })

  test.each<[string, () => boolean | Response | Promise<boolean | Response>, string]>([
    ['true', () => true, 'true'],
    ['a promise of true', async () => true, 'true'],
    ['false', () => false, 'false'],
    ['a Response', () => Response.redirect('http://status.test/login'), 'false'],
    ['1', () => untyped(1), 'false'],
  ])('follows authorize in an open view: %s', async (_what, authorize, expected) => {
    const watchman = createWatchman({ plugins, authorize, tokens: 'T' })
    expect((await ask(watchman, '/open?watchman-token=T')).text).toBe(expected)
  })

  test('asks authorize once a request, and not before it is called', async () => {
    const asked: string[] = []
    const authorize = ({ url }: Request) => asked.push(url) > 0
    const twice = viewPlugin(
      'twice',
      async ({ authorized }) => new Response(`${await authorized()} ${await authorized()}`),
      { open: true },
    )
    const never = viewPlugin('never', page, { open: true })
    const watchman = createWatchman({ plugins: [twice, never], authorize })
    await ask(watchman, '/never')
    expect(asked).toEqual([])
    expect((await ask(watchman, '/twice')).text).toBe('true true')
    expect(asked).toEqual(['http://status.test/twice'])
  })

  test('is always true in a view that is not open, without asking again', async () => {
    const tickets = ['one ticket, valid once']
    const authorize = () => tickets.pop() !== undefined
    expect(await ask(createWatchman({ plugins, authorize }), '/closed')).toMatchObject({
      status: 200,
      text: 'true',
    })
  })

  test('rejects where authorize throws: a 500, unless the view handles it', async () => {
    const authorize = () => Promise.reject(new Error('session store'))
    const handling = viewPlugin(
      'handling',
      async ({ authorized }) => new Response(`${await authorized().catch(() => 'unknown')}`),
      { open: true },
    )
    const watchman = createWatchman({ plugins: [open, handling], authorize })
    expect((await ask(watchman, '/open')).status).toBe(500)
    expect((await ask(watchman, '/handling')).text).toBe('unknown')
  })
})

describe('an open view', () => {
  test('answers without a token, and a view is not open by default', async () => {
    const plugins = [
      viewPlugin('open', page, { open: true }),
      viewPlugin('closed', page),
      viewPlugin('explicit', page, { open: false }),
      viewPlugin('undefined', page, { open: undefined }),
    ]
    const watchman = createWatchman({ plugins, tokens: 'T' })
    const statuses = await Promise.all(
      ['/open', '/closed', '/explicit', '/undefined'].map(async (path) => (await ask(watchman, path)).status),
    )
    expect(statuses).toEqual([200, 403, 403, 403])
  })
})

describe('a view that', () => {
  const fail = () => {
    throw new Error('secret detail')
  }

  test.each<[string, () => unknown]>([
    ['throws', fail],
    ['rejects', async () => fail()],
    ['rejects with undefined', () => Promise.reject(undefined)],
    ['returns nothing', () => undefined],
    ['returns null', () => null],
    ['returns a string', () => 'page'],
    ['returns an object like a Response', () => ({ status: 200, headers: new Headers(), body: null })],
    ['returns Response.error()', () => Response.error()],
    [
      'returns a Response whose body has been read',
      async () => {
        const response = new Response('page')
        await response.text()
        return response
      },
    ],
  ])('%s is answered by a JSON 500 without details, and logged', async (_what, render) => {
    const { lines, logger } = recordLog()
    const plugin = viewPlugin('own', untyped(render), { open: true })
    const watchman = createWatchman({ plugins: [plugin], logger })
    for (const _ of [1, 2]) {
      const { status, body, headers } = await ask(watchman, '/own')
      expect([status, body]).toEqual([500, { error: 500, message: 'Internal error' }])
      expect(headers.get('cache-control')).toBe('no-store')
    }
    expect(lines.map(({ level, message }) => [level, message.split(':')[0]])).toEqual([
      ['error', '[watchman] view "own" failed'],
    ])
  })

  test('works again after it threw is logged as such, and answers', async () => {
    const { messages, logger } = recordLog()
    const renders = [fail, page]
    const plugin = viewPlugin('own', () => renders.shift()?.() ?? page())
    const watchman = createWatchman({ plugins: [plugin], logger })
    expect([(await ask(watchman, '/own')).status, (await ask(watchman, '/own')).text]).toEqual([500, 'page'])
    expect(messages()).toEqual([
      '[watchman] view "own" failed: secret detail',
      '[watchman] view "own" works again',
    ])
  })

  test('hangs is answered by a 500 a second after the deadline at the latest, and the next one afresh', async () => {
    vi.useFakeTimers()
    const { messages, logger } = recordLog()
    const renders = [() => new Promise<Response>(() => {}), page]
    const plugin = viewPlugin('own', () => renders.shift()?.() ?? page())
    const watchman = createWatchman({ plugins: [plugin], deadline: 50, logger })
    const answers: number[] = []
    const answer = ask(watchman, '/own').then(({ status }) => answers.push(status))
    await vi.advanceTimersByTimeAsync(40)
    expect(answers).toEqual([])
    await vi.advanceTimersByTimeAsync(1020)
    await answer
    expect(answers).toEqual([500])
    expect(messages()[0]).toMatch(/^\[watchman\] view "own" failed: no response after \d+ ms$/)
    expect((await ask(watchman, '/own')).text).toBe('page')
  })

  test('hangs is answered a second after the longest timeout where there is no deadline', async () => {
    vi.useFakeTimers()
    const plugin = viewPlugin('own', () => new Promise<Response>(() => {}))
    const targets = { a: { probe: healthy, timeout: 7000 }, b: healthy }
    const checks = [defineProbeCheck('databases', targets), defineCheck('own', () => ({}), { timeout: 2000 })]
    const watchman = createWatchman({ checks, plugins: [plugin] })
    const answers: number[] = []
    const answer = ask(watchman, '/own').then(({ status }) => answers.push(status))
    await vi.advanceTimersByTimeAsync(7990)
    expect(answers).toEqual([])
    await vi.advanceTimersByTimeAsync(20)
    await answer
    expect(answers).toEqual([500])
  })

  test('waits for the report of a hung target still answers at the deadline of the report', async () => {
    const plugin = viewPlugin('own', async ({ selected }) => new Response((await selected.report()).state))
    const checks = [defineProbeCheck('email', hanging().probe)]
    const watchman = createWatchman({ checks, plugins: [plugin], deadline: 50 })
    expect(await ask(watchman, '/own')).toMatchObject({ status: 200, text: 'pending' })
    await watchman.close()
  })

  test('sets headers itself keeps them, and gets those that it lacks', async () => {
    const headers = { 'Cache-Control': 'max-age=5', 'X-Own': '1' }
    const plugin = viewPlugin('own', () => new Response('page', { status: 418, headers }))
    const { status, headers: sent } = await ask(
      createWatchman({ plugins: [plugin], exposeVersion: true }),
      '/own',
    )
    expect(status).toBe(418)
    expect([sent.get('cache-control'), sent.get('x-own'), sent.get('referrer-policy')]).toEqual([
      'max-age=5',
      '1',
      'no-referrer',
    ])
    expect(sent.get('x-watchman-version')).not.toBeNull()
  })

  test('returns a redirect, whose headers cannot be changed, is sent as it is', async () => {
    const plugin = viewPlugin('own', () => Response.redirect('http://status.test/login'))
    const { status, headers } = await ask(createWatchman({ plugins: [plugin] }), '/own')
    expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([
      302,
      'http://status.test/login',
      'no-store',
    ])
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('is asked by %s does not render', async (method) => {
    const plugin = viewPlugin('own', () => expect.unreachable('the view renders'), { open: true })
    expect((await ask(createWatchman({ plugins: [plugin] }), '/own', { method })).status).toBe(405)
  })
})

describe('HEAD', () => {
  test('has the headers of GET, and ends what a view is still writing', async () => {
    const ended: string[] = []
    const stream = () => new ReadableStream({ cancel: () => void ended.push('stream') })
    const streaming = viewPlugin('stream', () => new Response(stream(), { headers: { 'X-Own': '1' } }))
    const { status, text, headers } = await ask(createWatchman({ plugins: [streaming] }), '/stream', {
      method: 'HEAD',
    })
    expect([status, text, headers.get('x-own')]).toEqual([200, '', '1'])
    expect(ended).toEqual(['stream'])
  })

  test('has no body where a view throws', async () => {
    const throwing = viewPlugin('throw', () => Promise.reject(new Error('template')))
    const watchman = createWatchman({ plugins: [throwing] })
    expect(await ask(watchman, '/throw', { method: 'HEAD' })).toMatchObject({ status: 500, text: '' })
  })
})

describe('a warning of a plugin', () => {
  test('is logged with its name, without secrets', () => {
    const { lines, messages, logger } = recordLog()
    const plugin = pluginOf((host) => host.warn('cannot reach redis://:hunter2@cache'), 'alerts')
    createWatchman({ plugins: [plugin], logger })
    expect(lines.map(({ level }) => level)).toEqual(['warn'])
    expect(messages()).toEqual(['[watchman] plugin "alerts": cannot reach redis://***@cache'])
  })

  test('needs a message, and comes from setup', () => {
    const withMessage = (message: unknown) => () =>
      createWatchman({ plugins: [pluginOf((host) => host.warn(untyped(message)), 'alerts')] })
    expect(withMessage(undefined)).toThrow('[watchman] warn of plugin "alerts" expects a message')
    let later = () => {}
    const late = pluginOf((host) => {
      later = () => host.warn('x')
    }, 'alerts')
    createWatchman({ plugins: [late] })
    expect(later).toThrow('[watchman] plugin "alerts" called warn after setup: call it in setup')
  })
})
