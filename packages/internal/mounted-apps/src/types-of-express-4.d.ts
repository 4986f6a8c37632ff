// Express comes without types of its own.
declare module 'express-4' {
  export { default } from 'express'
}
