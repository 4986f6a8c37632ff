import { untyped } from '@watchman/test-helpers'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import fastify4 from 'fastify-4'
import fastify5 from 'fastify-5'
import oldestFastify from 'fastify-oldest'

/** A Fastify of some version. */
export type Create = (options?: FastifyServerOptions) => FastifyInstance

/** The newest, without the overloads that are no matter here. */
export const newest: Create = (options) => fastify(options)

/** The lower bound of the peer, the ends of the majors, and the newest. Their types differ. */
export const versions: readonly (readonly [version: string, create: Create])[] = [
  ['Fastify 4.10.0', untyped(oldestFastify)],
  ['the newest Fastify 4', untyped(fastify4)],
  ['Fastify 5.0.0', untyped(fastify5)],
  ['the newest Fastify', newest],
]
