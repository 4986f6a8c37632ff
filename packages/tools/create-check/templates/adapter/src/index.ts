export { type AcmeMiddleware, type AcmeRequest, acmeHandler, acmeRequest } from './acme-handler.ts'
