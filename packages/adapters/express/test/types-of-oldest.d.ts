// Express comes without types of its own.
declare module 'express-4' {
  export { default } from 'express'
}
declare module 'express-5' {
  export { default } from 'express'
}
declare module 'express-oldest' {
  export { default } from 'express'
}
