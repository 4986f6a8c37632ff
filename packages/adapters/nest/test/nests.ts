import 'reflect-metadata'
import type { RequestListener, Server } from 'node:http'
import * as common from '@nestjs/common'
import * as core from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import * as nest10 from '@watchman/nest-10'
import * as nest11 from '@watchman/nest-11'
import { vi } from 'vitest'
import type { WatchmanModule } from '../src/index.ts'
import { createWith } from './create.ts'

/** What carries Nest. */
export type Platform = 'express' | 'fastify'

/** What Fastify can be told at its start, as far as the tests use it. */
export interface FastifyOptions {
  readonly caseSensitive?: boolean
  readonly routerOptions?: { readonly caseSensitive: boolean }
  readonly rewriteUrl?: (request: { readonly url?: string | undefined }) => string
}

/** The instance of Fastify below an app, as far as the tests use it. */
export interface FastifyInstance {
  addHook(name: string, hook: object): unknown
  inject(url: string): Promise<{ readonly statusCode: number; readonly body: string }>
  readonly routing: RequestListener
}

/** An app, as far as the tests use it. */
export interface App {
  use(...handlers: readonly object[]): unknown
  setGlobalPrefix(prefix: string): unknown
  useGlobalGuards(guard: { readonly canActivate: () => boolean }): unknown
  get<Value>(token: symbol, options?: { readonly strict: boolean }): Value
  getHttpAdapter(): { getInstance(): FastifyInstance }
  getHttpServer(): Server
  listen(port: number, host: string): Promise<unknown>
  close(signal?: string): Promise<void>
}

/** Makes an app on `platform`. `fastify` are the options of Fastify. */
export type Create = (
  module: common.DynamicModule,
  platform: Platform,
  fastify?: FastifyOptions,
) => Promise<App>

/** The logger of Nest, whose class differs from one version to the next. */
interface NestLogger {
  log(message: string, fields: object): void
  warn(message: string, fields: object): void
  error(message: string, fields: unknown): void
}

interface LoggerClass {
  new (context: string): NestLogger
  readonly prototype: NestLogger
}

/** A Nest of some version, as far as the tests use it. */
export interface Nest {
  readonly common: Pick<typeof common, 'Controller' | 'Get' | 'Req'> & { readonly Logger: LoggerClass }
  readonly core: {
    readonly NestFactory: {
      createApplicationContext(
        module: common.DynamicModule,
        options: object,
      ): Promise<Pick<App, 'get' | 'close'>>
    }
  }
  readonly create: Create
}

/** A version of Nest with the module of ours that runs on it. */
export interface Version extends Nest {
  readonly version: string
  readonly WatchmanModule: typeof WatchmanModule
  readonly WATCHMAN: symbol
}

async function bind(version: string, nest: Nest): Promise<Version> {
  vi.resetModules()
  vi.doMock('@nestjs/common', () => nest.common)
  vi.doMock('@nestjs/core', () => nest.core)
  return { version, ...nest, ...(await import('../src/index.ts')) }
}

/** The lower bound of the peers, the major between, and the newest. */
export const versions: readonly Version[] = [
  await bind('10.0.0', { ...nest10, create: createWith(nest10) }),
  await bind('11', { ...nest11, create: createWith(nest11) }),
  await bind('12', { common, core, create: createWith({ core, FastifyAdapter }) }),
]
