import { createWatchman } from '@watchman/core'
import { describe, expect, test } from 'vitest'
import { fastifyHandler } from '../src/index.ts'
import { closing, inject } from './inject.ts'
import { versions } from './versions.ts'

const prefix = '/watchman'
const plugin = fastifyHandler(createWatchman())
const notFound = [404, '{"error":404,"message":"Not found"}']
const badUrl = [400, expect.stringContaining('is not a valid url component')]

describe.each(versions)('the routes of an app of %s', (_version, create) => {
  test('may include a catch-all route', async () => {
    const app = closing(create())
    app.all('/*', async () => 'of the app')
    app.register(plugin, { prefix })
    expect(await inject(app, '/watchmanx')).toEqual([200, 'of the app'])
    expect(await inject(app, '/watchmanx/%')).toEqual(badUrl)
    expect(await inject(app, '/watchman/%')).toEqual(notFound)
    expect(await inject(app, '/watchman/ping')).toEqual([200, 'pong'])
  })

  test('keep their constraints, added before or after the endpoint', async () => {
    const app = closing(create())
    app.addConstraintStrategy({
      name: 'tenant',
      storage: () => {
        const handlers = new Map()
        return { get: (key) => handlers.get(key) ?? null, set: (key, value) => void handlers.set(key, value) }
      },
      deriveConstraint: ({ headers }) => headers['x-tenant'],
      mustMatchWhenDerived: true,
    })
    app.get('/', { constraints: { version: '1.0.0' } }, async () => 'version')
    app.get('/both', { constraints: { host: 'a.test', version: '2.0.0' } }, async () => 'both')
    app.register(plugin, { prefix })
    app.get('/own', { constraints: { tenant: 'acme' } }, async () => 'acme')
    app.get('/host', { constraints: { host: 'a.test' } }, async () => 'a')
    app.get('/host', async () => 'any')
    const ask = async (url: string, headers = {}) => {
      const { statusCode, body } = await app.inject({ url, headers })
      return statusCode === 200 ? body : statusCode
    }
    expect([await ask('/', { 'accept-version': '1.x' }), await ask('/')]).toEqual(['version', 404])
    expect(await ask('/both', { host: 'a.test', 'accept-version': '2.x' })).toBe('both')
    expect([await ask('/own', { 'x-tenant': 'acme' }), await ask('/own')]).toEqual(['acme', 404])
    expect([await ask('/host', { host: 'a.test' }), await ask('/host')]).toEqual(['a', 'any'])
    expect([await ask('/host', { 'x-tenant': 'acme' }), await ask('/watchman/ping')]).toEqual([404, 'pong'])
    expect(await ask('/%')).toBe(400)
    expect(await inject(app, '/watchman/%')).toEqual(notFound)
  })

  test('are printed, and refused where they are declared twice', async () => {
    const app = closing(create()).register(plugin, { prefix })
    await app.ready()
    const printed = app.printRoutes()
    expect(printed).toContain('watchman')
    expect(printed).not.toContain('constraints')
    for (const path of ['/watchman', '/watchman/']) {
      const twice = closing(create())
        .register(plugin, { prefix: '/watchman' })
        .register(plugin, { prefix: path })
      await expect(twice.ready()).rejects.toThrow(/already declared/)
      const taken = closing(create()).register(plugin, { prefix })
      taken.get(path, async () => 'own')
      await expect(taken.ready()).rejects.toThrow(/already declared/)
    }
  })

  test('cannot be added once the app is ready', async () => {
    const app = closing(create())
    await app.ready()
    expect(() => app.register(plugin, { prefix })).toThrow(/already/)
  })
})
