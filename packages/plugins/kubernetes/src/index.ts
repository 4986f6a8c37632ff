export { kubernetes } from './kubernetes.ts'
export type { KubernetesOptions } from './options.ts'
