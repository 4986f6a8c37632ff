import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PAGE = join(import.meta.dirname, '../../../../apps/docs/operations/proxies.md')

/** What is replaced in the configurations that the documentation shows. */
export interface ProxyConfigOptions {
  /** The port that the proxy listens on, of the address 127.0.0.1. */
  readonly port: number
  /** The port of the app, of the address 127.0.0.1. */
  readonly app: number
  /** The port of a second instance of the app. @default that of the app */
  readonly other?: number
  /** The path of the mount, in place of `/watchman` where the proxy itself asks. */
  readonly mount: string
  /** The network that may see the page, in place of 10.0.0.0/8. */
  readonly allowed: string
}

/** The blocks of a language on the page about proxies, in their order. */
function blocksOf(language: string): readonly string[] {
  const page = readFileSync(PAGE, 'utf8')
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  )
}

/** @throws Error where none of them contains `text`. */
function blockWith(language: string, text: string): string {
  const found = blocksOf(language).find((block) => block.includes(text))
  if (found === undefined) throw new Error(`no block of ${language} with ${text} in ${PAGE}`)
  return found
}

function withAddresses(config: string, { app, other = app, mount, allowed }: ProxyConfigOptions): string {
  return config
    .replaceAll('10.0.0.11:3000', `127.0.0.1:${app}`)
    .replaceAll('10.0.0.12:3000', `127.0.0.1:${other}`)
    .replaceAll('10.0.0.0/8', allowed)
    .replaceAll('uri /watchman/', `uri ${mount}/`)
}

/** What the documentation shows for nginx, with the location that restricts the page in the server. */
export function nginxConfig(options: ProxyConfigOptions): string {
  const server = blockWith('nginx', 'listen 80;').replace('listen 80;', `listen 127.0.0.1:${options.port};`)
  const location = blockWith('nginx', 'deny all;')
  return withAddresses(server.replace(/\}\s*$/, `${location}}`), options)
}

/** What the documentation shows for HAProxy, with the rule that restricts the page in the frontend, and its statistics at `/stats`. */
export function haproxyConfig(options: ProxyConfigOptions): string {
  const config = blockWith('haproxy', 'bind :80')
  const rule = blockWith('haproxy', 'http-request deny')
  const frontend = `bind 127.0.0.1:${options.port}\n    stats enable\n    stats uri /stats\n    ${rule}`
  return withAddresses(config.replace('bind :80', frontend).replace('inter 2s', 'inter 100ms'), options)
}
