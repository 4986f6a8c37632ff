// Koa comes without types of its own, and so did its router.
declare module 'koa-2' {
  export { default } from 'koa'
}
declare module 'koa-3' {
  export { default } from 'koa'
}
declare module 'koa-oldest' {
  export { default } from 'koa'
}
declare module '@koa/router-12' {
  export { default } from '@koa/router'
}
