export { type AcmeClient, acme } from './acme.ts'
export { connect } from './client.ts' // @alone
