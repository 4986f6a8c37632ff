/** A program of a framework that shuts down as the documentation shows. */
export interface ShutdownProgram {
  readonly name: string
  /** JavaScript, an ES module. */
  readonly code: string
  /** How the process ends after SIGTERM: its exit code, or the signal. */
  readonly end: number | 'SIGTERM'
}

const PRELUDE = `
import { setTimeout as sleep } from 'node:timers/promises'
import { createWatchman, defineCheck } from '@watchman/core'
const { PORT = '0', DELAY = '500', SLOW = '1000' } = process.env
const at = { port: Number(PORT), host: '127.0.0.1' }
const delay = Number(DELAY)
const slow = async () => { await sleep(Number(SLOW)); return 'done' }
const report = (server) => console.log('port', server.address().port)
const checks = [defineCheck('app', () => ({ app: { ok: true } }))]
`

const WITH_NODE = `
import { gracefulShutdown } from '@watchman/node'
const watchman = createWatchman({ checks })
const shutDown = (servers, onShutdown = () => console.log('clients', 'closed')) =>
  gracefulShutdown({ watchman, servers, delay, onShutdown, logger: console })
`

const express = `
import express from 'express'
import { expressHandler } from '@watchman/express'
const app = express()
app.use('/watchman', expressHandler(watchman))
app.get('/slow', async (_request, response) => void response.send(await slow()))
app.all('/', (_request, response) => void response.send('done'))
const server = app.listen(at.port, at.host, () => report(server))
shutDown(server)
`

const koa = `
import Koa from 'koa'
import { koaHandler } from '@watchman/koa'
const app = new Koa().use(koaHandler(watchman, { prefix: '/watchman' })).use(async (context) => {
  context.body = context.path === '/slow' ? await slow() : 'done'
})
const server = app.listen(at.port, at.host, () => report(server))
shutDown(server)
`

const hono = `
import { serve } from '@hono/node-server'
import { honoHandler } from '@watchman/hono'
import { Hono } from 'hono'
const app = new Hono().route('/watchman', honoHandler(watchman))
app.get('/slow', async (context) => context.text(await slow()))
app.all('/', (context) => context.text('done'))
const server = serve({ fetch: app.fetch, hostname: at.host, port: at.port }, () => report(server))
shutDown(server)
`

const fastify = `
import { fastifyHandler } from '@watchman/fastify'
import fastify from 'fastify'
const app = fastify()
app.addHook('onClose', async () => console.log('clients', 'closed'))
app.register(fastifyHandler(watchman), { prefix: '/watchman' })
app.get('/slow', slow)
app.all('/', async () => 'done')
shutDown(app.server, () => app.close())
await app.listen(at)
report(app.server)
`

const nest = `
import 'reflect-metadata'
import { All, Controller, Get } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { WatchmanModule } from '@watchman/nest'
class Pages { root() { return 'done' } slow() { return slow() } }
const route = (decorate, name) => decorate(Pages.prototype, name, Object.getOwnPropertyDescriptor(Pages.prototype, name))
route(All('/'), 'root')
route(Get('slow'), 'slow')
Controller()(Pages)
const client = { onApplicationShutdown: () => console.log('clients', 'closed') }
class App {}
const imports = [WatchmanModule.forRoot({ checks, shutdown: { delay } })]
const root = { module: App, imports, controllers: [Pages], providers: [{ provide: 'client', useValue: client }] }
const app = await (adapter ? NestFactory.create(root, adapter) : NestFactory.create(root))
app.enableShutdownHooks()
await app.listen(at.port, at.host)
report(app.getHttpServer())
`

/**
 * Each answers `/slow` after `SLOW` milliseconds, `/` at once, and has its endpoint at `/watchman`. It prints `port` with its port when it
 * listens, and `clients closed` when it closes its clients.
 */
export const shutdownPrograms: readonly ShutdownProgram[] = [
  { name: 'Express', code: PRELUDE + WITH_NODE + express, end: 0 },
  { name: 'Koa', code: PRELUDE + WITH_NODE + koa, end: 0 },
  { name: "Hono's server", code: PRELUDE + WITH_NODE + hono, end: 0 },
  { name: 'Fastify', code: PRELUDE + WITH_NODE + fastify, end: 0 },
  { name: 'Nest on Express', code: `${PRELUDE}const adapter = undefined\n${nest}`, end: 'SIGTERM' },
  {
    name: 'Nest on Fastify',
    code: `${PRELUDE}const adapter = new FastifyAdapter()\n${nest}`,
    end: 'SIGTERM',
  },
]
