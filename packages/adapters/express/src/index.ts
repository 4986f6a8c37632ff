export { expressHandler, expressRequest } from './express-handler.ts'
