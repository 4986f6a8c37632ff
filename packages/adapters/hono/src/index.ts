export { honoHandler } from './hono-handler.ts'
