export { fastifyHandler } from './fastify-handler.ts'
