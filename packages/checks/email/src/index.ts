export { email } from './email.ts'
