export { honoContext, honoHandler } from './hono-handler.ts'
