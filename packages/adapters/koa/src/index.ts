export { type KoaOptions, koaContext, koaHandler } from './koa-handler.ts'
