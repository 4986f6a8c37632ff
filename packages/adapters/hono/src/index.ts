export { type Endpoint, honoHandler } from './hono-handler.ts'
