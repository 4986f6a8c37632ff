import type { DynamicModule, INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'

const options = { logger: false, forceCloseConnections: true, abortOnError: false } as const

/** Makes an app of this Nest on `platform`, which does not listen yet. `fastify` are the options of Fastify. */
export function create(
  module: DynamicModule,
  platform: 'express' | 'fastify',
  fastify?: ConstructorParameters<typeof FastifyAdapter>[0],
): Promise<INestApplication> {
  if (platform === 'express') return NestFactory.create(module, options)
  return NestFactory.create(module, new FastifyAdapter(fastify), options)
}
