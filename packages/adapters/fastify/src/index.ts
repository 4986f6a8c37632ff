export { fastifyHandler, fastifyRequest } from './fastify-handler.ts'
