export { type AcmeClient, type AcmeOptions, acme } from './acme.ts'
export { connect } from './client.ts' // @alone
