export { type KoaOptions, koaHandler } from './koa-handler.ts'
