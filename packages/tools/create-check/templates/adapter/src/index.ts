export { type AcmeMiddleware, type AcmeRequest, acmeHandler } from './acme-handler.ts'
